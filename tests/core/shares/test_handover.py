"""Handing customers over: what ends, what goes on, what begins."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ShareRefused
from core.periods import FOREVER
from core.shares.handover import ShareChange, hand_over
from core.shares.store import NewShare

JANUARY, JULY, MAY_DAY = date(2026, 1, 1), date(2026, 7, 1), date(2026, 5, 1)


def share(manager: str, ppm: int, first: date = JULY, until: date = FOREVER) -> NewShare:
    return NewShare("c1", manager, ppm, first, until)


WHOLE = share("m1", 1_000_000, JANUARY)


@pytest.mark.parametrize(
    ("held", "wanted", "changes"),
    [
        # m1 gives the whole customer to m2.
        (
            [WHOLE],
            [share("m2", 1_000_000)],
            [(WHOLE, share("m1", 1_000_000, JANUARY, JULY)), (None, share("m2", 1_000_000))],
        ),
        # m1 keeps his 0.6 in one row; m2's 0.4 goes to m3.
        (
            [share("m1", 600_000, JANUARY), share("m2", 400_000, JANUARY)],
            [share("m1", 600_000), share("m3", 400_000)],
            [
                (share("m2", 400_000, JANUARY), share("m2", 400_000, JANUARY, JULY)),
                (None, share("m3", 400_000)),
            ],
        ),
        # The part changes: the old row ends, a new one begins.
        (
            [WHOLE],
            [share("m1", 500_000)],
            [(WHOLE, share("m1", 1_000_000, JANUARY, JULY)), (None, share("m1", 500_000))],
        ),
        # Nobody holds him any more, and what was planned for September is dropped.
        (
            [share("m1", 500_000, JANUARY), share("m2", 500_000, date(2026, 9, 1))],
            [],
            [
                (share("m1", 500_000, JANUARY), share("m1", 500_000, JANUARY, JULY)),
                (share("m2", 500_000, date(2026, 9, 1)), None),
            ],
        ),
        # What ended before stays, to the day.
        ([share("m1", 500_000, JANUARY, JULY)], [share("m2", 1_000_000)], [(None, share("m2", 1_000_000))]),
        # An open end is closed: the same row ends earlier.
        (
            [WHOLE],
            [share("m1", 1_000_000, JULY, date(2027, 1, 1))],
            [(WHOLE, share("m1", 1_000_000, JANUARY, date(2027, 1, 1)))],
        ),
        # Everything was so already.
        ([WHOLE], [share("m1", 1_000_000)], []),
        ([share("m1", 1)], [share("m1", 1)], []),
        ([], [], []),
    ],
)
def test_a_hand_over_ends_goes_on_and_begins(
    held: list[NewShare], wanted: list[NewShare], changes: list[tuple[NewShare | None, NewShare | None]]
) -> None:
    assert hand_over(held, wanted, JULY) == [ShareChange(before, after) for before, after in changes]


@pytest.mark.parametrize(
    ("wanted", "code", "day"),
    [
        ([share("m1", 0)], "SHARE_OUT_OF_RANGE", JULY),
        ([share("m1", -1)], "SHARE_OUT_OF_RANGE", JULY),
        ([share("m1", 1_000_001)], "SHARE_OUT_OF_RANGE", JULY),
        ([share("m1", 1, JULY - timedelta(days=1))], "SHARE_OUT_OF_RANGE", JULY - timedelta(days=1)),
        ([share("m1", 1, JULY, JULY)], "SHARE_OUT_OF_RANGE", JULY),
        ([share("m1", 1), share("m1", 1, date(2026, 8, 1))], "SHARES_OVERLAP", date(2026, 8, 1)),
        ([share("m1", 1), share("m1", 1)], "SHARES_OVERLAP", JULY),
        ([share("m1", 600_000), share("m2", 400_001)], "SHARES_EXCEED_ONE", JULY),
        ([share("m1", 600_000), share("m2", 400_001, date(2026, 8, 9))], "SHARES_EXCEED_ONE", date(2026, 8, 9)),
        # The range is looked at first.
        ([share("m1", 600_000), share("m2", 600_000), share("m3", 0)], "SHARE_OUT_OF_RANGE", JULY),
    ],
)
def test_holders_who_cannot_be_are_refused_with_customer_and_day(wanted: list[NewShare], code: str, day: date) -> None:
    with pytest.raises(ShareRefused) as refused:
        hand_over([], wanted, JULY)
    assert (refused.value.code, refused.value.fields) == (code, {"customer": "c1", "day": str(day)})


def test_exactly_one_and_two_stretches_end_to_end_are_lawful() -> None:
    august = date(2026, 8, 1)
    wanted = [share("m1", 600_000), share("m2", 400_000, JULY, august), share("m2", 400_000, august)]
    assert [change.after for change in hand_over([], wanted, JULY)] == wanted


days = st.integers(0, 20).map(lambda n: MAY_DAY + timedelta(days=n))
managers = st.sampled_from(["m1", "m2", "m3"])


@st.composite
def holders(draw: st.DrawFn, earliest: date) -> list[NewShare]:
    """Some shares, each manager's days apart, all of them together at most one."""
    found = []
    for manager in draw(st.sets(managers)):
        first = earliest + timedelta(days=draw(st.integers(0, 9)))
        until = draw(st.sampled_from([FOREVER, first + timedelta(days=draw(st.integers(1, 9)))]))
        found.append(NewShare("c1", manager, draw(st.sampled_from([100_000, 300_000])), first, until))
    return found


def on(shares: list[NewShare], day: date) -> dict[str, int]:
    return {share.manager: share.share_ppm for share in shares if share.first <= day < share.until}


@given(st.data(), days)
def test_before_the_day_nothing_changes_and_from_it_on_only_the_wanted_hold(data: st.DataObject, day: date) -> None:
    held, wanted = data.draw(holders(MAY_DAY)), data.draw(holders(day))
    after = {(share.manager, share.first): share for share in held}
    for change in hand_over(held, wanted, day):
        if change.before:
            del after[change.before.manager, change.before.first]
        if change.after:
            after[change.after.manager, change.after.first] = change.after
    for number in range(60):
        looked_at = MAY_DAY + timedelta(days=number)
        assert on(list(after.values()), looked_at) == on(held if looked_at < day else wanted, looked_at)
    again = hand_over(list(after.values()), wanted, day)
    assert again == [], "the same again changes nothing"
