"""F5 (非产品指标得分): what lies above or below plan earns or costs a share of the base."""

from collections.abc import Mapping
from fractions import Fraction

from core.decimal_text import DecimalText, decimal_text
from core.errors import InputError
from core.exact_text import fraction_exact_text, read_exact
from core.indicators.indicator import Direction, Labels
from core.indicators.value import Value
from core.points.bounds import CAP_MULTIPLE, CapMultiple, bounded_points_e4
from core.points.rule import Awarded, PointRule, RuleParameters
from core.points.words import bounded_sum, operand, value_in, value_inputs


class DeviationParameters(RuleParameters):
    """`constant`: the share of the base that one unit above plan earns or costs.

    `direction` is the indicator's own, written down by `fit`: a later change of the indicator must not turn the
    sign of an old scheme.
    """

    constant: DecimalText
    direction: Direction | None = None
    cap_multiple: CapMultiple = CAP_MULTIPLE


def fit_direction(parameters: RuleParameters, direction: Direction) -> RuleParameters:
    """With the indicator's direction; DIRECTION_DIFFERS where the line says the other one."""
    assert isinstance(parameters, DeviationParameters)
    if parameters.direction not in (None, direction):
        raise InputError(
            f"The indicator says {direction.value}: leave `direction` out, it is the indicator's own.",
            code="DIRECTION_DIFFERS",
        )
    return parameters.model_copy(update={"direction": direction})


def award_deviation(base: Fraction, value: Value, target: Fraction | None, parameters: RuleParameters) -> Awarded:
    """F5: base ± (actual − plan) × constant × base, within [0, cap × base]; minus where lower is better.

    The target is the plan; without one: not applicable, `target_missing`.
    """
    assert isinstance(parameters, DeviationParameters)
    assert parameters.direction is not None
    inputs = value_inputs(value) | {
        "base": fraction_exact_text(base),
        "constant": decimal_text(parameters.constant),
        "direction": parameters.direction.value,
        "cap_multiple": decimal_text(parameters.cap_multiple),
    }
    if target is None:
        return Awarded(0, inputs, "target_missing")
    inputs["plan"] = fraction_exact_text(target)
    numerator, denominator = _earned(base, value, target, parameters)
    return Awarded(bounded_points_e4(numerator, denominator, base, parameters.cap_multiple), inputs)


def _earned(base: Fraction, actual: Value, plan: Fraction, parameters: DeviationParameters) -> tuple[int, int]:
    """F5 before its bounds: base × (1 ± over × constant), as numerator and denominator in whole numbers."""
    over = actual.numerator * plan.denominator - plan.numerator * actual.denominator
    units = actual.denominator * plan.denominator
    if units < 0:
        over, units = -over, -units
    if parameters.direction is Direction.LOWER_IS_BETTER:
        over = -over
    constant, constants = parameters.constant.as_integer_ratio()
    divisor = units * constants
    return base.numerator * (divisor + over * constant), base.denominator * divisor


def explain_deviation(inputs: Mapping[str, str]) -> Labels:
    """20 − (1.5 − 1) × 0.3 × 20 = 17, within 0 and 40: 17.0000 points."""
    base, actual, plan = read_exact(inputs["base"]), value_in(inputs), read_exact(inputs["plan"])
    constant = read_exact(inputs["constant"])
    lower = inputs["direction"] == Direction.LOWER_IS_BETTER
    moved = (actual - plan) * constant * base
    written = (
        f"{operand(base)} {'−' if lower else '+'} ({operand(actual)} − {operand(plan)})"
        f" × {operand(constant)} × {operand(base)}"
    )
    return bounded_sum(written, base - moved if lower else base + moved, inputs)


POINTS_DEVIATION = PointRule(
    code="points_deviation",
    formula="F5",
    labels=Labels("Points by deviation from plan", "非产品指标得分"),
    directions=frozenset(Direction),
    parameters=DeviationParameters,
    award=award_deviation,
    explain=explain_deviation,
    fit=fit_direction,
)
