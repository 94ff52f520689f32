"""Deliveries, fact files and arrivals by direct SQL, as the application could write it: what holds ends once."""

import asyncpg
import pytest

from core.session import BankSession
from tenants.binding import Door, Opener
from tests.conftest import MakeBank

FILE = """INSERT INTO bank.fact_files (fact, part, month, sha256, rows, bytes, since_delivery)
          VALUES ('fees', 'record', '2026-09-01', 'a', 1, 1, $1) RETURNING fact_file"""
END = "UPDATE bank.fact_files SET until_delivery = $1"


async def deliver(session: BankSession, status: str = "accepted", fact: str = "fees", day: int = 1) -> int:
    row = await session.row(
        """INSERT INTO bank.deliveries (fact, shape, business_day, source, content, status, rows, findings,
                                        delivered_by, delivered_at, mapping)
           VALUES ($1, 'event', make_date(2026, 9, $2), 's', 'c', $3, 1, 0, 'tester', now(), '{}')
           RETURNING delivery""",
        fact,
        day,
        status,
    )
    assert row is not None
    return int(row["delivery"])


@pytest.mark.parametrize("before", ["accepted", "superseded", "refused"])
@pytest.mark.parametrize("after", ["accepted", "superseded", "refused"])
async def test_a_delivery_only_goes_from_accepted_to_superseded(open_bank: Opener, before: str, after: str) -> None:
    async with open_bank() as session:
        number = await deliver(session, before)
    may = before == after or (before, after) == ("accepted", "superseded")
    if may:
        async with open_bank() as session:
            await session.execute("UPDATE bank.deliveries SET status = $1", after)
    else:
        with pytest.raises(asyncpg.PostgresError, match=f"delivery {number} is {before} and does not become {after}"):
            async with open_bank() as session:
                await session.execute("UPDATE bank.deliveries SET status = $1", after)
    async with open_bank() as session:
        row = await session.row("SELECT status FROM bank.deliveries")
    assert row is not None
    assert row["status"] == (after if may else before)


async def test_a_file_ends_once_and_with_a_later_accepted_delivery_of_its_fact(
    door: Door, open_bank: Opener, make_bank: MakeBank
) -> None:
    other = await make_bank()
    async with open_bank() as session:
        older, since = await deliver(session, day=1), await deliver(session, day=2)
        later, last = await deliver(session, day=3), await deliver(session, day=4)
        refused = await deliver(session, "refused", day=5)
        elsewhere = await deliver(session, fact="loans")
        await session.row(FILE, since)
    async with door.open(other, "tester") as session:
        theirs = await deliver(session)
    for number in (refused, elsewhere, theirs, last + 1_000_000, older):
        with pytest.raises(asyncpg.PostgresError, match=r"ends with an accepted delivery|fact_files_order"):
            async with open_bank() as session:
                await session.execute(END, number)
    async with open_bank() as session:
        await session.execute(END, later)
        await session.execute(END, later)  # nothing new
    ends: tuple[int | None, ...] = (last, since, None)
    for end in ends:
        with pytest.raises(asyncpg.PostgresError, match=f"ended with delivery {later}"):
            async with open_bank() as session:
                await session.execute(END, end)
    async with open_bank() as session:
        row = await session.row("SELECT until_delivery FROM bank.fact_files")
    assert row is not None
    assert row["until_delivery"] == later


async def test_a_file_is_not_written_down_as_ended_by_nothing(open_bank: Opener) -> None:
    add = """INSERT INTO bank.fact_files (fact, part, month, sha256, rows, bytes, since_delivery, until_delivery)
             VALUES ('fees', 'record', '2026-09-01', 'a', 1, 1, $1, $2)"""
    async with open_bank() as session:
        older, since = await deliver(session, day=1), await deliver(session, day=2)
    for until, words in ((since + 1_000_000, "until_delivery_fkey"), (older, "fact_files_order")):
        with pytest.raises(asyncpg.PostgresError, match=words):
            async with open_bank() as session:
                await session.execute(add, since, until)


@pytest.mark.parametrize("status", ["done", "refused"])
async def test_an_ended_arrival_stays_and_what_arrived_never_changes(open_bank: Opener, status: str) -> None:
    async with open_bank() as session:
        await session.execute(
            """INSERT INTO bank.arrivals (name, origin, bytes, status, stage, terms, arrived_by, arrived_at)
               VALUES ('fees.csv', 'inbox', 1, 'waiting', '', '{}', 'tester', now())"""
        )
    changes = ("name = 'x'", "origin = 'upload'", "terms = '[]'", "arrived_by = 'x'", "arrived_at = now()", "bytes = 2")
    for change in changes:
        with pytest.raises(asyncpg.PostgresError, match="permission denied"):
            async with open_bank() as session:
                await session.execute(f"UPDATE bank.arrivals SET {change}")
    async with open_bank() as session:
        await session.execute("UPDATE bank.arrivals SET status = $1, finished_at = now()", status)
        before = await session.rows("SELECT * FROM bank.arrivals")
    for change in ("status = 'waiting', finished_at = NULL", "outcome = '{}'", "delivery = 1", "stage = 'x'"):
        with pytest.raises(asyncpg.PostgresError, match=f"is {status} and stays as it is"):
            async with open_bank() as session:
                await session.execute(f"UPDATE bank.arrivals SET {change}")
    async with open_bank() as session:
        assert await session.rows("SELECT * FROM bank.arrivals") == before
