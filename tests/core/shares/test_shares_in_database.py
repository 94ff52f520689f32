"""Shares: what add_shares and the database itself refuse, alone and two at once."""

import asyncio
from datetime import date
from decimal import Decimal

import asyncpg
import pytest

from core.branches.tree import NewBranch, add_branches
from core.customers.store import add_customers
from core.errors import ShareRefused
from core.managers.staff import NewManager, add_managers
from core.periods import FOREVER, Period
from core.session import BankSession
from core.shares.store import NewShare, add_shares
from core.targets.store import NewTarget, set_targets
from tenants.binding import Opener

JANUARY, MAY = date(2026, 1, 1), date(2026, 5, 1)


@pytest.fixture
async def staffed(open_bank: Opener) -> Opener:
    """A bank with customers c1, c2 and managers m1, m2."""
    async with open_bank() as session:
        await add_branches(session, [NewBranch("B1", None, "head_office", "Head office", "总行")])
        await add_managers(session, [NewManager(m, m, "B1", "manager", "", JANUARY) for m in ("m1", "m2")])
        await add_customers(session, [("c1", "One"), ("c2", "Two")])
    return open_bank


async def count(session: BankSession) -> int:
    row = await session.row("SELECT count(*) FROM bank.shares")
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ([NewShare("c1", "m1", 0, JANUARY)], "SHARE_OUT_OF_RANGE"),
        ([NewShare("c1", "m1", -1, JANUARY)], "SHARE_OUT_OF_RANGE"),
        ([NewShare("c1", "m1", 1_000_001, JANUARY)], "SHARE_OUT_OF_RANGE"),
        ([NewShare("c1", "m1", 500_000, MAY, MAY)], "SHARE_OUT_OF_RANGE"),
        ([NewShare("c1", "m1", 700_000, JANUARY), NewShare("c1", "m2", 300_001, MAY)], "SHARES_EXCEED_ONE"),
        ([NewShare("c1", "m1", 100_000, JANUARY), NewShare("c1", "m1", 100_000, MAY)], "SHARES_OVERLAP"),
        ([NewShare("c1", "m1", 100_000, JANUARY), NewShare("c1", "m1", 100_000, JANUARY)], "SHARES_OVERLAP"),
        ([NewShare("c9", "m1", 100_000, JANUARY)], "SHARE_OF_UNKNOWN"),
        ([NewShare("c1", "m9", 100_000, JANUARY)], "SHARE_OF_UNKNOWN"),
    ],
)
async def test_a_wrong_share_is_refused_and_nothing_is_written(
    staffed: Opener, shares: list[NewShare], code: str
) -> None:
    with pytest.raises(ShareRefused) as caught:
        async with staffed() as session:
            await add_shares(session, [NewShare("c2", "m1", 400_000, JANUARY), *shares])
    assert caught.value.code == code
    async with staffed() as session:
        assert await count(session) == 0


async def test_shares_that_add_up_to_exactly_one_on_every_day_are_lawful(staffed: Opener) -> None:
    async with staffed() as session:
        await add_shares(
            session,
            [
                NewShare("c1", "m1", 600_000, JANUARY, MAY),
                NewShare("c1", "m2", 400_000, JANUARY, MAY),
                NewShare("c1", "m2", 1_000_000, MAY, FOREVER),
            ],
        )
        assert await count(session) == 3


@pytest.mark.parametrize("ppm", [0, -5, 1_000_001])
async def test_the_database_itself_refuses_a_share_out_of_range(staffed: Opener, ppm: int) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="shares_in_range"):
        async with staffed() as session:
            await session.execute(
                """INSERT INTO bank.shares (customer, manager, valid_from, valid_until, share_ppm)
                   VALUES ('c1', 'm1', $1, $2, $3)""",
                JANUARY,
                MAY,
                ppm,
            )


async def test_the_database_itself_refuses_a_change_above_one(staffed: Opener) -> None:
    async with staffed() as session:
        await add_shares(session, [NewShare("c1", "m1", 600_000, JANUARY), NewShare("c1", "m2", 400_000, JANUARY)])
    with pytest.raises(asyncpg.PostgresError, match="add up to 1100000"):
        async with staffed() as session:
            await session.execute("UPDATE bank.shares SET share_ppm = 500000 WHERE manager = 'm2'")


async def test_of_two_concurrent_shares_above_one_exactly_one_lands(staffed: Opener) -> None:
    async def add(manager: str) -> None:
        async with staffed() as session:
            await session.row("SELECT 1")
            await asyncio.sleep(0.05)
            await add_shares(session, [NewShare("c1", manager, 600_000, JANUARY)])
            await asyncio.sleep(0.05)

    outcomes = await asyncio.gather(add("m1"), add("m2"), return_exceptions=True)
    assert sorted(getattr(outcome, "code", "landed") for outcome in outcomes) == ["SHARES_EXCEED_ONE", "landed"]
    async with staffed() as session:
        assert await count(session) == 1


async def test_shares_are_not_changed_where_the_sum_could_not_be_seen(staffed: Opener) -> None:
    with pytest.raises(asyncpg.PostgresError, match="READ COMMITTED"):
        async with staffed(frozen=True) as session:
            await add_shares(session, [NewShare("c1", "m1", 600_000, JANUARY)])


async def test_a_manager_holds_one_post_a_day(staffed: Opener) -> None:
    with pytest.raises(asyncpg.PostgresError, match="holds two posts"):
        async with staffed() as session:
            await session.execute(
                """INSERT INTO bank.postings (manager, valid_from, valid_until, branch, position, level)
                   VALUES ('m1', $1, $2, 'B1', 'chief', '')""",
                MAY,
                FOREVER,
            )


async def test_the_trail_says_what_a_share_became_and_when(staffed: Opener) -> None:
    async with staffed() as session:
        await add_shares(session, [NewShare("c1", "m1", 600_000, JANUARY, MAY)])
        row = await session.row(
            """SELECT person, detail, abs(extract(epoch FROM clock_timestamp() - at)) < 60 AS dated
               FROM bank.audit WHERE action = 'shares:add'"""
        )
    assert row is not None
    assert (row["person"], row["dated"]) == ("tester", True)
    assert row["detail"]["first_rows"] == [["c1", "m1", 600_000, "2026-01-01", "2026-05-01"]]


async def test_a_record_of_the_trail_cannot_be_backdated(staffed: Opener) -> None:
    async with staffed() as session:
        await session.execute(
            """INSERT INTO bank.audit (at, person, action, subject, detail)
               VALUES ('2001-01-01', 'tester', 'a', 's', '{}')"""
        )
        assert await session.rows("SELECT 1 FROM bank.audit WHERE at < '2020-01-01'") == []


async def test_the_trail_says_what_a_target_was_before(staffed: Opener) -> None:
    quarter = Period.parse("2026-Q3")
    async with staffed() as session:
        await set_targets(session, quarter, [NewTarget("m1", "a.b", Decimal(7))])
        await set_targets(session, quarter, [NewTarget("m1", "a.b", Decimal(8)), NewTarget("m2", "a.b", Decimal(1))])
        rows = await session.rows("SELECT detail FROM bank.audit WHERE action = 'targets:set' ORDER BY record")
    assert [row["detail"]["first_rows"] for row in rows] == [
        [["m1", "a.b", None, "7"]],
        [["m1", "a.b", "7", "8"], ["m2", "a.b", None, "1"]],
    ]
