"""F7: the highest step reached gives its share of the base, however the steps are written."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.errors import InputError
from core.indicators.indicator import Direction
from core.indicators.value import Value
from core.points.rule import Awarded
from core.points.tiered import POINTS_TIERED, TieredParameters

RISING = (("0.80", "0.5"), ("0.90", "0.8"), ("1.00", "1"), ("1.20", "1.25"))
FALLING = (("1", "1"), ("2", "0.6"), ("5", "0.1"))
numbers = st.decimals(min_value=-100, max_value=100, places=2)


def steps(kind: str, pairs: Any) -> TieredParameters:
    return TieredParameters.model_validate(
        {"tiers": [{kind: str(bound), "share_of_base": str(share)} for bound, share in pairs]}
    )


def tiered(actual: Fraction | str, parameters: TieredParameters, base: str = "10") -> Awarded:
    exact = Fraction(actual)
    return POINTS_TIERED.award(Fraction(base), Value(exact.numerator, exact.denominator), None, parameters)


@pytest.mark.parametrize(
    ("actual", "points_e4"),
    [
        ("-5", 0),
        ("0.7999", 0),
        ("0.8", 50000),  # meeting a bound reaches it
        ("0.89999999999999999999", 50000),
        ("0.9", 80000),
        ("0.95", 80000),
        ("1", 100000),
        ("6/5", 125000),  # a step above the whole base
        ("99", 125000),
    ],
)
def test_where_higher_is_better_the_highest_bound_reached_counts(actual: str, points_e4: int) -> None:
    assert tiered(actual, steps("at_least", RISING)).points_e4 == points_e4


@pytest.mark.parametrize(
    ("actual", "points_e4"),
    [("-1", 100000), ("0", 100000), ("1", 100000), ("1.0001", 60000), ("2", 60000), ("5", 10000), ("5.0001", 0)],
)
def test_where_lower_is_better_the_lowest_bound_kept_counts(actual: str, points_e4: int) -> None:
    assert tiered(actual, steps("at_most", FALLING)).points_e4 == points_e4


def test_the_highest_step_counts_even_where_it_gives_less() -> None:
    assert tiered("3", steps("at_least", [("1", "1"), ("2", "0.2")])).points_e4 == 20000


def test_of_two_equal_bounds_the_one_that_gives_more_counts() -> None:
    assert tiered("1", steps("at_least", [("1", "0.5"), ("1.0", "0.7"), ("1", "0.6")])).points_e4 == 70000
    assert tiered("1", steps("at_most", [("1", "0.5"), ("1.0", "0.7"), ("1", "0.6")])).points_e4 == 70000


def test_points_are_rounded_once_half_away_from_zero() -> None:
    assert tiered("1", steps("at_least", [("0", "0.5")]), base="0.0001").points_e4 == 1
    assert tiered("1", steps("at_least", [("0", "0.6")]), base="50/3").points_e4 == 100000


def test_a_value_whose_denominator_is_negative_counts_by_its_sign() -> None:
    parameters = steps("at_least", RISING)
    assert POINTS_TIERED.award(Fraction(10), Value(-9, -10), None, parameters).points_e4 == 80000
    assert POINTS_TIERED.award(Fraction(10), Value(9, -10), None, parameters).points_e4 == 0


def test_bounds_beyond_28_digits_are_compared_exactly() -> None:
    close = [("1.00000000000000000000000000001", "0.1"), ("1.00000000000000000000000000002", "0.2")]
    assert tiered("1.00000000000000000000000000002", steps("at_least", close)).points_e4 == 20000
    assert tiered("1.000000000000000000000000000015", steps("at_least", close)).points_e4 == 10000


def test_no_target_is_needed() -> None:
    assert POINTS_TIERED.uses_target is False
    assert tiered("1", steps("at_least", RISING)).not_applicable is None


@pytest.mark.parametrize(
    ("tiers", "code"),
    [
        ([{"share_of_base": "1"}], "TIER_NEEDS_ONE_BOUND"),
        ([{"at_least": "1", "at_most": "2", "share_of_base": "1"}], "TIER_NEEDS_ONE_BOUND"),
        ([{"at_least": "1", "share_of_base": "1"}, {"at_most": "1", "share_of_base": "1"}], "TIERS_MIXED"),
        ([{"at_least": "1", "share_of_base": "-0.1"}], "greater_than_equal"),
        ([{"at_least": 0.8, "share_of_base": "1"}], "FLOAT_REFUSED"),
        ([{"at_least": "0.8"}], "missing"),
        ([{"at_least": "0.8", "share_of_base": "1", "share": "1"}], "extra_forbidden"),
        ("all", "tuple_type"),
    ],
)
def test_steps_that_say_nothing_clear_are_refused(tiers: Any, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TieredParameters.model_validate({"tiers": tiers})
    assert [error["type"] for error in refused.value.errors()] == [code]


@pytest.mark.parametrize(
    ("kind", "pairs", "direction", "code"),
    [
        ("at_most", FALLING, Direction.HIGHER_IS_BETTER, "TIERS_NEED_AT_LEAST"),
        ("at_least", RISING, Direction.LOWER_IS_BETTER, "TIERS_NEED_AT_MOST"),
        ("at_least", [], Direction.HIGHER_IS_BETTER, "TIERS_EMPTY"),
        ("at_least", [("1", "1"), ("1.0", "0.5")], Direction.HIGHER_IS_BETTER, "TIER_DUPLICATE"),
    ],
)
def test_steps_that_do_not_fit_the_indicator_are_refused(
    kind: str, pairs: Any, direction: Direction, code: str
) -> None:
    with pytest.raises(InputError) as refused:
        POINTS_TIERED.fit(steps(kind, pairs), direction)
    assert refused.value.code == code


@given(
    pairs=st.lists(st.tuples(numbers, st.decimals(min_value=0, max_value=3, places=2)), max_size=6),
    actual=numbers,
    kind=st.sampled_from(["at_least", "at_most"]),
    random=st.randoms(),
)
def test_the_order_of_the_steps_changes_nothing(pairs: list[Any], actual: Any, kind: str, random: Random) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)
    assert steps(kind, pairs) == steps(kind, shuffled)
    value = Fraction(actual)
    reached = [
        (Fraction(bound), Fraction(share))
        for bound, share in pairs
        if (Fraction(bound) <= value if kind == "at_least" else Fraction(bound) >= value)
    ]
    highest = (max if kind == "at_least" else min)((bound for bound, _ in reached), default=None)
    share = max((share for bound, share in reached if bound == highest), default=Fraction(0))
    assert tiered(value, steps(kind, pairs)).points_e4 == share * 100_000


@given(actual=st.fractions(min_value=-2, max_value=3, max_denominator=50), falling=st.booleans())
def test_an_explanation_ends_in_the_points_awarded(actual: Fraction, falling: bool) -> None:
    awarded = tiered(actual, steps("at_most", FALLING) if falling else steps("at_least", RISING))
    whole, part = divmod(awarded.points_e4, 10_000)
    words = POINTS_TIERED.explain(awarded.inputs)
    assert f": {whole}.{part:04} points (" in words.en
    assert f"：{whole}.{part:04} 分（" in words.zh


@pytest.mark.parametrize(
    ("actual", "en", "zh"),
    [
        (
            "0.95",
            "0.95 reaches the step of at least 0.9, the next is 1: 10 × 0.8 = 8: 8.0000 points",
            "0.95 达到不低于 0.9 的档次，上一档为 1：10 × 0.8 = 8：8.0000 分",
        ),
        (
            "2",
            "2 reaches the step of at least 1.2: 10 × 1.25 = 12.5: 12.5000 points",
            "2 达到不低于 1.2 的档次：10 × 1.25 = 12.5：12.5000 分",
        ),
        (
            "-1/3",
            "(−1 ÷ 3) reaches no step, the first is at least 0.8: 0.0000 points",
            "(−1 ÷ 3) 未达到任何档次，最低档为不低于 0.8：0.0000 分",
        ),
    ],
)
def test_the_sum_in_words_says_which_step_and_what_is_next(actual: str, en: str, zh: str) -> None:
    words = POINTS_TIERED.explain(tiered(actual, steps("at_least", RISING)).inputs)
    assert words.en == f"{en} (rounded to 4 decimals, half away from zero)"
    assert words.zh == f"{zh}（四舍五入，保留 4 位小数）"
