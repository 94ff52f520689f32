"""F2: parts and whole agree, and shares that cannot be are refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ShareRefused
from core.shares.attribution import attribute

amounts = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)


def shares(**held: str) -> dict[str, Fraction]:
    return {manager: Fraction(share) for manager, share in held.items()}


def test_performance_is_contribution_times_share() -> None:
    got = attribute(
        {"c1": Fraction(100_000), "c2": Fraction(250_000), "c3": Fraction(-4000)},
        {"c1": shares(m1="1"), "c2": shares(m1="0.4", m2="0.35"), "c3": shares(m2="1")},
    )
    assert got.performance == {"m1": 200_000, "m2": 83_500}  # 100,000 + 0.4 × 250,000; 0.35 × 250,000 − 4,000
    assert got.unattributed == 62_500  # 0.25 × 250,000


def test_a_customer_nobody_holds_is_unattributed() -> None:
    got = attribute({"c1": Fraction("10.005")}, {})
    assert (got.performance, got.unattributed) == ({}, Fraction("10.005"))


def test_who_holds_a_customer_without_contribution_performed_zero() -> None:
    assert attribute({}, {"c1": shares(m1="1")}).performance == {"m1": 0}


@pytest.mark.parametrize(
    ("held", "code"),
    [
        ({"c1": shares(m1="0")}, "SHARE_OUT_OF_RANGE"),
        ({"c1": shares(m1="-0.1")}, "SHARE_OUT_OF_RANGE"),
        ({"c1": shares(m1="1.000001")}, "SHARE_OUT_OF_RANGE"),
        ({"c1": shares(m1="0.7", m2="0.300001")}, "SHARES_EXCEED_ONE"),
        # the range is looked at first, whichever customer comes first
        ({"c1": shares(m1="0.7", m2="0.7"), "c2": shares(m1="-1")}, "SHARE_OUT_OF_RANGE"),
    ],
)
def test_impossible_shares_are_refused(held: dict[str, dict[str, Fraction]], code: str) -> None:
    with pytest.raises(ShareRefused) as refused:
        attribute({"c1": Fraction(1)}, held)
    assert refused.value.code == code


def test_shares_of_exactly_one_are_whole() -> None:
    assert attribute({"c1": Fraction(9)}, {"c1": shares(m1="0.7", m2="0.3")}).unattributed == 0


@given(
    contributions=st.dictionaries(st.sampled_from("abcdef"), amounts),
    parts=st.dictionaries(st.sampled_from("abcdef"), st.lists(st.integers(1, 10), min_size=1, max_size=4)),
    rest=st.integers(0, 10),
)
def test_managers_and_the_unattributed_are_the_whole(
    contributions: dict[str, Fraction], parts: dict[str, list[int]], rest: int
) -> None:
    held = {
        customer: {f"m{number}": Fraction(part, sum(weights) + rest) for number, part in enumerate(weights)}
        for customer, weights in parts.items()
    }
    got = attribute(contributions, held)
    assert sum(got.performance.values()) + got.unattributed == sum(contributions.values())
