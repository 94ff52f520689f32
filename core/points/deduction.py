"""F8 (扣分项): every incident costs points, down to a limit; nothing can be earned."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from core.exact_text import read_exact
from core.indicators.indicator import Direction, Labels
from core.indicators.value import Value
from core.points.counted import CountedParameters, count_line, counted_e4, tally
from core.points.rule import Awarded, LineKind, PointRule, RuleParameters
from core.points.words import operand, outcome, shown_points, value_in


def deduction_e4(incidents: Iterable[tuple[Fraction, Fraction]], limit: Decimal) -> int:
    """F8: −Σ(points × count), within [−limit, 0], in ten-thousandths; `incidents`: (points, count)."""
    owed = tally(incidents)
    return -counted_e4(owed.numerator, owed.denominator, limit)


def award_deduction(base: Fraction, value: Value, target: Fraction | None, parameters: RuleParameters) -> Awarded:
    """F8 for one kind of incident: −points × count, down to −limit. Base and target are not looked at."""
    assert isinstance(parameters, CountedParameters)
    points, inputs = count_line(value, parameters)
    return Awarded(-points, inputs)


def explain_deduction(inputs: Mapping[str, str]) -> Labels:
    """−5 × 2 = −10, not below −20: −10.0000 points."""
    points, count, limit = read_exact(inputs["points"]), value_in(inputs), read_exact(inputs["limit"])
    owed = points * count
    written = f"−{operand(points)} × {operand(count)} {outcome(-owed)}"
    lowest = operand(-limit).strip("()")
    return shown_points(
        Labels(f"{written}, not above 0 and not below {lowest}", f"{written}，限于 {lowest} 至 0 之间"),
        deduction_e4([(points, count)], Decimal(inputs["limit"])),
    )


POINTS_DEDUCTION = PointRule(
    code="points_deduction",
    formula="F8",
    labels=Labels("Deduction for each incident", "扣分项"),
    directions=frozenset({Direction.LOWER_IS_BETTER}),
    parameters=CountedParameters,
    award=award_deduction,
    explain=explain_deduction,
    kind=LineKind.DEDUCTION,
    uses_target=False,
)
