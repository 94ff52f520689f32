"""Row scopes as PostgreSQL understands them: own, team, subtrees, united; loops in the tree end."""

from datetime import date

import pytest

from core.managers.store import CODE, managers_by_code, managers_on
from core.paging import Order, Page, counts, pages
from core.scopes import RowScope
from core.session import BankSession
from tenants.binding import Opener

TODAY = date(2026, 10, 20)
# manager: (branch, first day, until)
POSTS = {
    "head": ("B1", "2020-01-01", "9999-12-31"),
    "deep": ("B111", "2020-01-01", "9999-12-31"),
    "mate": ("B111", "2020-01-01", "9999-12-31"),
    "other": ("B2", "2020-01-01", "9999-12-31"),
    "left": ("B1", "2020-01-01", "2026-10-20"),
    "comes": ("B1", "2026-10-21", "9999-12-31"),
    "starts": ("B2", "2026-10-20", "9999-12-31"),
}


async def _fill(session: BankSession) -> None:
    for branch, parent in (("B1", None), ("B11", "B1"), ("B111", "B11"), ("B2", None)):
        await session.execute(
            "INSERT INTO bank.branches (branch, parent, kind, name, name_zh) VALUES ($1, $2, 'x', 'x', 'x')",
            branch,
            parent,
        )
    for manager, (branch, first, until) in POSTS.items():
        await session.execute("INSERT INTO bank.managers (manager, name) VALUES ($1, $1)", manager)
        await session.execute(
            """INSERT INTO bank.postings (manager, valid_from, valid_until, branch, position, level)
               VALUES ($1, $2, $3, $4, 'manager', '')""",
            manager,
            date.fromisoformat(first),
            date.fromisoformat(until),
            branch,
        )


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (RowScope(TODAY), set()),
        (RowScope(TODAY, everything=True), set(POSTS)),
        (RowScope(TODAY, manager="deep"), {"deep"}),
        (RowScope(TODAY, manager="left"), {"left"}),
        (RowScope(TODAY, manager="deep", team_of="deep"), {"deep", "mate"}),
        (RowScope(TODAY, heads=("B1",)), {"head", "deep", "mate"}),
        (RowScope(TODAY, heads=("B11", "B2")), {"deep", "mate", "other", "starts"}),
        (RowScope(TODAY, manager="other", heads=("B111",)), {"deep", "mate", "other"}),
        (RowScope(TODAY, heads=("B404",)), set()),
        (RowScope(TODAY, team_of="left"), set()),
    ],
)
async def test_lists_counts_and_look_ups_agree_on_who_is_in_reach(
    open_bank: Opener, scope: RowScope, expected: set[str]
) -> None:
    async with open_bank() as session:
        await _fill(session)
        listing = managers_on(TODAY, scope)
        found = (await pages(session, listing, Page(100, (Order(CODE),))))[""]
        assert {row["manager"] for _, row in found.rows} == expected
        assert (await counts(session, listing))[""] == len(expected)
        assert set(await managers_by_code(session, [*POSTS, "nobody"], TODAY, scope)) == expected


async def test_a_loop_in_the_tree_ends(open_bank: Opener) -> None:
    async with open_bank() as session:
        await _fill(session)
        await session.execute("UPDATE bank.branches SET parent = 'B111' WHERE branch = 'B1'")
        found = await managers_by_code(session, list(POSTS), TODAY, RowScope(TODAY, heads=("B11",)))
        assert set(found) == {"head", "deep", "mate"}
