"""The rows of the intermediate_income indicators: which facts count, on which day, with which numbers."""

from typing import Any

from core.plugin import Facts, Parameters, Period, event_rows


def fee_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Every fee row of the period on the day it was booked; a reversal is negative. Parts: the product line."""
    fees = facts.table("fees", period)
    return event_rows(fees, fees.day, fees.amount, fees.fee, part=fees.kind)
