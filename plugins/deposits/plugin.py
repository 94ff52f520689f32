"""Offers the deposit indicators."""

from collections.abc import Mapping, Sequence

from core.plugin import DemoBank, Indicator, hook
from plugins.deposits.demo import invent_interest
from plugins.deposits.indicators import INDICATORS


@hook
def indicators() -> Sequence[Indicator]:
    """All of this family."""
    return INDICATORS


@hook
def demo_facts(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """Interest paid in two quarters."""
    return invent_interest(bank)
