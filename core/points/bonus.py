"""F9 (加分项): points on top of the base total for each thing achieved, up to a limit."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from core.exact_text import read_exact
from core.indicators.indicator import Direction, Labels
from core.indicators.value import Value
from core.points.counted import CountedParameters, count_line, counted_e4, tally
from core.points.rule import Awarded, LineKind, PointRule, RuleParameters
from core.points.words import operand, outcome, shown_points, value_in


def bonus_e4(events: Iterable[tuple[Fraction, Fraction]], limit: Decimal) -> int:
    """F9: Σ(points × count), within [0, limit], in ten-thousandths; `events`: (points, count)."""
    earned = tally(events)
    return counted_e4(earned.numerator, earned.denominator, limit)


def award_bonus(base: Fraction, value: Value, target: Fraction | None, parameters: RuleParameters) -> Awarded:
    """F9 for one kind of event: points × count, up to limit. Base and target are not looked at."""
    assert isinstance(parameters, CountedParameters)
    return Awarded(*count_line(value, parameters))


def explain_bonus(inputs: Mapping[str, str]) -> Labels:
    """2 × 3 = 6, within 0 and 10: 6.0000 points."""
    points, count = read_exact(inputs["points"]), value_in(inputs)
    written, limit = f"{operand(points)} × {operand(count)} {outcome(points * count)}", inputs["limit"]
    return shown_points(
        Labels(f"{written}, within 0 and {limit}", f"{written}，限于 0 至 {limit} 之间"),
        bonus_e4([(points, count)], Decimal(limit)),
    )


POINTS_BONUS = PointRule(
    code="points_bonus",
    formula="F9",
    labels=Labels("Bonus for each event", "加分项"),
    directions=frozenset({Direction.HIGHER_IS_BETTER}),
    parameters=CountedParameters,
    award=award_bonus,
    explain=explain_bonus,
    kind=LineKind.BONUS,
    uses_target=False,
)
