"""Offers the deposit indicators."""

from collections.abc import Sequence

from core.plugin import Indicator, hook
from plugins.deposits.indicators import INDICATORS


@hook
def indicators() -> Sequence[Indicator]:
    """All deposit indicators."""
    return INDICATORS
