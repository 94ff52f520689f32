"""F7 (分档得分): the highest step reached gives its share of the base."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

from core.decimal_text import decimal_text
from core.errors import InputError
from core.exact_text import fraction_exact_text, read_exact
from core.indicators.indicator import Direction, Labels
from core.indicators.value import Value
from core.numbers import POINTS_SCALE, divide_half_away
from core.points.rule import Awarded, PointRule, RuleParameters
from core.points.tiers import AT_LEAST, AT_MOST, Tier, Tiers, ladder, tier_reached
from core.points.words import operand, outcome, shown_points, value_in, value_inputs

_BOUND = {Direction.HIGHER_IS_BETTER: AT_LEAST, Direction.LOWER_IS_BETTER: AT_MOST}
_WORDS = {AT_LEAST: Labels("at least", "不低于"), AT_MOST: Labels("at most", "不高于")}


class TieredParameters(RuleParameters):
    """`tiers`: steps on the value itself, in the indicator's unit."""

    tiers: Tiers

    @cached_property
    def ladder(self) -> tuple[tuple[int, int, bool, Tier], ...]:
        """The steps, ready for many values."""
        return ladder(self.tiers)

    @cached_property
    def shown(self) -> dict[str, str]:
        """The steps as inputs hold them."""
        bound = self.tiers[0].bound_name if self.tiers else AT_LEAST
        return {"bound": bound, "tiers": "; ".join(tier.shown for tier in self.tiers)}


def fit_tiers(parameters: RuleParameters, direction: Direction) -> RuleParameters:
    """Refuses steps that go against the indicator (TIERS_NEED_AT_LEAST, TIERS_NEED_AT_MOST), none, and two alike."""
    assert isinstance(parameters, TieredParameters)
    needed = _BOUND[direction]
    if not parameters.tiers:
        raise InputError("Give at least one step.", code="TIERS_EMPTY")
    if parameters.tiers[0].bound_name != needed:
        raise InputError(
            f"The indicator says {direction.value}: its steps are written with {needed}.",
            code=f"TIERS_NEED_{needed.upper()}",
        )
    if len({tier.bound for tier in parameters.tiers}) != len(parameters.tiers):
        raise InputError("Two steps have the same bound: keep one of them.", code="TIER_DUPLICATE")
    return parameters


def award_tiered(base: Fraction, value: Value, target: Fraction | None, parameters: RuleParameters) -> Awarded:
    """F7: base × the share of the highest step reached; below the first step: zero. The target is not looked at."""
    assert isinstance(parameters, TieredParameters)
    inputs = value_inputs(value) | {"base": fraction_exact_text(base)} | parameters.shown
    reached = tier_reached(parameters.ladder, value)
    if reached is None:
        return Awarded(0, inputs)
    inputs["reached"] = decimal_text(reached.bound)
    inputs["share_of_base"] = decimal_text(reached.share_of_base)
    share, parts = reached.share_of_base.as_integer_ratio()
    points = divide_half_away(base.numerator * share * POINTS_SCALE, base.denominator * parts)
    return Awarded(points, inputs)


def explain_tiered(inputs: Mapping[str, str]) -> Labels:
    """0.95 reaches the step of at least 0.9: 10 × 0.8 = 8: 8.0000 points."""
    actual, bound = operand(value_in(inputs)), _WORDS[inputs["bound"]]
    bounds = [step.partition(":")[0] for step in inputs["tiers"].split("; ") if step]
    if "reached" not in inputs:
        first = operand(read_exact(bounds[-1])) if bounds else "—"
        return shown_points(
            Labels(
                f"{actual} reaches no step, the first is {bound.en} {first}",
                f"{actual} 未达到任何档次，最低档为{bound.zh} {first}",
            ),
            0,
        )
    base, share, step = (read_exact(inputs[name]) for name in ("base", "share_of_base", "reached"))
    earned = f"{operand(base)} × {operand(share)} {outcome(base * share)}"
    place = bounds.index(inputs["reached"])
    further = operand(read_exact(bounds[place - 1])) if place else None
    return shown_points(
        Labels(
            f"{actual} reaches the step of {bound.en} {operand(step)}"
            + (f", the next is {further}" if further else "")
            + f": {earned}",
            f"{actual} 达到{bound.zh} {operand(step)} 的档次"
            + (f"，上一档为 {further}" if further else "")
            + f"：{earned}",
        ),
        divide_half_away((base * share).numerator * POINTS_SCALE, (base * share).denominator),
    )


POINTS_TIERED = PointRule(
    code="points_tiered",
    formula="F7",
    labels=Labels("Points by steps", "分档得分"),
    directions=frozenset(Direction),
    parameters=TieredParameters,
    award=award_tiered,
    explain=explain_tiered,
    fit=fit_tiers,
    uses_target=False,
)
