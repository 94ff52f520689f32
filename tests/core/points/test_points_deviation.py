"""F5: the base moves with the distance from plan, up where higher is better, down where lower is."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.indicators.indicator import Direction
from core.indicators.value import Value
from core.points.deviation import POINTS_DEVIATION, DeviationParameters
from core.points.rule import Awarded

HIGHER, LOWER = Direction.HIGHER_IS_BETTER, Direction.LOWER_IS_BETTER
fractions = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**4)
bases = st.fractions(min_value=Fraction(1, 100), max_value=1000, max_denominator=300)
constants = st.decimals(min_value=0, max_value=5, places=3)


def deviation(
    base: Fraction | str,
    actual: Fraction | str,
    plan: Fraction | str | None,
    constant: Decimal | str = "0.3",
    direction: Direction = LOWER,
    cap: str = "2",
) -> Awarded:
    parameters = DeviationParameters.model_validate({"constant": constant, "direction": direction, "cap_multiple": cap})
    exact = Fraction(actual)
    value = Value(exact.numerator, exact.denominator)
    return POINTS_DEVIATION.award(Fraction(base), value, None if plan is None else Fraction(plan), parameters)


@pytest.mark.parametrize(
    ("actual", "direction", "cap", "points_e4"),
    [
        ("1.5", LOWER, "2", 170000),  # 20 − 0.5 × 0.3 × 20 = 17
        ("1.5", HIGHER, "2", 230000),  # 20 + 0.5 × 0.3 × 20 = 23
        ("1", LOWER, "2", 200000),
        ("0", LOWER, "2", 260000),  # 20 + 1 × 0.3 × 20 = 26
        ("-1", LOWER, "2", 320000),  # a ratio below zero is as good as its distance says
        ("13/3", LOWER, "2", 0),  # 20 − 10/3 × 0.3 × 20 = 0 exactly
        ("4.3333", LOWER, "2", 2),  # 20 − 3.3333 × 6 = 0.0002
        ("4.4", LOWER, "2", 0),
        ("13/3", HIGHER, "2", 400000),  # 40, the cap exactly
        ("99", HIGHER, "2", 400000),
        ("99", HIGHER, "1.1", 220000),
        ("1", LOWER, "0", 0),
        ("1.000008325", HIGHER, "2", 200000),  # 20.00004995
        ("1.00000833334", HIGHER, "2", 200001),  # 20.00005000004
        ("1.000025", LOWER, "2", 199999),  # 19.99985: a half, away from zero
    ],
)
def test_points_follow_the_sum_by_hand(actual: str, direction: Direction, cap: str, points_e4: int) -> None:
    assert deviation("20", actual, "1", direction=direction, cap=cap).points_e4 == points_e4


def test_a_rescaled_base_and_a_prorated_plan_stay_exact() -> None:
    # 50 ÷ 3 × (1 − (10 ÷ 7 − 3 ÷ 7) × 0.1) = 15
    assert deviation("50/3", "10/7", "3/7", "0.1").points_e4 == 150000


def test_without_a_plan_it_is_not_applicable() -> None:
    awarded = deviation("20", "1", None)
    assert (awarded.points_e4, awarded.not_applicable) == (0, "target_missing")


def test_a_value_whose_denominator_is_negative_counts_by_its_sign() -> None:
    parameters = DeviationParameters(constant=Decimal("0.3"), direction=LOWER)
    assert POINTS_DEVIATION.award(Fraction(20), Value(-3, -2), Fraction(1), parameters).points_e4 == 170000


@pytest.mark.parametrize("direction", list(Direction))
def test_the_direction_is_the_indicator_s_own(direction: Direction) -> None:
    fitted = POINTS_DEVIATION.fit(DeviationParameters(constant=Decimal(1)), direction)
    assert isinstance(fitted, DeviationParameters)
    assert fitted.direction is direction
    assert POINTS_DEVIATION.fit(fitted, direction) == fitted
    (other,) = set(Direction) - {direction}
    with pytest.raises(InputError) as refused:
        POINTS_DEVIATION.fit(fitted, other)
    assert refused.value.code == "DIRECTION_DIFFERS"


@given(base=bases, actual=fractions, plan=fractions, constant=constants)
def test_the_two_directions_mirror_each_other_within_the_bounds(
    base: Fraction, actual: Fraction, plan: Fraction, constant: Decimal
) -> None:
    higher = deviation(base, actual, plan, constant, HIGHER).points_e4
    assert deviation(base, 2 * plan - actual, plan, constant, LOWER).points_e4 == higher
    assert 0 <= higher <= base * 20_000 + Fraction(1, 2)


@given(base=bases, one=fractions, other=fractions, plan=fractions, constant=constants)
def test_worse_never_earns_more(
    base: Fraction, one: Fraction, other: Fraction, plan: Fraction, constant: Decimal
) -> None:
    low, high = min(one, other), max(one, other)
    assert deviation(base, low, plan, constant).points_e4 >= deviation(base, high, plan, constant).points_e4


@given(base=bases, actual=fractions, plan=fractions, constant=constants, direction=st.sampled_from(Direction))
def test_an_explanation_ends_in_the_points_awarded(
    base: Fraction, actual: Fraction, plan: Fraction, constant: Decimal, direction: Direction
) -> None:
    awarded = deviation(base, actual, plan, constant, direction)
    whole, part = divmod(awarded.points_e4, 10_000)
    words = POINTS_DEVIATION.explain(awarded.inputs)
    assert f": {whole}.{part:04} points (" in words.en
    assert f"：{whole}.{part:04} 分（" in words.zh


def test_the_sum_in_words_is_the_one_a_person_would_do() -> None:
    rounded = "(rounded to 4 decimals, half away from zero)"
    assert POINTS_DEVIATION.explain(deviation("20", "1.5", "1").inputs).en == (
        f"20 − (1.5 − 1) × 0.3 × 20 = 17, within 0 and 40: 17.0000 points {rounded}"
    )
    assert POINTS_DEVIATION.explain(deviation("20", "-2", "-1", direction=HIGHER).inputs).en == (
        f"20 + ((−2) − (−1)) × 0.3 × 20 = 14, within 0 and 40: 14.0000 points {rounded}"
    )
