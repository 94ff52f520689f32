"""A manager's target on one line: what was agreed, cut to the days he held a post."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.decimal_text import decimal_text
from core.numbers import round_half_away, scaled_decimal
from core.runs.scorecard import RunManager

SHOWN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Goal:
    """`exact` is what rules see, `shown` has at most 6 decimals; `inputs` say how it was prorated."""

    exact: Fraction | None
    shown: Decimal | None
    inputs: Mapping[str, str]


NO_GOAL = Goal(None, None, {})


def goal_of(agreed: tuple[Decimal, bool] | None, manager: RunManager, period_days: int) -> Goal:
    """target × days held ÷ period days, unless its row says otherwise or the manager was always there."""
    if agreed is None:
        return NO_GOAL
    target, prorated = agreed
    if not prorated or manager.days == period_days:
        return Goal(Fraction(target), target, {})
    exact = Fraction(target) * manager.days / period_days
    inputs = {
        "agreed_target": decimal_text(target),
        "days_held": str(manager.days),
        "period_days": str(period_days),
    }
    return Goal(exact, scaled_decimal(round_half_away(exact, SHOWN_DIGITS), SHOWN_DIGITS), inputs)
