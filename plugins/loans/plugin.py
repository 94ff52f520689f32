"""Offers the loans indicators."""

from collections.abc import Mapping, Sequence

from core.plugin import DemoBank, Indicator, hook
from plugins.loans.demo import invent_loans
from plugins.loans.indicators import INDICATORS


@hook
def indicators() -> Sequence[Indicator]:
    """All of this family."""
    return INDICATORS


@hook
def demo_facts(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """The list of loans."""
    return invent_loans(bank)
