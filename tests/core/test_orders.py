"""Orders of long lists are read from an index, in both directions, from both ends and behind a place in the middle."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from core.arrivals import store as arrivals
from core.audit import read as audit
from core.customers import read as customers
from core.entries import read as entries
from core.facts import read as deliveries
from core.findings import store as findings
from core.paging import ROOT, Order, Page, Shown, SortKey, _statement
from core.runs import store as runs
from core.scopes import RowScope
from core.shares import read as shares
from core.targets import read as targets

if TYPE_CHECKING:
    from core.paging import Listing
    from core.session import BankSession
    from tenants.binding import Opener

DAY = date(2026, 1, 1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
EVERYBODY = RowScope(DAY, everything=True)
PLACES: dict[str, Any] = {
    "at": NOON,
    "business_day": DAY,
    "delivered_at": NOON,
    "first": DAY,
    "number": 5,
    "requested_at": NOON,
    "share": 5,
}
TAILS = {
    "shares": (shares.CUSTOMER, shares.MANAGER, shares.FIRST),
    "customers": (customers.CODE,),
    "runs": (runs.ID,),
    "targets": (targets.PERIOD, targets.MANAGER, targets.INDICATOR),
    "arrivals": (arrivals.NUMBER,),
    "audit": (audit.NUMBER,),
    "deliveries": (deliveries.NUMBER,),
    "entries": (entries.NUMBER,),
}
LISTINGS = {
    "shares": shares.shares_in(EVERYBODY),
    "customers": customers.customers_in(EVERYBODY),
    "runs": runs.RUNS,
    "targets": targets.targets_in(EVERYBODY),
    "arrivals": arrivals.ARRIVALS,
    "audit": audit.trail(audit.Sought()),
    "deliveries": deliveries.DELIVERIES,
    "entries": entries.ENTRIES,
}


async def plan(opener: Opener, listing: Listing, page: Page, parent: Any = ROOT) -> str:
    """Of a table without rows: what the server would do if it had to sort, or look at every row, at no price."""
    async with opener() as session:
        return await explained(session, listing, page, parent)


async def explained(session: BankSession, listing: Listing, page: Page, parent: Any = ROOT) -> str:
    statement, values = _statement(listing, page, Shown(("found.*",)), (parent,))
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
        ("arrivals", arrivals.NUMBER, "arrivals_pkey"),
        ("audit", audit.AT, "ordered_audit_at"),
        ("deliveries", deliveries.BUSINESS_DAY, "ordered_deliveries_business_day"),
        ("deliveries", deliveries.DELIVERED_AT, "ordered_deliveries_delivered_at"),
        ("deliveries", deliveries.FACT, "ordered_deliveries_fact"),
        ("entries", entries.NUMBER, "entries_pkey"),
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


@pytest.mark.parametrize(
    ("sought", "index"),
    [
        (audit.Sought(person="ann"), "ordered_audit_person"),
        (audit.Sought(action="run:start"), "ordered_audit_action"),
        (audit.Sought(subject="r1"), "ordered_audit_subject"),
        (audit.Sought(since=NOON, until=NOON), "ordered_audit_at"),
    ],
)
@pytest.mark.parametrize("backward", [False, True])
async def test_what_the_audit_trail_is_searched_for_is_read_newest_first_from_an_index(
    open_bank: Opener, sought: audit.Sought, index: str, backward: bool
) -> None:
    """Of a trail that is too long to look through."""
    async with open_bank() as session:
        await session.execute(
            """INSERT INTO bank.audit (at, person, action, subject, detail)
               SELECT now(), $1, 'act ' || n, 'thing ' || n, '{}' FROM generate_series(1, 3000) AS n""",
            session.person,
        )
        found = await explained(session, audit.trail(sought), Page(50, audit.NEWEST_FIRST, backward=backward))
    assert index in found, found
    assert "Sort Key: a.at" not in found, found


@pytest.mark.parametrize(
    ("listing", "parent", "index"),
    [
        (findings.OF_DELIVERIES, 7, "findings_by_delivery"),
        (findings.findings_of_runs(EVERYBODY), "r", "findings_by_run"),
    ],
)
async def test_findings_of_one_parent_are_read_in_their_order(
    open_bank: Opener, listing: Listing, parent: Any, index: str
) -> None:
    found = await plan(open_bank, listing, Page(50, (Order(findings.NUMBER),), (5,)), parent)
    condition = found[found.index(index) :].split("Index Cond: ")[1].split("\n")[0]
    assert "finding >= " in condition, condition
