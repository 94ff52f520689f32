"""Deposits (存款): what customers leave with the bank, by day and at the end."""

from typing import Any

import ibis

from core.plugin import (
    Direction,
    Facts,
    Indicator,
    Labels,
    Parameters,
    Period,
    Sum,
    Unit,
    calendar_days,
    exact,
    span_rows,
    stock_rows,
)


def _deposits(facts: Facts, period: Period) -> Any:
    balances = facts.table("balances", period)
    return balances.filter(balances.kind == "deposit")


def daily_average_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """F3: each closing balance on each of its days."""
    balances = _deposits(facts, period)
    return span_rows(balances, balances.balance, balances.account)


def increment_days(period: Period) -> int:
    """K of F3b: calendar days × base days, so that the base average stays a whole number."""
    return period.days * period.previous().days


def daily_average_increment_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """F3b: balance × base days, less the customer's base-period sum on every day. The base follows the customer."""
    base_period = period.previous()
    now = _deposits(facts, period)
    base = _deposits(facts, base_period)
    base = base.mutate(held=exact(base.balance) * exact(base.until.delta(base.first, unit="day")))
    sums = base.group_by("customer").agg(held=base.held.sum())
    sums = sums.mutate(first=ibis.literal(period.first), until=ibis.literal(period.until), base=exact(sums.held))
    counted = span_rows(now, exact(now.balance) * exact(ibis.literal(base_period.days)), now.account)
    return counted.union(span_rows(sums, -sums.base, ibis.literal("base")))


def period_end_balance_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """The balance on the period's last day."""
    balances = _deposits(facts, period)
    last = balances.filter(balances.until == ibis.literal(period.until))
    return stock_rows(last, period, last.balance, last.account)


INDICATORS = (
    Indicator(
        code="deposits.daily_average",
        labels=Labels("Daily average deposits", "存款日均"),
        unit=Unit.MONEY,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Sum(calendar_days),
        rows=daily_average_rows,
        needs=("balances",),
        formula="F3",
        description=Labels(
            "Closing balances × share, summed over the period's days ÷ its calendar days.",
            "各日余额×关联度系数之和 ÷ 考核期日历天数。",
        ),
    ),
    Indicator(
        code="deposits.daily_average_increment",
        labels=Labels("Increment of daily average deposits", "存款日均增量"),
        unit=Unit.MONEY,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Sum(increment_days),
        rows=daily_average_increment_rows,
        needs=("balances",),
        formula="F3b",
        description=Labels(
            "Daily average less the customer's average of the period before; the base follows the customer.",
            "存款日均减去客户上期日均，基数随客户划转。",
        ),
    ),
    Indicator(
        code="deposits.period_end_balance",
        labels=Labels("Deposits at the period's end", "存款期末余额"),
        unit=Unit.MONEY,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Sum(),
        rows=period_end_balance_rows,
        needs=("balances",),
        formula="F3",
        description=Labels("Closing balance of the period's last day × share.", "期末日余额×关联度系数。"),
    ),
)
