"""F6 (完成率得分): the base in proportion to how much of the target was reached."""

from collections.abc import Mapping
from fractions import Fraction

from core.decimal_text import decimal_text
from core.exact_text import fraction_exact_text, read_exact
from core.indicators.indicator import Direction, Labels
from core.indicators.value import Value
from core.points.bounds import CAP_MULTIPLE, CapMultiple, bounded_points_e4
from core.points.rule import Awarded, PointRule, RuleParameters
from core.points.words import bounded_sum, operand, value_in, value_inputs


class ProportionalParameters(RuleParameters):
    """How far above its base a line can go."""

    cap_multiple: CapMultiple = CAP_MULTIPLE


def award_proportional(base: Fraction, value: Value, target: Fraction | None, parameters: RuleParameters) -> Awarded:
    """F6: base × actual ÷ target, within [0, cap × base].

    Not applicable without a target (`target_missing`) or with one at or below zero (`target_not_positive`).
    """
    assert isinstance(parameters, ProportionalParameters)
    inputs = value_inputs(value)
    inputs["base"] = fraction_exact_text(base)
    inputs["cap_multiple"] = decimal_text(parameters.cap_multiple)
    if target is None:
        return Awarded(0, inputs, "target_missing")
    inputs["target"] = fraction_exact_text(target)
    if target <= 0:
        return Awarded(0, inputs, "target_not_positive")
    numerator = base.numerator * value.numerator * target.denominator
    denominator = base.denominator * value.denominator * target.numerator
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return Awarded(bounded_points_e4(numerator, denominator, base, parameters.cap_multiple), inputs)


def explain_proportional(inputs: Mapping[str, str]) -> Labels:
    """15 × 325 ÷ 300 = 16.25, within 0 and 30: 16.2500 points."""
    base, actual, target = read_exact(inputs["base"]), value_in(inputs), read_exact(inputs["target"])
    written = f"{operand(base)} × {operand(actual)} ÷ {operand(target)}"
    return bounded_sum(written, base * actual / target, inputs)


POINTS_PROPORTIONAL = PointRule(
    code="points_proportional",
    formula="F6",
    labels=Labels("Points in proportion to the target", "完成率得分"),
    directions=frozenset({Direction.HIGHER_IS_BETTER}),
    parameters=ProportionalParameters,
    award=award_proportional,
    explain=explain_proportional,
)
