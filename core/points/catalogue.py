"""The point rules that come with the product; plugins add theirs through the `point_rules` hook."""

from collections.abc import Mapping

from core.points.bonus import POINTS_BONUS
from core.points.deduction import POINTS_DEDUCTION
from core.points.deviation import POINTS_DEVIATION
from core.points.per_unit import POINTS_PER_UNIT
from core.points.proportional import POINTS_PROPORTIONAL
from core.points.rule import PointRule
from core.points.tiered import POINTS_TIERED

BUILT_IN: Mapping[str, PointRule] = {
    rule.code: rule
    for rule in (
        POINTS_PER_UNIT,
        POINTS_DEVIATION,
        POINTS_PROPORTIONAL,
        POINTS_TIERED,
        POINTS_DEDUCTION,
        POINTS_BONUS,
    )
}
"""By code."""
