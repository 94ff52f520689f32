"""Offers the risk indicators and their fact tables."""

from collections.abc import Mapping, Sequence

from core.plugin import DemoBank, FactTable, Indicator, hook
from plugins.risk.demo import invent_risks
from plugins.risk.facts import FACT_TABLES
from plugins.risk.indicators import INDICATORS


@hook
def indicators() -> Sequence[Indicator]:
    """All of this family."""
    return INDICATORS


@hook
def fact_tables() -> Sequence[FactTable]:
    """What became of bad loans, and what was checked."""
    return FACT_TABLES


@hook
def demo_facts(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """An overdue wave's aftermath, and a year's checks."""
    return invent_risks(bank)
