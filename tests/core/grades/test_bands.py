"""F12: bounds are met exactly, on any base total."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.grades.bands import CONTRIBUTION_1000, Band, grade_of

points = st.fractions(min_value=-2000, max_value=3000)


def test_the_fifteen_grades_are_those_of_the_preset() -> None:
    assert [(band.grade, band.at_least, band.multiple_e2) for band in CONTRIBUTION_1000] == [
        ("A1", 1200, 300),
        ("A2", 1150, 290),
        ("A3", 1100, 280),
        ("B1", 1050, 265),
        ("B2", 1000, 250),
        ("B3", 950, 235),
        ("C1", 900, 220),
        ("C2", 850, 205),
        ("C3", 800, 190),
        ("D1", 750, 175),
        ("D2", 700, 160),
        ("D3", 650, 145),
        ("E1", 600, 130),
        ("E2", 550, 115),
        ("E3", None, 100),
    ]


@pytest.mark.parametrize(
    ("earned", "base_total", "grade"),
    [
        ("1200", "1000", "A1"),
        ("1199.99999999", "1000", "A2"),  # never rounded up to the bound
        ("120", "100", "A1"),  # 120 × 1,000 ÷ 100 = 1,200
        ("119.9999", "100", "A2"),
        ("55", "100", "E2"),
        ("54.9999", "100", "E3"),
        ("0", "100", "E3"),
        ("-3", "100", "E3"),
        ("3.6", "3", "A1"),  # 3.6 × 1,000 ÷ 3 = 1,200 exactly, which a rounded quotient could miss
    ],
)
def test_points_are_scaled_to_a_thousand_and_compared_unrounded(earned: str, base_total: str, grade: str) -> None:
    assert grade_of(Fraction(earned), Fraction(base_total), CONTRIBUTION_1000).grade == grade


def test_a_scheme_may_have_bands_of_its_own() -> None:
    bands = (Band("good", Decimal("800.5"), 120), Band("poor", None, 0))
    assert grade_of(Fraction("800.5"), Fraction(1000), bands) == bands[0]
    assert grade_of(Fraction("800.4999"), Fraction(1000), bands) == bands[1]


@given(lower=points, higher=points, base_total=st.fractions(min_value=1, max_value=2000))
def test_more_points_never_give_a_lower_multiple(lower: Fraction, higher: Fraction, base_total: Fraction) -> None:
    low, high = sorted((lower, higher))
    worse, better = (grade_of(earned, base_total, CONTRIBUTION_1000) for earned in (low, high))
    assert worse.multiple_e2 <= better.multiple_e2
