"""F13 (积分法): a pool of money shared out by points, to the last minor unit."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Payout:
    """Minor units by manager code, and what of the pool nobody gets. Together they are the pool, exactly."""

    pay: Mapping[str, int]
    undistributed: int


def pool_by_points(pool: int, points: Mapping[str, int]) -> Payout:
    """F13: pool × points ÷ Σ points by largest remainder; ties by manager code as text, ascending.

    `pool` in minor units, not negative; `points` as whole numbers of any one scale (ten-thousandths, say).
    Negative points count as zero. No points at all: everybody gets zero, the whole pool is undistributed.
    """
    weights = {manager: max(earned, 0) for manager, earned in points.items()}
    total = sum(weights.values())
    if total == 0:
        return Payout(dict.fromkeys(weights, 0), pool)
    pay, remainders = {}, {}
    for manager, weight in weights.items():
        pay[manager], remainders[manager] = divmod(pool * weight, total)
    left = pool - sum(pay.values())
    for manager in sorted(pay, key=lambda code: (-remainders[code], code))[:left]:
        pay[manager] += 1
    return Payout(pay, 0)
