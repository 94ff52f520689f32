"""What a point rule is: value and target in, points of one line out. Pure, exact, explainable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from core.indicators.indicator import Direction, Labels
from core.indicators.value import Value


class LineKind(StrEnum):
    """What a line does to the total: it has a base to earn, it comes on top, or it only deducts."""

    BASE = "base"
    BONUS = "bonus"
    DEDUCTION = "deduction"


class RuleParameters(BaseModel):
    """What a scheme line may set for its rule. Decimals as text; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Awarded:
    """Points of one line in ten-thousandths, or why there are none; `inputs`: exact text to redo the sum."""

    points_e4: int
    inputs: Mapping[str, str]
    not_applicable: str | None = None


def as_given(parameters: RuleParameters, direction: Direction) -> RuleParameters:
    """Parameters that do not depend on the indicator."""
    return parameters


@dataclass(frozen=True)
class PointRule:
    """A named way from value to points.

    `award(base, value, target, parameters)`: base points of the line; an applicable value; the target in the
    value's unit or None; the line's checked parameters. Base and target are fractions: a base after
    rescaling (50 ÷ 3) and a target prorated by days (30 ÷ 92) are no decimals. Whether a line is applicable
    must not depend on `base`. Bounds and the one rounding (4 decimals, half away from zero) are the rule's.
    `explain(inputs)` gives the sum in words from Awarded.inputs of an applicable line.
    `directions`: the indicators it can score (RULE_NEEDS_HIGHER_IS_BETTER or …_LOWER_… otherwise).
    `kind`: the sections it stands in. Rules of bonus lines give points at or above zero, rules of deduction
    lines at or below; their base is always zero.
    `fit(parameters, direction)`: the parameters with what follows from the indicator's direction spelt out;
    InputError where they contradict it. It gives its own answer back unchanged.
    `uses_target`: whether `award` looks at the target.
    """

    code: str
    formula: str
    labels: Labels
    directions: frozenset[Direction]
    parameters: type[RuleParameters]
    award: Callable[[Fraction, Value, Fraction | None, RuleParameters], Awarded]
    explain: Callable[[Mapping[str, str]], Labels]
    kind: LineKind = LineKind.BASE
    fit: Callable[[RuleParameters, Direction], RuleParameters] = as_given
    uses_target: bool = True
