"""F4 and F6: the arithmetic by hand, bounds, and laws."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.indicators.indicator import Direction
from core.indicators.value import Value
from core.points.catalogue import BUILT_IN
from core.points.per_unit import POINTS_PER_UNIT, PerUnitParameters
from core.points.proportional import POINTS_PROPORTIONAL, ProportionalParameters
from core.points.rule import Awarded, PointRule

fractions = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)
positive = st.fractions(min_value=Fraction(1, 1000), max_value=10**6, max_denominator=10**4)
caps = st.decimals(min_value=0, max_value=5, places=2)


def value(number: Fraction | str) -> Value:
    exact = Fraction(number)
    return Value(exact.numerator, exact.denominator)


def proportional(base: str, actual: str, target: str | None, cap: str = "2") -> Awarded:
    parameters = ProportionalParameters.model_validate({"cap_multiple": cap})
    return POINTS_PROPORTIONAL.award(
        Fraction(base), value(actual), None if target is None else Fraction(target), parameters
    )


def per_unit(base: str, actual: str, plan: str | None, price: str, cap: str = "2", constant: str = "1") -> Awarded:
    parameters = PerUnitParameters.model_validate({"constant": constant, "points_per_unit": price, "cap_multiple": cap})
    return POINTS_PER_UNIT.award(Fraction(base), value(actual), None if plan is None else Fraction(plan), parameters)


@pytest.mark.parametrize(
    ("base", "actual", "target", "points_e4"),
    [
        ("15", "325", "300", 162500),  # 15 × 325 ÷ 300 = 16.25
        ("10", "1", "3", 33333),  # 10 ÷ 3 = 3.3333…
        ("10", "2", "3", 66667),  # 20 ÷ 3 = 6.6666…
        ("1", "0.00005", "1", 1),  # 0.00005 is a half: away from zero
        ("1", "0.00004999", "1", 0),
        ("15", "600", "300", 300000),  # twice the target is the cap exactly
        ("15", "600.0001", "300", 300000),
        ("15", "0", "300", 0),
        ("15", "-0.01", "300", 0),
        ("50/3", "3", "2", 250000),  # a rescaled base stays exact: 50 ÷ 3 × 3 ÷ 2 = 25, not 25.0001
        ("15", "300", "900/7", 300000),  # 15 × 300 × 7 ÷ 900 = 35, capped
        ("12", "100", "900/7", 93333),  # 12 × 100 × 7 ÷ 900 = 9.3333…
    ],
)
def test_proportional_points_follow_the_sum_by_hand(base: str, actual: str, target: str, points_e4: int) -> None:
    assert proportional(base, actual, target).points_e4 == points_e4


@pytest.mark.parametrize(
    ("actual", "price", "cap", "points_e4"),
    [
        ("1200", "0.02", "2", 340000),  # 30 + 200 × 0.02 = 34
        ("1000", "0.02", "2", 300000),
        ("2500", "0.02", "2", 600000),  # 30 + 1500 × 0.02 = 60, the cap exactly
        ("2500.01", "0.02", "2", 600000),
        ("-500", "0.02", "2", 0),  # 30 − 1500 × 0.02 = 0 exactly
        ("-499.99", "0.02", "2", 2),  # 30 − 1499.99 × 0.02 = 0.0002
        ("1000.0025", "0.02", "2", 300001),  # 30.00005 is a half: away from zero
        ("1000", "0.02", "0.5", 150000),  # a cap below one cuts the base itself
    ],
)
def test_points_per_unit_follow_the_sum_by_hand(actual: str, price: str, cap: str, points_e4: int) -> None:
    assert per_unit("30", actual, "1000", price, cap).points_e4 == points_e4


def test_the_constant_multiplies_the_price() -> None:
    assert per_unit("30", "1010", "1000", "0.02", constant="0.5").points_e4 == 301000  # 30 + 10 × 0.5 × 0.02


def test_a_plan_below_zero_is_a_plan() -> None:
    assert per_unit("30", "-50", "-100", "0.02").points_e4 == 310000  # 30 + 50 × 0.02


def test_a_value_whose_denominator_is_negative_counts_by_its_sign() -> None:
    parameters = ProportionalParameters()
    awarded = POINTS_PROPORTIONAL.award(Fraction(10), Value(-3, -4), Fraction(1), parameters)
    assert awarded.points_e4 == 75000
    priced = PerUnitParameters(constant=Decimal(1), points_per_unit=Decimal(1))
    assert POINTS_PER_UNIT.award(Fraction(10), Value(-3, -4), Fraction(0), priced).points_e4 == 107500


@pytest.mark.parametrize("target", ["0", "-1"])
def test_a_target_at_or_below_zero_is_not_applicable(target: str) -> None:
    awarded = proportional("15", "10", target)
    assert (awarded.points_e4, awarded.not_applicable) == (0, "target_not_positive")


def test_without_a_target_neither_rule_is_applicable() -> None:
    assert proportional("15", "10", None).not_applicable == "target_missing"
    assert per_unit("15", "10", None, "1").not_applicable == "target_missing"


def test_every_rule_says_where_it_stands_and_what_it_scores() -> None:
    higher, lower = frozenset({Direction.HIGHER_IS_BETTER}), frozenset({Direction.LOWER_IS_BETTER})
    assert {rule.code: (rule.formula, rule.kind.value, rule.directions) for rule in BUILT_IN.values()} == {
        "points_per_unit": ("F4", "base", higher),
        "points_deviation": ("F5", "base", higher | lower),
        "points_proportional": ("F6", "base", higher),
        "points_tiered": ("F7", "base", higher | lower),
        "points_deduction": ("F8", "deduction", lower),
        "points_bonus": ("F9", "bonus", higher),
    }
    assert all(code == rule.code for code, rule in BUILT_IN.items())


@pytest.mark.parametrize(
    "wrong",
    [
        {"cap_multiple": 1.5},
        {"cap_multiple": "-0.1"},
        {"cap_multiple": "1e3"},
        {"cap_multiple": "NaN"},
        {"cap_multiple": True},
        {"cap": "2"},
        {"cap_multiple": None},
    ],
)
def test_parameters_that_are_not_exact_or_not_known_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ProportionalParameters.model_validate(wrong)


@given(base=positive, lower=fractions, higher=fractions, target=positive, cap=caps)
def test_more_never_earns_less_and_stays_within_the_bounds(
    base: Fraction, lower: Fraction, higher: Fraction, target: Fraction, cap: Decimal
) -> None:
    lower, higher = min(lower, higher), max(lower, higher)
    price = PerUnitParameters(constant=Decimal("0.5"), points_per_unit=Decimal("0.03"), cap_multiple=cap)
    for rule, parameters in (
        (POINTS_PROPORTIONAL, ProportionalParameters(cap_multiple=cap)),
        (POINTS_PER_UNIT, price),
    ):
        less = rule.award(base, value(lower), target, parameters).points_e4
        more = rule.award(base, value(higher), target, parameters).points_e4
        assert 0 <= less <= more
        assert abs(more) <= base * Fraction(cap) * 10_000 + Fraction(1, 2)


@given(base=positive, actual=fractions, target=positive, scale=st.integers(1, 10**6))
def test_points_do_not_depend_on_how_a_value_is_written(
    base: Fraction, actual: Fraction, target: Fraction, scale: int
) -> None:
    parameters = ProportionalParameters()
    reduced = POINTS_PROPORTIONAL.award(base, value(actual), target, parameters)
    unreduced = Value(actual.numerator * scale, actual.denominator * scale)
    assert POINTS_PROPORTIONAL.award(base, unreduced, target, parameters).points_e4 == reduced.points_e4


@given(base=positive, actual=fractions, target=positive, cap=caps)
def test_an_explanation_ends_in_the_points_awarded(
    base: Fraction, actual: Fraction, target: Fraction, cap: Decimal
) -> None:
    price = PerUnitParameters(constant=Decimal("-0.5"), points_per_unit=Decimal("0.03"), cap_multiple=cap)
    cases: tuple[tuple[PointRule, ProportionalParameters | PerUnitParameters], ...] = (
        (POINTS_PROPORTIONAL, ProportionalParameters(cap_multiple=cap)),
        (POINTS_PER_UNIT, price),
    )
    for rule, parameters in cases:
        awarded = rule.award(base, value(actual), target, parameters)
        whole, part = divmod(awarded.points_e4, 10_000)
        words = rule.explain(awarded.inputs)
        assert f": {whole}.{part:04} points (" in words.en
        assert f"：{whole}.{part:04} 分（" in words.zh


@pytest.mark.parametrize(
    ("awarded", "rule", "words"),
    [
        (
            proportional("15", "325", "300"),
            POINTS_PROPORTIONAL,
            "15 × 325 ÷ 300 = 16.25, within 0 and 30: 16.2500 points (rounded to 4 decimals, half away from zero)",
        ),
        (
            proportional("50/3", "-1", "7"),
            POINTS_PROPORTIONAL,
            "(50 ÷ 3) × (−1) ÷ 7 ≈ −2.380952…, within 0 and 100 ÷ 3: 0.0000 points"
            " (rounded to 4 decimals, half away from zero)",
        ),
        (
            per_unit("30", "1200", "1000", "0.02"),
            POINTS_PER_UNIT,
            "30 + (1200 − 1000) × 1 × 0.02 = 34, within 0 and 60: 34.0000 points"
            " (rounded to 4 decimals, half away from zero)",
        ),
        (
            per_unit("30", "-2000.5", "-1000", "0.02", "1.2"),
            POINTS_PER_UNIT,
            "30 + ((−2000.5) − (−1000)) × 1 × 0.02 = 9.99, within 0 and 36: 9.9900 points"
            " (rounded to 4 decimals, half away from zero)",
        ),
    ],
)
def test_the_sum_in_words_is_the_one_a_person_would_do(awarded: Awarded, rule: PointRule, words: str) -> None:
    assert rule.explain(awarded.inputs).en == words


def test_the_sum_is_also_told_in_chinese() -> None:
    words = POINTS_PROPORTIONAL.explain(proportional("15", "325", "300").inputs)
    assert words.zh == "15 × 325 ÷ 300 = 16.25，限于 0 至 30 之间：16.2500 分（四舍五入，保留 4 位小数）"
