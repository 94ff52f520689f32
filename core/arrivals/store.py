"""Arrivals in their table: read, and told what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from core.arrivals.take import slot_of
from core.paging import Listing, SortKey
from core.session import BankSession

NUMBER = SortKey("number", "a.arrival", "int")
ARRIVED_AT = SortKey("arrived_at", "a.arrived_at", "moment")
BUSINESS_DAY = SortKey("business_day", "a.business_day", "day", nullable=True)
BYTES = SortKey("bytes", "a.bytes", "int")
FINISHED_AT = SortKey("finished_at", "a.finished_at", "moment", nullable=True)
NAME = SortKey("name", "a.name", "text")
DRY_RUN = "coalesce(a.terms -> 'dry_run' = 'true'::jsonb, FALSE)"
"""SQL: whether it is only looked at."""

_COLUMNS = f"""a.arrival, a.name, a.origin, a.feed, a.business_day, a.bytes, a.status, a.stage, a.terms::text AS terms,
    a.outcome::text AS outcome, a.delivery, a.arrived_by, a.arrived_at, a.finished_at, {DRY_RUN} AS dry_run"""
ARRIVALS = Listing(_COLUMNS, "bank.arrivals a")


@dataclass(frozen=True, slots=True)
class ArrivalRead:
    """One arrival. `outcome`: None until it is decided."""

    number: int
    name: str
    origin: str
    feed: str | None
    business_day: date | None
    bytes: int
    status: str
    stage: str
    terms: dict[str, Any]
    outcome: dict[str, Any] | None
    delivery: int | None
    arrived_by: str
    arrived_at: datetime
    finished_at: datetime | None

    @property
    def is_dry_run(self) -> bool:
        """Whether it is only looked at."""
        return bool(self.terms.get("dry_run"))

    @property
    def slot(self) -> str:
        """The folder in which its file is worked on."""
        return slot_of(self.origin, self.number, self.is_dry_run)


def arrival_read(row: Any) -> ArrivalRead:
    """An arrival of a record with the columns of ARRIVALS."""
    return ArrivalRead(
        number=row["arrival"],
        name=row["name"],
        origin=row["origin"],
        feed=row["feed"],
        business_day=row["business_day"],
        bytes=row["bytes"],
        status=row["status"],
        stage=row["stage"],
        terms=orjson.loads(row["terms"]),
        outcome=None if row["outcome"] is None else orjson.loads(row["outcome"]),
        delivery=row["delivery"],
        arrived_by=row["arrived_by"],
        arrived_at=row["arrived_at"],
        finished_at=row["finished_at"],
    )


async def arrivals_by_number(session: BankSession, numbers: Sequence[int]) -> dict[int, ArrivalRead]:
    """The arrivals of these numbers, as far as they exist."""
    found = await session.rows(
        f"SELECT {_COLUMNS} FROM bank.arrivals a WHERE a.arrival = ANY($1)",  # noqa: S608
        list(numbers),
    )
    return {row["arrival"]: arrival_read(row) for row in found}


async def tell_stage(session: BankSession, number: int, stage: str) -> None:
    """How far the work is; nothing once it is decided."""
    await session.execute(
        "UPDATE bank.arrivals SET status = 'working', stage = $2 WHERE arrival = $1 AND outcome IS NULL", number, stage
    )


async def tell_outcome(session: BankSession, number: int, outcome: dict[str, Any], delivery: int | None) -> None:
    """What became of it; the file still has to be moved."""
    await session.execute(
        """UPDATE bank.arrivals SET status = 'working', stage = 'moving', outcome = $2::text::jsonb, delivery = $3
           WHERE arrival = $1""",
        number,
        orjson.dumps(outcome, default=str).decode(),
        delivery,
    )


async def end(session: BankSession, number: int, status: str) -> None:
    """Everything about it is done."""
    await session.execute(
        """UPDATE bank.arrivals SET status = $2, stage = '', finished_at = now()
           WHERE arrival = $1 AND finished_at IS NULL""",
        number,
        status,
    )
