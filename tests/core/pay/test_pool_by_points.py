"""F13: the pool is spent to the last minor unit, and nobody's luck decides."""

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pay.pool_by_points import pool_by_points

managers = st.text(alphabet="m0123456789", min_size=1, max_size=4)
earned = st.dictionaries(managers, st.integers(-(10**7), 10**8), max_size=30)
pools = st.integers(0, 10**15)


@pytest.mark.parametrize(
    ("pool", "points", "pay"),
    [
        (10_000, {"m1": 80, "m2": 80, "m3": 80}, {"m1": 3334, "m2": 3333, "m3": 3333}),
        (100, {"m10": 1, "m9": 1, "m2": 1}, {"m10": 34, "m2": 33, "m9": 33}),  # as text: m10 < m2 < m9
        (10, {"a": 1, "b": 2}, {"a": 3, "b": 7}),  # 3 1/3 and 6 2/3: the larger remainder gets the unit
        (11, {"a": 5, "b": -3, "c": 6}, {"a": 5, "b": 0, "c": 6}),  # below zero counts as zero
        (0, {"a": 1}, {"a": 0}),
        (1, {"a": 0, "b": 10**9}, {"a": 0, "b": 1}),
    ],
)
def test_pay_is_the_pool_by_largest_remainder(pool: int, points: dict[str, int], pay: dict[str, int]) -> None:
    payout = pool_by_points(pool, points)
    assert (payout.pay, payout.undistributed) == (pay, 0)


@pytest.mark.parametrize("points", [{}, {"a": 0}, {"a": 0, "b": -5}])
def test_without_any_points_the_whole_pool_is_undistributed(points: dict[str, int]) -> None:
    payout = pool_by_points(500_000, points)
    assert (payout.pay, payout.undistributed) == (dict.fromkeys(points, 0), 500_000)


@given(pool=pools, points=earned)
def test_pay_and_the_undistributed_are_the_pool(pool: int, points: dict[str, int]) -> None:
    payout = pool_by_points(pool, points)
    assert sum(payout.pay.values()) + payout.undistributed == pool
    assert payout.pay.keys() == points.keys()


@given(pool=pools, points=earned)
def test_everybody_is_within_one_unit_of_his_exact_part(pool: int, points: dict[str, int]) -> None:
    total = sum(max(each, 0) for each in points.values())
    payout = pool_by_points(pool, points)
    for manager, pay in payout.pay.items():
        exact = Fraction(pool * max(points[manager], 0), total) if total else Fraction(0)
        assert abs(pay - exact) < 1


@given(pool=pools, points=earned)
def test_more_points_never_mean_less_pay(pool: int, points: dict[str, int]) -> None:
    pay = pool_by_points(pool, points).pay
    ordered = sorted(points, key=lambda manager: points[manager])
    for worse, better in pairwise(ordered):
        assert pay[worse] <= pay[better] or points[worse] == points[better]


@given(pool=pools, points=earned, random=st.randoms())
def test_the_order_of_managers_changes_nothing(pool: int, points: dict[str, int], random: Random) -> None:
    shuffled = list(points.items())
    random.shuffle(shuffled)
    assert pool_by_points(pool, dict(shuffled)) == pool_by_points(pool, points)


@given(pool=pools, points=earned, scale=st.integers(1, 10**6))
def test_the_scale_of_points_changes_nothing(pool: int, points: dict[str, int], scale: int) -> None:
    scaled = {manager: each * scale for manager, each in points.items()}
    assert pool_by_points(pool, scaled) == pool_by_points(pool, points)
