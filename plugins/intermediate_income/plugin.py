"""Offers the intermediate_income indicators."""

from collections.abc import Mapping, Sequence

from core.plugin import DemoBank, Indicator, hook
from plugins.intermediate_income.demo import invent_fees
from plugins.intermediate_income.indicators import INDICATORS


@hook
def indicators() -> Sequence[Indicator]:
    """All of this family."""
    return INDICATORS


@hook
def demo_facts(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """Fees of two quarters."""
    return invent_fees(bank)
