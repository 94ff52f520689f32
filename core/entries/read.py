"""Manual entries as read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from core.paging import Listing, SortKey
from core.session import BankSession

BUSINESS_DAY = SortKey("business_day", "e.business_day", "day")
DECIDED_AT = SortKey("decided_at", "e.decided_at", "moment", nullable=True)
FACT = SortKey("fact", "e.fact", "text")
MADE_AT = SortKey("made_at", "e.made_at", "moment")
NUMBER = SortKey("number", "e.entry", "int")
REVERSED_BY = "(SELECT o.entry FROM bank.entries o WHERE o.reverses = e.entry AND o.status = 'approved')"
"""SQL: number of the entry that took it back."""

_COLUMNS = f"""e.entry, e.fact, e.business_day, e.rows::text AS rows, e.reason, e.status, e.made_by, e.made_at,
    e.decided_by, e.decided_at, e.decision, e.delivery, e.reverses,
    {REVERSED_BY} AS reversed_by"""
ENTRIES = Listing(_COLUMNS, "bank.entries e")


@dataclass(frozen=True, slots=True)
class EntryRead:
    """One entry. `decision`: why it was refused. `reversed_by`: the approved entry since which it counts no more."""

    number: int
    fact: str
    business_day: date
    rows: Sequence[Mapping[str, str]]
    reason: str
    status: str
    made_by: str
    made_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: str
    delivery: int | None
    reverses: int | None
    reversed_by: int | None


def entry_read(row: Any) -> EntryRead:
    """An entry of a record with the columns of ENTRIES."""
    return EntryRead(
        number=row["entry"],
        fact=row["fact"],
        business_day=row["business_day"],
        rows=orjson.loads(row["rows"]),
        reason=row["reason"],
        status=row["status"],
        made_by=row["made_by"],
        made_at=row["made_at"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        decision=row["decision"],
        delivery=row["delivery"],
        reverses=row["reverses"],
        reversed_by=row["reversed_by"],
    )


async def find_entry(session: BankSession, number: int) -> EntryRead | None:
    """The entry of that number, if there is one."""
    row = await session.row(f"SELECT {_COLUMNS} FROM bank.entries e WHERE e.entry = $1", number)  # noqa: S608
    return None if row is None else entry_read(row)


async def all_entries(session: BankSession) -> list[EntryRead]:
    """Every entry, newest first."""
    found = await session.rows(f"SELECT {_COLUMNS} FROM bank.entries e ORDER BY e.entry DESC")  # noqa: S608
    return [entry_read(row) for row in found]
