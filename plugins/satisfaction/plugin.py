"""Offers the satisfaction indicators and their fact tables."""

from collections.abc import Sequence

from core.plugin import FactTable, Indicator, hook
from plugins.satisfaction.facts import FACT_TABLES
from plugins.satisfaction.indicators import INDICATORS


@hook
def indicators() -> Sequence[Indicator]:
    """All of this family."""
    return INDICATORS


@hook
def fact_tables() -> Sequence[FactTable]:
    """Complaints and surveys."""
    return FACT_TABLES
