"""A bank whose customers are held: what lists of customers, shares and targets are told of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from core.customers.store import add_customers
from core.managers.staff import NewManager, add_managers
from core.periods import FOREVER, Period
from core.shares.store import NewShare, add_shares
from core.targets.store import NewTarget, set_targets

if TYPE_CHECKING:
    from tests.schema.conftest import Town

THEN, SINCE, LATER = date(2020, 1, 1), date(2021, 1, 1), date(2999, 1, 1)

# customer, manager, millionths, first day, until: m1 held c2 until m2 took him over; nobody holds c4
SHARES = [
    ("c1", "m1", 600_000, THEN, FOREVER),
    ("c1", "m4", 400_000, SINCE, FOREVER),
    ("c2", "m1", 1_000_000, THEN, SINCE),
    ("c2", "m2", 1_000_000, SINCE, FOREVER),
    ("c3", "m4", 999_999, THEN, LATER),
]
# manager, indicator, target, prorate
TARGETS = {
    "2026-Q2": [("m1", "deposits.daily_average", "400", True), ("m4", "deposits.daily_average", "-0.5", False)],
    "2026-Q3": [
        ("m1", "deposits.daily_average", "500", True),
        ("m1", "intermediate_income.total", "20.000001", True),
        ("m2", "deposits.daily_average", "300.5", True),
    ],
}


async def hold(town: Town) -> None:
    """Customers, shares, targets, and a manager who has left."""
    async with town.open() as session:
        await add_managers(session, [NewManager("m9", "HELD gone", "B2", "chief", "2", THEN, SINCE)])
        await add_customers(session, [("c1", "Anna"), ("c2", "Bo"), ("c3", "Cy"), ("c4", "Anna")])
        await add_shares(session, [NewShare(*share) for share in SHARES])
        for period, rows in TARGETS.items():
            found = [NewTarget(m, indicator, Decimal(target), prorate) for m, indicator, target, prorate in rows]
            await set_targets(session, Period.parse(period), found)
