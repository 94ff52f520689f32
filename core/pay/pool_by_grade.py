"""F14 (等次法): a pool of money shared out by the multiples of grades, to the last minor unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.pay.pool_by_points import Payout, pool_by_points

HUNDREDTHS = 100


@dataclass(frozen=True)
class GradePayout(Payout):
    """`unit`: P, the minor units that a multiple of one is worth, exact; None where all multiples are zero."""

    unit: Fraction | None


def pool_by_grade(pool: int, multiples_e2: Mapping[str, int]) -> GradePayout:
    """F14: P = pool ÷ Σ multiples; pay by F13 with the multiples as weights, so that Σ pay = pool.

    `pool` in minor units, not negative; `multiples_e2`: each manager's grade's multiple in hundredths.
    No multiple above zero: everybody gets zero, the whole pool is undistributed.
    """
    payout = pool_by_points(pool, multiples_e2)
    total = sum(max(multiple, 0) for multiple in multiples_e2.values())
    return GradePayout(payout.pay, payout.undistributed, Fraction(pool * HUNDREDTHS, total) if total else None)
