"""Exact numbers: one rounding, plain text, nothing binary."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.numbers import divide_half_away, exact_scaled, fraction_text, parse_decimal, round_half_away, scaled_text


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (-3, 2, -2), (149, 100, 1), (1, 3, 0), (-2, 3, -1), (5, -2, -3), (0, 7, 0)],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert divide_half_away(numerator, denominator) == rounded


@pytest.mark.parametrize(
    ("scaled", "digits", "text"),
    [(-12345, 4, "-1.2345"), (0, 4, "0.0000"), (-5, 2, "-0.05"), (7, 0, "7"), (10**20, 2, "1000000000000000000.00")],
)
def test_scaled_text_is_plain(scaled: int, digits: int, text: str) -> None:
    assert scaled_text(scaled, digits) == text


def test_a_value_that_rounds_to_zero_has_no_sign() -> None:
    assert fraction_text(Fraction(-1, 10**9), 6) == "0.000000"


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e5", "1_000", "", " 1", "1 ", ".5", "1.", "--1", "0x1", "１"])
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_decimal(text)
    assert caught.value.code == "NUMBER_INVALID"


def test_more_decimals_than_the_scale_holds_are_refused() -> None:
    assert exact_scaled(Decimal("1.10"), 2) == 110
    assert exact_scaled(Decimal("1.100"), 2) == 110
    with pytest.raises(InputError) as caught:
        exact_scaled(Decimal("1.101"), 2)
    assert caught.value.code == "NUMBER_TOO_PRECISE"


@given(st.fractions(), st.integers(0, 12))
def test_rounding_is_within_half_a_unit_and_symmetric(value: Fraction, digits: int) -> None:
    rounded = round_half_away(value, digits)
    assert abs(rounded - value * 10**digits) <= Fraction(1, 2)
    assert round_half_away(-value, digits) == -rounded
