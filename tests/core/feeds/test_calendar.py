"""Which business days a feed owes files for, and by when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.feeds.calendar import expected_days
from core.feeds.feed import Every, Feed
from core.periods import FOREVER


def feed(every: Every, since: date = date(2026, 1, 1), until: date | None = None, due_days: int = 1) -> Feed:
    return Feed("f", "Feed", "报送", "fees", "event", since, until, every, due_days)


@pytest.mark.parametrize(
    ("every", "days"),
    [
        (Every.DAY, ["03-27", "03-28", "03-29", "03-30", "03-31", "04-01", "04-02"]),
        (Every.WORKDAY, ["03-27", "03-30", "03-31", "04-01", "04-02"]),  # the 28th is a Saturday
        (Every.WEEK, ["03-29"]),
        (Every.MONTH, ["03-31"]),
        (Every.QUARTER, ["03-31"]),
        (Every.YEAR, []),
        (Every.NEVER, []),
    ],
)
def test_the_days_of_a_rhythm(every: Every, days: list[str]) -> None:
    found = expected_days(feed(every), date(2026, 3, 27), date(2026, 4, 2))
    assert [one.day.strftime("%m-%d") for one in found] == days


@pytest.mark.parametrize(
    ("every", "first", "last", "days"),
    [
        (Every.MONTH, "2028-02-01", "2028-02-29", ["2028-02-29"]),
        (Every.MONTH, "2028-02-01", "2028-02-28", []),
        (Every.QUARTER, "2026-01-31", "2026-06-29", ["2026-03-31"]),
        (Every.YEAR, "2026-12-31", "2027-12-30", ["2026-12-31"]),
        (Every.DAY, "9999-12-31", "9999-12-31", ["9999-12-31"]),
        (Every.MONTH, "9999-12-01", "9999-12-31", ["9999-12-31"]),
        (Every.DAY, "2026-01-02", "2026-01-01", []),
    ],
)
def test_boundaries(every: Every, first: str, last: str, days: list[str]) -> None:
    found = expected_days(feed(every), date.fromisoformat(first), date.fromisoformat(last))
    assert [one.day.isoformat() for one in found] == days


def test_since_and_until_are_inclusive() -> None:
    owed = feed(Every.DAY, date(2026, 1, 3), date(2026, 1, 5))
    assert [one.day.day for one in expected_days(owed, date(2026, 1, 1), date(2026, 1, 9))] == [3, 4, 5]


def test_due_days_are_calendar_days_after_the_business_day() -> None:
    [friday] = expected_days(feed(Every.WORKDAY, due_days=3), date(2026, 3, 27), date(2026, 3, 28))
    assert friday.due == date(2026, 3, 30)
    [last] = expected_days(feed(Every.DAY, due_days=1), FOREVER, FOREVER)
    assert last.due == FOREVER


@given(
    st.sampled_from(list(Every)), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.integers(0, 400)
)
def test_two_stretches_owe_what_the_whole_owes(every: Every, first: date, before: int, after: int) -> None:
    middle, last = first + timedelta(days=before), first + timedelta(days=before + 1 + after)
    owed = feed(every, since=date(2021, 5, 5), until=date(2029, 5, 5))
    parts = expected_days(owed, first, middle) + expected_days(owed, middle + timedelta(days=1), last)
    assert parts == expected_days(owed, first, last)
