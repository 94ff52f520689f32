"""The rows of the deposit indicators: which facts count, on which day, with which numbers."""

from typing import Any

import ibis

from core.plugin import Facts, Parameters, Period, event_rows, exact, span_rows, stock_rows


def _deposits(facts: Facts, period: Period) -> Any:
    balances = facts.table("balances", period)
    return balances.filter(balances.kind == "deposit")


def _deposit_days(facts: Facts, period: Period) -> Any:
    balances = facts.balance_days(period)
    return balances.filter(balances.kind == "deposit")


def daily_average_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """F3: each closing balance on each of its days. Parts: the depositor's category."""
    balances = _deposit_days(facts, period)
    return span_rows(balances, balances.balance, balances.account, part=balances.category)


def increment_days(period: Period) -> int:
    """K of F3b: calendar days × base days, so that the base average stays a whole number."""
    return period.days * period.previous().days


def daily_average_increment_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """F3b: balance × base days, less the base. Parts: the depositor's category."""
    now = _deposit_days(facts, period)
    counted = exact(now.balance) * exact(ibis.literal(period.previous().days))
    rows = span_rows(now, counted, now.account, part=now.category)
    base = _own_base if parameters["base_follows"] == "manager" else _customers_base
    return rows.union(base(facts, period))


def _customers_base(facts: Facts, period: Period) -> Any:
    """The base follows the customer: his base-period sum, taken off on every day of the period."""
    base = _deposits(facts, period.previous())
    base = base.mutate(held=exact(base.balance) * exact(base.until.delta(base["first"], unit="day")))
    sums = base.group_by("customer", "category").agg(held=base.held.sum())
    sums = sums.mutate(first=ibis.literal(period.first), until=ibis.literal(period.until), held=exact(sums.held))
    return span_rows(sums, -sums.held, ibis.literal("base"), part=sums.category)


def _own_base(facts: Facts, period: Period) -> Any:
    """The base stays with the manager: balances of the base period on their own days, × the period's days."""
    base = _deposit_days(facts, period.previous())
    return span_rows(base, -exact(base.balance) * exact(ibis.literal(period.days)), base.account, part=base.category)


def period_end_balance_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """The balance on the period's last day."""
    last = _on_last_day(_deposits(facts, period), period)
    return stock_rows(last, period, last.balance, last.account)


def average_cost_rate_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Interest paid to depositors × days of the year on its day, over each balance on each of its days."""
    interest, balances = facts.table("interest", period), _deposit_days(facts, period)
    paid = interest.filter(interest.kind == "paid")
    yearly = exact(paid.amount) * exact(ibis.literal(parameters["days_of_year"]))
    cost = event_rows(paid, paid.day, yearly, paid.interest)
    return cost.union(span_rows(balances, 0, balances.account, balances.balance))


def new_deposits_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """What new depositors have on the period's last day, dated the day on which they became depositors.

    A depositor's deposits, all accounts together, come to `new_deposits_from`; a new one was none on any day of the
    period before.
    """
    floor, base_period = parameters["new_deposits_from"], period.previous()
    now, base = _deposits(facts, period), _deposits(facts, base_period)
    # Nearly everybody is a depositor already: who was one on the eve need not be followed day by day.
    settled = _totals(_on_last_day(base, base_period))
    settled = settled.filter(settled.total >= floor)
    now = now.anti_join(settled, "customer")
    days = _running(now.union(base.semi_join(now, "customer")))
    begun = days.filter(days.total >= floor).group_by("customer").agg(day=lambda reached: reached.day.min())
    begun = begun.filter(begun.day >= ibis.literal(period.first))
    last = _totals(_on_last_day(now, period))
    new = begun.join(last, "customer").select("customer", "day", "total")
    return event_rows(new, new.day, new.total, ibis.literal("new"))


def _on_last_day(balances: Any, period: Period) -> Any:
    return balances.filter(balances.until == ibis.literal(period.until))


def _totals(balances: Any) -> Any:
    """customer, total."""
    return balances.group_by("customer").agg(total=exact(balances.balance.sum()))


def _running(balances: Any) -> Any:
    """customer, day, total: what a customer's accounts come to together, on each day on which one of them changes."""
    amount = exact(balances.balance)
    comes = balances.select(customer=balances.customer, day=balances["first"], change=amount)
    goes = balances.select(customer=balances.customer, day=balances.until, change=-amount)
    moves = comes.union(goes)
    sums = moves.group_by("customer", "day").agg(change=exact(moves.change.sum()))
    up_to = ibis.cumulative_window(group_by="customer", order_by="day")
    return sums.select("customer", "day", total=exact(sums.change.sum().over(up_to)))
