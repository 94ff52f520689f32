"""Entries by hand: two persons, the intake's own checks, and the way back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import asyncpg
import pytest

from core.entries.delivering import Desk
from core.entries.entry import MOST_ROWS, NewEntry, read_entry
from core.entries.read import EntryRead, all_entries, find_entry
from core.entries.store import approve_entry, make_entry, refuse_entry, reverse_entry, withdraw_entry
from core.errors import Conflict, FileRefused, Forbidden, InputError, NotFound
from core.plugins.store import catalogue
from core.publications.store import publish_run
from core.runs.replay import replay
from core.session import BankSession
from tenants.binding import Door
from tests.conftest import TODAY, MakeBank
from tests.core.runs.place import Place

DAY = date(2026, 9, 30)
FEE = {"fee": "hand-1", "customer": "c1", "day": "2026-09-10", "kind": "card", "amount": "14.00"}


def fees(*rows: dict[str, str], reason: str = "The card system was down", **more: Any) -> NewEntry:
    return NewEntry(more.get("fact", "fees"), more.get("day", DAY), reason, rows or (FEE,))


@asynccontextmanager
async def acting(place: Place, door: Door, person: str) -> AsyncIterator[tuple[BankSession, Desk]]:
    async with door.open(place.open.bank, person) as session:
        tables = (await catalogue(session, place.host)).fact_tables
        yield session, Desk(place.store, tables, TODAY)


async def make(place: Place, door: Door, entry: NewEntry | None = None, person: str = "maker") -> int:
    async with acting(place, door, person) as (session, desk):
        return await make_entry(session, desk, entry or fees())


def _may() -> None:
    """Whoever approves may correct closed periods."""


def _may_not() -> None:
    raise Forbidden("May not correct.", permission="delivery:correct")


async def approve(
    place: Place, door: Door, number: int, person: str = "second", check: Callable[[], None] = _may
) -> int:
    async with acting(place, door, person) as (session, desk):
        return await approve_entry(session, desk, number, check_may_correct=check)


async def reverse(place: Place, door: Door, number: int, person: str = "maker") -> int:
    async with door.open(place.open.bank, person) as session:
        return await reverse_entry(session, number, "Booked twice")


async def entry(place: Place, number: int) -> EntryRead:
    async with place.open() as session:
        found = await find_entry(session, number)
    assert found is not None
    return found


async def count(place: Place, table: str) -> int:
    async with place.open() as session:
        rows = await session.rows(f"SELECT 1 FROM bank.{table}")
    return len(rows)


async def test_an_entry_counts_once_a_second_person_approved_it(place: Place, door: Door) -> None:
    number = await make(place, door)
    before = await place.run()
    assert (await place.values(before))["intermediate_income.total", "m2"] == "0.000000"
    delivery = await approve(place, door, number)
    after = await place.run()
    # c1 is m2's on 10 September: the whole 14.00.
    assert (await place.values(after))["intermediate_income.total", "m2"] == "14.000000"
    found = await entry(place, number)
    assert (found.status, found.made_by, found.decided_by, found.delivery) == ("approved", "maker", "second", delivery)
    async with place.open() as session:
        row = await session.row("SELECT * FROM bank.deliveries WHERE delivery = $1", delivery)
        told = await session.rows("SELECT person, action FROM bank.audit WHERE action LIKE 'entry:%' ORDER BY record")
    assert row is not None
    assert (row["shape"], row["business_day"], row["rows"]) == (f"entry-{number}", DAY, 1)
    assert row["delivered_by"] == "second"
    assert row["reason"] == "The card system was down"
    assert [tuple(one) for one in told] == [("maker", "entry:make"), ("second", "entry:approve")]


async def test_nobody_decides_on_what_he_entered(place: Place, door: Door) -> None:
    number = await make(place, door)
    deliveries = await count(place, "deliveries")
    with pytest.raises(Forbidden, match="second person") as caught:
        await approve(place, door, number, "maker")
    assert caught.value.code == "FOUR_EYES"
    with pytest.raises(Forbidden, match="second person"):
        async with door.open(place.open.bank, "maker") as session:
            await refuse_entry(session, number, "No")
    assert (await entry(place, number)).status == "waiting"
    assert await count(place, "deliveries") == deliveries


@pytest.mark.parametrize(
    ("person", "statement", "words"),
    [
        (
            "maker",
            "UPDATE bank.entries SET status = 'approved', decided_by = 'maker', delivery = 1 WHERE entry = $1",
            "entries_four_eyes",
        ),
        (
            "maker",
            "UPDATE bank.entries SET status = 'refused', decided_by = 'maker' WHERE entry = $1",
            "entries_four_eyes",
        ),
        (
            "second",
            "UPDATE bank.entries SET status = 'withdrawn', decided_by = 'second' WHERE entry = $1",
            "entries_withdrawn",
        ),
        (
            "second",
            "UPDATE bank.entries SET status = 'approved', decided_by = 'second' WHERE entry = $1",
            "entries_delivered",
        ),
        (
            "maker",
            "UPDATE bank.entries SET status = 'refused', decided_by = 'second' WHERE entry = $1",
            "decided_by of entries is who acts, not second",
        ),
        ("maker", "UPDATE bank.entries SET made_by = 'other' WHERE entry = $1", "permission denied"),
        ("maker", "UPDATE bank.entries SET rows = '[]' WHERE entry = $1", "permission denied"),
        ("maker", "DELETE FROM bank.entries WHERE entry = $1", "permission denied"),
        (
            "a",
            """INSERT INTO bank.entries (fact, business_day, rows, reason, status, made_by, made_at, decided_by,
                                         decision, delivery)
               SELECT fact, business_day, rows, reason, 'approved', 'a', made_at, 'b', '', 1 FROM bank.entries
               WHERE entry = $1""",
            "begins as waiting",
        ),
        (
            "maker",
            """INSERT INTO bank.entries (fact, business_day, rows, reason, status, made_by, made_at, decision)
               SELECT fact, business_day, rows, reason, 'waiting', 'ghost', made_at, '' FROM bank.entries
               WHERE entry = $1""",
            "made_by of entries is who acts, not ghost",
        ),
    ],
)
async def test_the_database_itself_keeps_four_eyes(
    place: Place, door: Door, person: str, statement: str, words: str
) -> None:
    number = await make(place, door)
    with pytest.raises(asyncpg.PostgresError, match=words):
        async with door.open(place.open.bank, person) as session:
            await session.execute(statement, number)
    assert (await entry(place, number)).status == "waiting"
    assert await count(place, "entries") == 1


async def test_what_is_decided_stays(place: Place, door: Door) -> None:
    number = await make(place, door)
    async with door.open(place.open.bank, "second") as session:
        await refuse_entry(session, number, "No receipt")
    assert (await entry(place, number)).decision == "No receipt"
    with pytest.raises(Conflict, match="refused already") as caught:
        await approve(place, door, number)
    assert caught.value.code == "ENTRY_DECIDED"
    with pytest.raises(asyncpg.PostgresError, match="stays as it is"):
        async with place.open() as session:
            await session.execute("UPDATE bank.entries SET decision = 'Yes' WHERE entry = $1", number)


async def test_only_the_maker_withdraws_and_only_while_it_waits(place: Place, door: Door) -> None:
    number = await make(place, door)
    with pytest.raises(Forbidden, match="Only who made"):
        async with door.open(place.open.bank, "second") as session:
            await withdraw_entry(session, number)
    async with door.open(place.open.bank, "maker") as session:
        await withdraw_entry(session, number)
    assert (await entry(place, number)).status == "withdrawn"
    with pytest.raises(Conflict, match="withdrawn already"):
        await approve(place, door, number)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"customer": "nobody"}, "CUSTOMER_UNKNOWN"),
        ({"amount": "1.005"}, "NUMBER_TOO_PRECISE"),
        ({"amount": "many"}, "NUMBER_INVALID"),
        ({"day": "2026-10-01"}, "DAY_AFTER_DELIVERY"),
        ({"day": "30.9.2026"}, "DATE_INVALID"),
        ({"kind": ""}, "REQUIRED"),
        ({"fee": "f1"}, "DUPLICATE_KEY"),  # of the file delivered before
    ],
)
async def test_what_a_file_could_not_bring_an_entry_cannot(
    place: Place, door: Door, row: dict[str, str], rule: str
) -> None:
    with pytest.raises(FileRefused) as caught:
        await make(place, door, fees(FEE | row))
    assert caught.value.code == "ENTRY_REFUSED"
    assert [one.rule for one in caught.value.fields["findings"]] == [rule]
    assert await count(place, "entries") == 0


async def test_rows_are_checked_again_when_they_are_approved(place: Place, door: Door) -> None:
    first, second = await make(place, door), await make(place, door)
    await approve(place, door, first)
    deliveries = await count(place, "deliveries")
    with pytest.raises(FileRefused, match="was there before"):
        await approve(place, door, second)
    assert (await entry(place, second)).status == "waiting"
    assert await count(place, "deliveries") == deliveries


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (fees(fact="balances"), "cannot be entered by hand"),
        (fees(fact="accounts"), "cannot be entered by hand"),
        (fees(fact="nothing"), "cannot be entered by hand"),
        (fees(reason="  "), "Say why"),
        (fees(reason="a\nb"), "Say why"),
        (fees(FEE | {"colour": "red"}), "no column 'colour'"),
        (fees({"fee": " "}), "Row 1 is empty"),
        (fees(FEE | {"kind": "a\x00b"}), "cannot be printed"),
        (fees(FEE | {"kind": "a\ud800"}), "cannot be printed"),
        (fees(*[FEE] * (MOST_ROWS + 1)), "more is a delivery"),
        (NewEntry("fees", DAY, "why", []), "more is a delivery"),
    ],
)
async def test_an_entry_that_is_none_is_refused(place: Place, door: Door, entry: NewEntry, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        await make(place, door, entry)
    assert caught.value.code == "ENTRY_INVALID"
    assert await count(place, "entries") == 0


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"fact": "fees", "day": "2026-09-30", "reason": "x"},
        {"fact": "fees", "day": "2026-09-30", "reason": "x", "rows": [], "more": "1"},
        {"fact": "fees", "day": "30 September", "reason": "x", "rows": []},
        {"fact": "fees", "day": "2026-09-30", "reason": "x", "rows": ["a"]},
        {"fact": "fees", "day": "2026-09-30", "reason": "x", "rows": [{"fee": ["a"]}]},
    ],
)
def test_a_file_that_is_no_entry_is_refused(body: Any) -> None:
    with pytest.raises(InputError) as caught:
        read_entry(body)
    assert caught.value.code == "ENTRY_INVALID"


async def test_a_reversal_takes_the_rows_back_once_a_second_person_approved_it(place: Place, door: Door) -> None:
    number = await make(place, door)
    delivery = await approve(place, door, number)
    run = await place.run()
    back = await reverse(place, door, number)
    still = await place.run()
    assert (await place.values(still))["intermediate_income.total", "m2"] == "14.000000"
    with pytest.raises(Forbidden, match="second person"):
        await approve(place, door, back, "maker")
    emptied = await approve(place, door, back)
    after = await place.run()
    assert (await place.values(after))["intermediate_income.total", "m2"] == "0.000000"
    assert (await place.values(run))["intermediate_income.total", "m2"] == "14.000000"
    assert (await replay(place.open, place.host, place.store, place.workshop, run)).same
    async with place.open() as session:
        rows = await session.rows(
            "SELECT delivery, status, supersedes, rows FROM bank.deliveries WHERE delivery = ANY($1) ORDER BY delivery",
            [delivery, emptied],
        )
    assert [tuple(row) for row in rows] == [(delivery, "superseded", None, 1), (emptied, "accepted", delivery, 0)]
    assert (await entry(place, number)).reversed_by == back
    assert (await entry(place, back)).reverses == number


async def test_an_entry_is_reversed_once_and_a_reversal_never(place: Place, door: Door) -> None:
    number = await make(place, door)
    with pytest.raises(Conflict, match="nothing to reverse"):
        await reverse(place, door, number)
    await approve(place, door, number)
    back = await reverse(place, door, number)
    with pytest.raises(Conflict, match=f"Entry {back} reverses entry {number} already"):
        await reverse(place, door, number, "third")
    async with door.open(place.open.bank, "second") as session:
        await refuse_entry(session, back, "It was right")
    again = await reverse(place, door, number)
    await approve(place, door, again)
    for one in (number, back, again):
        with pytest.raises(Conflict, match="nothing to reverse"):
            await reverse(place, door, one)


async def test_a_key_that_was_reversed_may_be_entered_again(place: Place, door: Door) -> None:
    number = await make(place, door)
    await approve(place, door, number)
    await approve(place, door, await reverse(place, door, number))
    again = await make(place, door, fees(FEE | {"amount": "15.00"}))
    await approve(place, door, again)
    assert (await place.values(await place.run()))["intermediate_income.total", "m2"] == "15.000000"


async def test_another_banks_entry_is_missing(place: Place, door: Door, make_bank: MakeBank) -> None:
    number = await make(place, door)
    other = Place(door.opener(await make_bank(), "tester"), place.host, place.store, place.workshop, place.folder)
    for act in (approve, reverse):
        with pytest.raises(NotFound, match="There is no such entry"):
            await act(other, door, number, "second")
    async with other.open() as session:
        assert await all_entries(session) == []
    assert (await entry(place, number)).status == "waiting"


async def test_of_two_who_approve_at_once_one_does(place: Place, door: Door) -> None:
    number = await make(place, door)
    done = await asyncio.gather(
        approve(place, door, number, "second"), approve(place, door, number, "third"), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "int"]
    async with place.open() as session:
        rows = await session.rows("SELECT 1 FROM bank.deliveries WHERE shape = $1", f"entry-{number}")
    assert len(rows) == 1


async def test_an_entry_of_a_closed_period_corrects_it_for_its_reason(place: Place, door: Door) -> None:
    async with door.open(place.open.bank, "approver") as session:
        await publish_run(session, await place.run())
    delivery = await approve(place, door, await make(place, door))
    async with place.open() as session:
        row = await session.row("SELECT status, reason FROM bank.deliveries WHERE delivery = $1", delivery)
    assert row is not None
    assert tuple(row) == ("accepted", "The card system was down")


async def test_closed_days_change_only_by_who_may_correct_them(place: Place, door: Door) -> None:
    """The quarter ends on 30 September. A reversal of what was entered before it was published is such a change too."""
    early = await make(place, door)
    await approve(place, door, early, check=_may_not)
    async with door.open(place.open.bank, "approver") as session:
        await publish_run(session, await place.run())
    before = await count(place, "deliveries")
    after = fees(FEE | {"fee": "hand-2", "day": "2026-10-01"}, day=date(2026, 10, 1))
    late = await make(place, door, fees(FEE | {"fee": "hand-3", "day": "2026-09-30"}, day=date(2026, 10, 1)))
    for number in (late, await reverse(place, door, early)):
        with pytest.raises(Forbidden, match="May not correct"):
            await approve(place, door, number, check=_may_not)
        assert (await entry(place, number)).status == "waiting"
    assert await count(place, "deliveries") == before
    await approve(place, door, await make(place, door, after), check=_may_not)
