"""The audit trail as read: who did what to which thing, when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.paging import Listing, Order, Page, SortKey, pages
from core.session import BankSession
from core.statement import Arguments

ACTION = SortKey("action", "a.action", "text")
AT = SortKey("at", "a.at", "moment")
NUMBER = SortKey("number", "a.record", "int")
PERSON = SortKey("person", "a.person", "text")
SUBJECT = SortKey("subject", "a.subject", "text")

NEWEST_FIRST = (Order(AT, descending=True), Order(NUMBER, descending=True))
"""Of two records of one moment the number tells which came first."""


@dataclass(frozen=True, slots=True)
class TrailRecord:
    """One act. `person`: a code, or "system". `detail`: JSON text of codes and figures."""

    number: int
    at: datetime
    person: str
    action: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Which records: those that fit all that is not None. `since` inclusive, `until` exclusive, both with a zone."""

    person: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def trail_record(row: Any) -> TrailRecord:
    """A record of a row with the columns of `trail`."""
    return TrailRecord(row["record"], row["at"], row["person"], row["action"], row["subject"], row["detail"])


def trail(sought: Sought) -> Listing:
    """The bank's records that fit."""
    arguments = Arguments()
    where = tuple(_conditions(sought, arguments))
    columns = "a.record, a.at, a.person, a.action, a.subject, a.detail::text AS detail"
    return Listing(columns, "bank.audit a", where=("TRUE", *where), arguments=tuple(arguments.values))


def _conditions(sought: Sought, arguments: Arguments) -> Iterator[str]:
    for column, text in (("person", sought.person), ("action", sought.action), ("subject", sought.subject)):
        if text is not None:
            # PostgreSQL raises on a NUL character instead of finding nothing.
            # By code points, as the indexes are.
            yield "FALSE" if "\0" in text else f'a.{column} COLLATE "C" = {arguments.add(text)}'
    if sought.since is not None:
        yield f"a.at >= {arguments.add(sought.since)}"
    if sought.until is not None:
        yield f"a.at < {arguments.add(sought.until)}"


async def newest(session: BankSession, sought: Sought, first: int) -> list[TrailRecord]:
    """The newest `first` records that fit, newest first."""
    [found] = (await pages(session, trail(sought), Page(first, NEWEST_FIRST))).values()
    return [trail_record(row) for _, row in found.rows]
