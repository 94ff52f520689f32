"""F14: a pool is shared by the multiples of grades, to the last unit."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from core.pay.pool_by_grade import pool_by_grade
from core.pay.pool_by_points import pool_by_points

multiples = st.dictionaries(st.text(alphabet="m123", min_size=1, max_size=4), st.integers(0, 1000), max_size=12)


def test_the_unit_times_the_multiple_is_the_pay() -> None:
    # 300,000.00 ÷ (3.00 + 2.50 + 1.00) = 46,153.846…; × 3 = 138,461.538…, × 2.5 = 115,384.615…, × 1 = 46,153.846…
    payout = pool_by_grade(30_000_000, {"a": 300, "b": 250, "c": 100})
    assert payout.unit == Fraction(30_000_000 * 100, 650)
    assert payout.pay == {"a": 13_846_154, "b": 11_538_461, "c": 4_615_385}
    assert payout.undistributed == 0


def test_ties_go_by_code_as_text() -> None:
    assert pool_by_grade(100, {"m9": 100, "m10": 100, "m2": 100}).pay == {"m9": 33, "m10": 34, "m2": 33}


def test_a_grade_of_multiple_zero_is_paid_nothing() -> None:
    assert pool_by_grade(7, {"a": 0, "b": 60}).pay == {"a": 0, "b": 7}


def test_where_no_multiple_is_above_zero_the_pool_is_undistributed() -> None:
    payout = pool_by_grade(7, {"a": 0})
    assert (payout.pay, payout.undistributed, payout.unit) == ({"a": 0}, 7, None)
    assert pool_by_grade(7, {}).undistributed == 7


@given(pool=st.integers(0, 10**12), multiples=multiples)
def test_the_pool_is_spent_and_nobody_is_a_unit_from_his_multiple(pool: int, multiples: dict[str, int]) -> None:
    payout = pool_by_grade(pool, multiples)
    assert sum(payout.pay.values()) + payout.undistributed == pool
    assert payout.pay == pool_by_points(pool, multiples).pay
    if payout.unit is not None:
        assert all(abs(payout.unit * multiples[code] / 100 - paid) < 1 for code, paid in payout.pay.items())
