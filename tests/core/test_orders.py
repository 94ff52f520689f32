"""Orders of long lists are read from an index, in both directions, from both ends and behind a place in the middle."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from core.customers import read as customers
from core.paging import ROOT, Order, Page, Shown, SortKey, _statement
from core.runs import store as runs
from core.scopes import RowScope
from core.shares import read as shares
from core.targets import read as targets

if TYPE_CHECKING:
    from core.paging import Listing
    from tenants.binding import Opener

DAY = date(2026, 1, 1)
EVERYBODY = RowScope(DAY, everything=True)
PLACES: dict[str, Any] = {"first": DAY, "share": 5, "requested_at": datetime(2026, 1, 1, tzinfo=UTC)}
TAILS = {
    "shares": (shares.CUSTOMER, shares.MANAGER, shares.FIRST),
    "customers": (customers.CODE,),
    "runs": (runs.ID,),
    "targets": (targets.PERIOD, targets.MANAGER, targets.INDICATOR),
}
LISTINGS = {
    "shares": shares.shares_in(EVERYBODY),
    "customers": customers.customers_in(EVERYBODY),
    "runs": runs.RUNS,
    "targets": targets.targets_in(EVERYBODY),
}


async def plan(opener: Opener, listing: Listing, page: Page) -> str:
    """Of a table without rows: what the server would do if it had to sort, or look at every row, at no price."""
    statement, values = _statement(listing, page, Shown(("found.*",)), (ROOT,))
    async with opener() as session:
        for way in ("seqscan", "sort", "bitmapscan"):
            await session.execute(f"SET LOCAL enable_{way} = off")
        return "\n".join(row[0] for row in await session.rows(f"EXPLAIN {statement}", *values))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize(
    ("listed", "key", "index"),
    [
        ("shares", shares.CUSTOMER, "ordered_shares_customer"),
        ("shares", shares.FIRST, "ordered_shares_first_day"),
        ("shares", shares.MANAGER, "ordered_shares_manager"),
        ("shares", shares.SHARE, "ordered_shares_share"),
        ("customers", customers.CODE, "ordered_customers_customer"),
        ("customers", customers.NAME, "ordered_customers_name"),
        ("runs", runs.REQUESTED_AT, "ordered_runs_requested_at"),
        ("runs", runs.PERIOD, "ordered_runs_period"),
        ("targets", targets.INDICATOR, "ordered_targets_indicator"),
        ("targets", targets.MANAGER, "ordered_targets_manager"),
        ("targets", targets.PERIOD, "ordered_targets_period"),
    ],
)
async def test_a_page_is_read_from_the_index_of_its_order(
    open_bank: Opener, listed: str, key: SortKey, index: str, descending: bool, backward: bool, behind: bool
) -> None:
    order = (Order(key, descending), *(Order(one) for one in TAILS[listed] if one != key))
    place = tuple(PLACES.get(part.key.name, "x") for part in order) if behind else None
    ends: dict[str, Any] = {"before": place} if backward else {"after": place}
    found = await plan(open_bank, LISTINGS[listed], Page(50, order, backward=backward, **ends))
    assert index in found, found
    if behind:
        condition = found[found.index(index) :].split("Index Cond: ")[1].split("\n")[0]
        assert ("<=" in condition) is (descending != backward), condition
