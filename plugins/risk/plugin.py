"""Offers the risk indicators."""

from collections.abc import Sequence

from core.plugin import Indicator, hook
from plugins.risk.indicators import INDICATORS


@hook
def indicators() -> Sequence[Indicator]:
    """All of this family."""
    return INDICATORS
