"""Deliveries as read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.paging import Listing, SortKey
from core.session import BankSession

NUMBER = SortKey("number", "d.delivery", "int")
DELIVERED_AT = SortKey("delivered_at", "d.delivered_at", "moment")
BUSINESS_DAY = SortKey("business_day", "d.business_day", "day")
FACT = SortKey("fact", "d.fact", "text")
FINDING_COUNT = SortKey("finding_count", "d.findings", "int")
ROWS = SortKey("rows", "d.rows", "int")

_COLUMNS = """d.delivery, d.fact, d.shape, d.business_day, d.source, d.content, d.status, d.rows, d.findings,
    d.supersedes, d.first_day, d.reason, d.delivered_by, d.delivered_at"""
DELIVERIES = Listing(_COLUMNS, "bank.deliveries d")


@dataclass(frozen=True, slots=True)
class DeliveryRead:
    """One delivery. `findings`: how many there are; `supersedes`: the delivery it took the place of.

    `first_day`: the earliest day it says anything about. `reason`: why closed facts changed; empty of the others.
    """

    number: int
    fact: str
    shape: str
    business_day: date
    source: str
    content: str
    status: str
    rows: int
    findings: int
    supersedes: int | None
    first_day: date | None
    reason: str
    delivered_by: str
    delivered_at: datetime


def delivery_read(row: Any) -> DeliveryRead:
    """A delivery of a record with the columns of DELIVERIES."""
    return DeliveryRead(
        number=row["delivery"],
        fact=row["fact"],
        shape=row["shape"],
        business_day=row["business_day"],
        source=row["source"],
        content=row["content"],
        status=row["status"],
        rows=row["rows"],
        findings=row["findings"],
        supersedes=row["supersedes"],
        first_day=row["first_day"],
        reason=row["reason"],
        delivered_by=row["delivered_by"],
        delivered_at=row["delivered_at"],
    )


async def deliveries_by_number(session: BankSession, numbers: Sequence[int]) -> dict[int, DeliveryRead]:
    """The deliveries of these numbers, as far as they exist."""
    found = await session.rows(
        f"SELECT {_COLUMNS} FROM bank.deliveries d WHERE d.delivery = ANY($1)",  # noqa: S608
        list(numbers),
    )
    return {row["delivery"]: delivery_read(row) for row in found}


async def set_aside_of(session: BankSession, number: int) -> str | None:
    """Hash of the CSV file of a delivery's rows that were set aside; None without one, or without such a delivery."""
    row = await session.row("SELECT set_aside_sha256 FROM bank.deliveries WHERE delivery = $1", number)
    found: str | None = row["set_aside_sha256"] if row else None
    return found
