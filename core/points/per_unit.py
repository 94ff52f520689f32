"""F4 (按单位得分): every unit above or below plan earns or costs its price in points."""

from collections.abc import Mapping
from fractions import Fraction

from core.decimal_text import DecimalText, decimal_text
from core.exact_text import fraction_exact_text, read_exact
from core.indicators.indicator import Direction, Labels
from core.indicators.value import Value
from core.points.bounds import CAP_MULTIPLE, CapMultiple, bounded_points_e4
from core.points.rule import Awarded, PointRule, RuleParameters
from core.points.words import bounded_sum, operand, value_in, value_inputs


class PerUnitParameters(RuleParameters):
    """`constant` × `points_per_unit` is the price of one unit of the indicator, in points."""

    constant: DecimalText
    points_per_unit: DecimalText
    cap_multiple: CapMultiple = CAP_MULTIPLE


def award_per_unit(base: Fraction, value: Value, target: Fraction | None, parameters: RuleParameters) -> Awarded:
    """F4: base + (actual − plan) × constant × points_per_unit, within [0, cap × base].

    The target is the plan; without one: not applicable, `target_missing`.
    """
    assert isinstance(parameters, PerUnitParameters)
    inputs = value_inputs(value) | {
        "base": fraction_exact_text(base),
        "constant": decimal_text(parameters.constant),
        "points_per_unit": decimal_text(parameters.points_per_unit),
        "cap_multiple": decimal_text(parameters.cap_multiple),
    }
    if target is None:
        return Awarded(0, inputs, "target_missing")
    inputs["plan"] = fraction_exact_text(target)
    numerator, denominator = _earned(base, value, target, parameters)
    return Awarded(bounded_points_e4(numerator, denominator, base, parameters.cap_multiple), inputs)


def _earned(base: Fraction, actual: Value, plan: Fraction, parameters: PerUnitParameters) -> tuple[int, int]:
    """F4 before its bounds, as numerator and denominator: whole numbers, a tenth of the time of fractions."""
    over = actual.numerator * plan.denominator - plan.numerator * actual.denominator
    units = actual.denominator * plan.denominator
    if units < 0:
        over, units = -over, -units
    constant, constants = parameters.constant.as_integer_ratio()
    price, prices = parameters.points_per_unit.as_integer_ratio()
    divisor = units * constants * prices
    return base.numerator * divisor + base.denominator * over * constant * price, base.denominator * divisor


def explain_per_unit(inputs: Mapping[str, str]) -> Labels:
    """30 + (1200 − 1000) × 1 × 0.02 = 34, within 0 and 60: 34.0000 points."""
    base, actual, plan = read_exact(inputs["base"]), value_in(inputs), read_exact(inputs["plan"])
    constant, price = read_exact(inputs["constant"]), read_exact(inputs["points_per_unit"])
    written = f"{operand(base)} + ({operand(actual)} − {operand(plan)}) × {operand(constant)} × {operand(price)}"
    return bounded_sum(written, base + (actual - plan) * constant * price, inputs)


POINTS_PER_UNIT = PointRule(
    code="points_per_unit",
    formula="F4",
    labels=Labels("Points per unit above plan", "按单位得分"),
    directions=frozenset({Direction.HIGHER_IS_BETTER}),
    parameters=PerUnitParameters,
    award=award_per_unit,
    explain=explain_per_unit,
)
