"""Ledger totals against sums of balances: exact to the minor unit."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.readiness.reconcile import ALL, Step, Total, compare

FIRST = date(2026, 9, 1)
SAVINGS, CORPORATE = ("deposit", "savings"), ("deposit", "corporate")


def day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


# Savings: 100 from the 1st, 250 from the 3rd, nothing from the 5th on. Corporate: 40 all along.
STEPS = [
    Step(SAVINGS, day(1), 100, 1),
    Step(SAVINGS, day(3), 150, 1),
    Step(SAVINGS, day(5), -250, -2),
    Step(CORPORATE, day(1), 40, 1),
]


@pytest.mark.parametrize(
    ("number", "group", "total"),
    [
        (1, SAVINGS, 100),
        (2, SAVINGS, 100),
        (3, SAVINGS, 250),  # a span counts from its first day
        (4, SAVINGS, 250),
        (5, SAVINGS, 0),  # and not on the day it ends
        (4, ("deposit", ALL), 290),
        (4, ("loan", ALL), 0),  # nothing is known of loans, and the ledger has nothing
    ],
)
def test_a_total_that_is_the_sum_of_the_balances_is_in_order(number: int, group: tuple[str, str], total: int) -> None:
    assert compare([Total(day(number), group, total)], STEPS, Fraction(0)).differences == ()


@pytest.mark.parametrize(
    ("tolerance", "off", "found"),
    [
        (Fraction(0), 1, 1),
        (Fraction(3), 3, 0),  # just the tolerance is in order
        (Fraction(3), 4, 1),
        (Fraction(3), -3, 0),
        (Fraction(3), -4, 1),
        (Fraction(7, 2), 3, 0),
        (Fraction(7, 2), 4, 1),
    ],
)
def test_the_tolerance_is_inclusive_on_both_sides(tolerance: Fraction, off: int, found: int) -> None:
    differences = compare([Total(day(2), SAVINGS, 100 + off)], STEPS, tolerance).differences
    assert [one.difference_minor for one in differences] == [-off] * found


def test_a_total_of_a_day_without_any_balances_says_so() -> None:
    [found] = compare([Total(day(1), SAVINGS, 100)], [], Fraction(0)).differences
    assert (found.balances_minor, found.difference_minor) == (None, -100)
    before = compare([Total(FIRST - timedelta(days=1), SAVINGS, 5)], STEPS, Fraction(0)).differences
    assert [one.balances_minor for one in before] == [None]


# All accounts are gone on the 5th: a delivery told about the 1st, and an empty list about the 5th.
EMPTIED = [Step(SAVINGS, day(2), 100, 1), Step(SAVINGS, day(5), -100, -1)]


@pytest.mark.parametrize(
    ("number", "total", "balances"),
    [
        (0, 7, None),  # before every day that is told about
        (0, 0, "in order"),  # nothing known, and the ledger has nothing
        (1, 0, "in order"),  # the first day told about: known, and zero
        (1, 7, 0),
        (4, 100, "in order"),
        (5, 0, "in order"),  # emptied
        (5, 7, 0),
        (6, 7, 0),  # and zero runs on
    ],
)
def test_a_day_is_known_from_the_first_that_a_delivery_tells_about(
    number: int, total: int, balances: int | str | None
) -> None:
    found = compare([Total(day(number), SAVINGS, total)], EMPTIED, Fraction(0), known_since=day(1)).differences
    assert [one.balances_minor for one in found] == ([] if balances == "in order" else [balances])


def test_balances_without_a_total_are_told_and_are_no_difference() -> None:
    found = compare([Total(day(2), CORPORATE, 40), Total(day(3), CORPORATE, 40)], STEPS, Fraction(0))
    assert (found.days, found.differences) == (2, ())
    assert [(u.kind, u.category, u.days, u.first) for u in found.unreconciled] == [("deposit", "savings", 2, day(2))]


def test_the_total_of_a_whole_kind_covers_its_categories() -> None:
    assert compare([Total(day(2), ("deposit", ALL), 140)], STEPS, Fraction(0)).unreconciled == ()


@given(
    spans=st.lists(
        st.tuples(st.integers(1, 20), st.integers(1, 20), st.integers(-(10**18), 10**18), st.sampled_from("ab")),
        max_size=30,
    ),
    number=st.integers(1, 21),
)
def test_sums_by_steps_are_sums_by_hand(spans: list[tuple[int, int, int, str]], number: int) -> None:
    steps, by_hand, known = [], 0, False
    for begin, length, amount, category in spans:
        steps.append(Step(("loan", category), day(begin), amount, 1))
        steps.append(Step(("loan", category), day(begin + length), -amount, -1))
        if begin <= number < begin + length:
            known = True
            by_hand += amount
    found = compare([Total(day(number), ("loan", ALL), by_hand + 1)], steps, Fraction(0)).differences
    assert [one.difference_minor for one in found] == ([-1] if known else [-(by_hand + 1)])
