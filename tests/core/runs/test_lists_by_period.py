"""A run reads the complete lists that held on its period's days, whatever was delivered since."""

from datetime import date

import pytest

from core.periods import Period
from core.runs.replay import replay
from tests.core.runs.place import FILES, QUARTER, Place

LOANS = "loan,customer,granted_on,amount,classification\n"
ACCOUNTS = "account,customer,kind,category\n"
GOOD, BAD = "l1,c1,2025-01-01,100.00,normal\n", "l1,c1,2025-01-01,100.00,loss\n"


async def ratio(place: Place, period: Period = QUARTER) -> str | None:
    """Of whoever holds c1 on the period's last day: m1, from 15 August on m2."""
    holder = "m2" if period == QUARTER else "m1"
    return (await place.values(await place.run(period)))["risk.npl_ratio", holder]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # business days of a good list and a bad one; the quarter ends on 30 September
        ((date(2026, 9, 30), date(2026, 10, 1)), "0.000000"),  # the newest up to the last day
        ((date(2026, 9, 29), date(2026, 9, 30)), "100.000000"),
        ((date(2026, 10, 1), date(2026, 10, 2)), "0.000000"),  # none up to it: the earliest after
        ((date(2026, 10, 2), date(2026, 10, 1)), "100.000000"),
    ],
)
async def test_a_run_reads_the_list_that_held_on_its_last_day(
    place: Place, days: tuple[date, date], expected: str
) -> None:
    for text, day in zip((GOOD, BAD), days, strict=True):
        await place.deliver("loans", LOANS + text, day)
    assert await ratio(place) == expected


async def test_two_periods_read_two_lists(place: Place) -> None:
    await place.deliver("loans", LOANS + GOOD, date(2026, 6, 30))
    await place.deliver("loans", LOANS + BAD, date(2026, 9, 30))
    assert await ratio(place, Period.parse("2026-Q2")) == "0.000000"
    assert await ratio(place) == "100.000000"


async def test_balances_belong_to_whom_the_accounts_of_the_period_say(place: Place) -> None:
    await place.deliver("accounts", FILES["accounts"], date(2026, 9, 30))
    before = await place.values(await place.run())
    moved = "a1,c2,deposit,corporate\na2,c2,deposit,savings\na3,c1,loan,corporate\n"
    await place.deliver("accounts", ACCOUNTS + moved, date(2026, 10, 1))
    assert await place.values(await place.run()) == before
    await place.deliver("accounts", ACCOUNTS + moved, date(2026, 9, 30))
    assert await place.values(await place.run()) != before


async def test_a_run_made_before_other_lists_replays(place: Place) -> None:
    await place.deliver("loans", LOANS + GOOD, date(2026, 9, 1))
    run = await place.run()
    await place.deliver("loans", LOANS + BAD, date(2026, 9, 1))
    await place.deliver("loans", LOANS + BAD, date(2026, 9, 15))
    again = await replay(place.open, place.host, place.store, place.workshop, run)
    assert again.same


async def test_a_run_freezes_few_of_many_lists(place: Place) -> None:
    for number in range(1, 29):
        await place.deliver("loans", LOANS + GOOD.replace("100", str(number)), date(2026, 9, number))
    row = await place.row(await place.run())
    assert row["error"] is None
    listed = [day for _, day, *_ in row["inputs"]["facts"]["loans"]]
    # The one of 28 September holds at the period's end; before the first one, of 1 September, that one does.
    assert listed == ["2026-09-01", "2026-09-28"]
