"""Offers the satisfaction indicators and their fact tables."""

from collections.abc import Mapping, Sequence

from core.plugin import DemoBank, FactTable, Indicator, hook
from plugins.satisfaction.demo import invent_voices
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


@hook
def demo_facts(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """Surveys and complaints."""
    return invent_voices(bank)
