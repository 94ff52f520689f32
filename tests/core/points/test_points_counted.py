"""F8 and F9: so many points for each thing counted, up to a limit; a deduction never adds, a bonus never deducts."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.indicators.value import Value
from core.points.bonus import POINTS_BONUS, bonus_e4
from core.points.counted import CountedParameters
from core.points.deduction import POINTS_DEDUCTION, deduction_e4
from core.points.rule import Awarded, PointRule

counts = st.fractions(min_value=-50, max_value=1000, max_denominator=10**4)
prices = st.decimals(min_value=0, max_value=50, places=3)
limits = st.decimals(min_value=0, max_value=100, places=4)


def count(rule: PointRule, number: Fraction | str, points: Decimal | str, limit: Decimal | str) -> Awarded:
    exact = Fraction(number)
    parameters = CountedParameters.model_validate({"points": str(points), "limit": str(limit)})
    return rule.award(Fraction(0), Value(exact.numerator, exact.denominator), None, parameters)


@pytest.mark.parametrize(
    ("number", "points", "limit", "points_e4"),
    [
        ("3", "2", "10", 60000),
        ("5", "2", "10", 100000),  # the limit exactly
        ("5.0001", "2", "10", 100000),
        ("0.6", "2", "10", 12000),  # six tenths of an event, by share
        ("1/3", "1", "10", 3333),
        ("0", "2", "10", 0),
        ("3", "0", "10", 0),
        ("3", "2", "0", 0),
        ("-3", "2", "10", 0),
        ("0.00005", "1", "10", 1),  # a half: away from zero
        ("0.00004999", "1", "10", 0),
        ("100000000", "0.00000001", "10", 10000),
    ],
)
def test_points_follow_the_sum_by_hand(number: str, points: str, limit: str, points_e4: int) -> None:
    assert count(POINTS_BONUS, number, points, limit).points_e4 == points_e4
    assert count(POINTS_DEDUCTION, number, points, limit).points_e4 == -points_e4


def test_events_of_several_kinds_share_one_limit() -> None:
    incidents = [(Fraction(5), Fraction(2)), (Fraction("1.5"), Fraction(1))]
    assert deduction_e4(incidents, Decimal(20)) == -115000  # −(5 × 2 + 1.5)
    assert deduction_e4(incidents, Decimal(11)) == -110000
    assert bonus_e4(incidents, Decimal(20)) == 115000
    assert (deduction_e4([], Decimal(20)), bonus_e4([], Decimal(20))) == (0, 0)


def test_a_value_whose_denominator_is_negative_counts_by_its_sign() -> None:
    parameters = CountedParameters(points=Decimal(2), limit=Decimal(10))
    assert POINTS_BONUS.award(Fraction(0), Value(-3, -2), None, parameters).points_e4 == 30000
    assert POINTS_DEDUCTION.award(Fraction(0), Value(3, -2), None, parameters).points_e4 == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": "-1", "limit": "10"},
        {"points": "1", "limit": "-10"},
        {"points": "1"},
        {"limit": "1"},
        {"points": 1.5, "limit": "10"},
        {"points": "1", "limit": "10", "cap_multiple": "2"},
    ],
)
def test_parameters_without_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CountedParameters.model_validate(wrong)


@given(one=counts, other=counts, points=prices, limit=limits)
def test_more_events_never_count_less_and_the_limit_holds(
    one: Fraction, other: Fraction, points: Decimal, limit: Decimal
) -> None:
    low, high = min(one, other), max(one, other)
    less, more = (count(POINTS_BONUS, number, points, limit).points_e4 for number in (low, high))
    assert 0 <= less <= more <= Fraction(limit) * 10_000 + Fraction(1, 2)
    assert count(POINTS_DEDUCTION, high, points, limit).points_e4 == -more


@given(number=counts, points=prices, limit=limits)
def test_an_explanation_ends_in_the_points_awarded(number: Fraction, points: Decimal, limit: Decimal) -> None:
    for rule, sign in ((POINTS_BONUS, ""), (POINTS_DEDUCTION, "−")):
        awarded = count(rule, number, points, limit)
        whole, part = divmod(abs(awarded.points_e4), 10_000)
        shown = f"{sign if awarded.points_e4 else ''}{whole}.{part:04}"
        words = rule.explain(awarded.inputs)
        assert f": {shown} points (" in words.en
        assert f"：{shown} 分（" in words.zh


def test_the_sum_in_words_is_the_one_a_person_would_do() -> None:
    rounded = "(rounded to 4 decimals, half away from zero)"
    assert POINTS_BONUS.explain(count(POINTS_BONUS, "1.5", "2", "10").inputs).en == (
        f"2 × 1.5 = 3, within 0 and 10: 3.0000 points {rounded}"
    )
    deducted = POINTS_DEDUCTION.explain(count(POINTS_DEDUCTION, "15", "2", "20").inputs)
    assert deducted.en == f"−2 × 15 = −30, not above 0 and not below −20: −20.0000 points {rounded}"
    assert deducted.zh == "−2 × 15 = −30，限于 −20 至 0 之间：−20.0000 分（四舍五入，保留 4 位小数）"
