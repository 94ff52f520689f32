"""The point rules that come with the product; plugins add theirs through the `point_rules` hook."""

from collections.abc import Mapping

from core.points.per_unit import POINTS_PER_UNIT
from core.points.proportional import POINTS_PROPORTIONAL
from core.points.rule import PointRule

BUILT_IN: Mapping[str, PointRule] = {rule.code: rule for rule in (POINTS_PER_UNIT, POINTS_PROPORTIONAL)}
"""By code."""
