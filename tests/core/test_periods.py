"""Periods: what is one, its days, and the one before."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.periods import FOREVER, Period, next_month

TEXTS = st.builds(
    lambda year, part: f"{year:04}{part}",
    st.integers(2, 9998),
    st.sampled_from(["", "-H1", "-H2", *(f"-Q{q}" for q in range(1, 5)), *(f"-{m:02}" for m in range(1, 13))]),
)


@pytest.mark.parametrize(
    ("text", "first", "last", "days"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), 365),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), 366),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), 184),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), 92),
        ("1993-Q4", date(1993, 10, 1), date(1993, 12, 31), 92),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), 28),
    ],
)
def test_a_period_has_both_its_ends(text: str, first: date, last: date, days: int) -> None:
    period = Period.parse(text)
    assert (period.first, period.last, period.days) == (first, last, days)
    assert first in period
    assert last in period
    assert period.until not in period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-Q5",
        "2026-Q0",
        "2026-13",
        "2026-00",
        "2026-H3",
        "26-Q1",
        "0000-01",
        "9999",
        "2026-q1",
        " 2026",
        "２０２６",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        Period.parse(text)
    assert caught.value.code == "PERIOD_INVALID"


@pytest.mark.parametrize(
    ("text", "before"), [("2026-Q1", "2025-Q4"), ("2026-01", "2025-12"), ("2026-H1", "2025-H2"), ("2026", "2025")]
)
def test_the_period_before_is_of_the_same_length(text: str, before: str) -> None:
    assert str(Period.parse(text).previous()) == before


@given(TEXTS)
def test_a_period_reads_back_as_it_was_written(text: str) -> None:
    period = Period.parse(text)
    assert str(period) == text
    assert period.previous().until == period.first
    assert sum((next_month(month) - month).days for month in period.months) == period.days


def test_the_calendar_ends_where_forever_begins() -> None:
    assert next_month(date(9999, 12, 5)) == FOREVER
    assert next_month(date(2026, 12, 5)) == date(2027, 1, 1)
