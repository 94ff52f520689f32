"""F2 (客户经理经营绩效): what customers contributed, split among the managers who hold shares of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.errors import ShareRefused


@dataclass(frozen=True)
class Attributed:
    """Performance of every manager who holds a share, and what nobody holds; together Σ contributions."""

    performance: Mapping[str, Fraction]
    unattributed: Fraction


def check_shares(shares: Mapping[str, Mapping[str, Fraction]]) -> None:
    """SHARE_OUT_OF_RANGE for a share ≤ 0 or > 1, looked at first; SHARES_EXCEED_ONE for a sum > 1."""
    for customer, held in shares.items():
        for manager, share in held.items():
            check_share(customer, manager, share)
    for customer, held in shares.items():
        check_sum(customer, held.values())


def check_share(customer: str, manager: str, share: Fraction) -> None:
    """ShareRefused SHARE_OUT_OF_RANGE unless 0 < share ≤ 1."""
    if not 0 < share <= 1:
        raise ShareRefused(
            f"The share of manager {manager} in customer {customer} must be above 0 and at most 1.",
            customer=customer,
            manager=manager,
        )


def check_sum(customer: str, shares: Iterable[Fraction]) -> None:
    """ShareRefused SHARES_EXCEED_ONE where one customer's shares come to more than the whole customer."""
    if sum(shares) > 1:
        raise ShareRefused(
            f"The shares of customer {customer} come to more than 1: lower one of them.",
            code="SHARES_EXCEED_ONE",
            customer=customer,
        )


def attribute(contributions: Mapping[str, Fraction], shares: Mapping[str, Mapping[str, Fraction]]) -> Attributed:
    """F2: performance(manager) = Σ contribution(customer) × share; what nobody holds is unattributed.

    `shares`: customer → manager → share. A customer without contribution is zero. Refuses as check_shares.
    """
    check_shares(shares)
    performance: dict[str, Fraction] = defaultdict(Fraction)
    for customer, held in shares.items():
        for manager, share in held.items():
            performance[manager] += contributions.get(customer, Fraction(0)) * share
    whole = sum(contributions.values(), Fraction(0))
    return Attributed(dict(performance), whole - sum(performance.values(), Fraction(0)))
