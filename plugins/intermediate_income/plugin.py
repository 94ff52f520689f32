"""Offers the intermediate_income indicators."""

from collections.abc import Sequence

from core.plugin import Indicator, hook
from plugins.intermediate_income.indicators import INDICATORS


@hook
def indicators() -> Sequence[Indicator]:
    """All of this family."""
    return INDICATORS
