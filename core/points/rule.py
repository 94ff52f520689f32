"""What a point rule is: value and target in, points of one line out. Pure, exact, explainable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from core.indicators.indicator import Direction, Labels
from core.indicators.value import Value


class RuleParameters(BaseModel):
    """What a scheme line may set for its rule. Decimals as text; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Awarded:
    """Points of one line in ten-thousandths, or why there are none; `inputs`: exact text to redo the sum."""

    points_e4: int
    inputs: Mapping[str, str]
    not_applicable: str | None = None


@dataclass(frozen=True)
class PointRule:
    """A named way from value to points.

    `award(base, value, target, parameters)`: base points of the line; an applicable value; the target in the
    value's unit or None; the line's checked parameters. Base and target are fractions: a base after
    rescaling (50 ÷ 3) and a target prorated by days (30 ÷ 92) are no decimals. Whether a line is applicable
    must not depend on `base`. Bounds and the one rounding (4 decimals, half away from zero) are the rule's.
    `explain(inputs)` gives the sum in words from Awarded.inputs of an applicable line.
    `directions`: the indicators it can score (RULE_NEEDS_HIGHER_IS_BETTER otherwise).
    """

    code: str
    formula: str
    labels: Labels
    directions: frozenset[Direction]
    parameters: type[RuleParameters]
    award: Callable[[Fraction, Value, Fraction | None, RuleParameters], Awarded]
    explain: Callable[[Mapping[str, str]], Labels]
