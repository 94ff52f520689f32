"""Intermediate income (中间业务收入): fees and commissions, on the day they are booked."""

from typing import Any

from core.plugin import Direction, Facts, Indicator, Labels, Parameters, Period, Sum, Unit, event_rows


def total_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Every fee row of the period; a reversal is negative."""
    fees = facts.table("fees", period)
    return event_rows(fees, fees.day, fees.amount, fees.fee)


INDICATORS = (
    Indicator(
        code="intermediate_income.total",
        labels=Labels("Intermediate income", "中间业务收入"),
        unit=Unit.MONEY,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Sum(),
        rows=total_rows,
        needs=("fees",),
        formula="F2",
        description=Labels(
            "Fees and commissions × share of the day they were booked, summed over the period.",
            "手续费及佣金收入按入账日关联度系数计入，考核期合计。",
        ),
    ),
)
