"""The rows of the loans indicators: which facts count, on which day, with which numbers."""

from typing import Any

import ibis

from core.plugin import Facts, Parameters, Period, event_rows, exact, span_rows, stock_rows


def _lent(facts: Facts, period: Period) -> Any:
    """What loan accounts owe, day by day; positive."""
    balances = facts.table("balances", period)
    return balances.filter(balances.kind == "loan")


def _lent_days(facts: Facts, period: Period) -> Any:
    lent = facts.balance_days(period)
    return lent.filter(lent.kind == "loan")


def _interest(facts: Facts, period: Period, kind: Any) -> Any:
    interest = facts.table("interest", period)
    return interest.filter(interest.kind == kind)


def _granted(facts: Facts, period: Period) -> Any:
    loans = facts.table("loans", period)
    return loans.filter(loans.granted_on.between(ibis.literal(period.first), ibis.literal(period.last)))


def daily_average_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """F3: each closing balance of a loan account on each of its days."""
    lent = _lent_days(facts, period)
    return span_rows(lent, lent.balance, lent.account)


def period_end_balance_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """The balance of each loan account on the period's last day."""
    lent = _lent(facts, period)
    last = lent.filter(lent.until == ibis.literal(period.until))
    return stock_rows(last, period, last.balance, last.account)


def granted_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Each loan on the day it was granted."""
    granted = _granted(facts, period)
    return event_rows(granted, granted.granted_on, granted.amount, granted.loan)


def quality_loans_granted_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Each loan granted to a customer whose grade, in the newest list of customers, is one of `quality_grades`."""
    granted, customers = _granted(facts, period), facts.table("customers", period)
    good = customers.filter(customers.credit_grade.isin(parameters["quality_grades"]))
    chosen = granted.semi_join(good, "customer")
    return event_rows(chosen, chosen.granted_on, chosen.amount, chosen.loan)


def new_loans_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """One for each customer whose first loan of all was granted in the period, on that day.

    The list at the period's start is looked at too: a loan paid off since may have left the newest one.
    """
    now, before = facts.table("loans", period), facts.table("loans", period.previous())
    known = now.select("customer", "granted_on").union(before.select("customer", "granted_on"))
    begun = known.group_by("customer").agg(day=known.granted_on.min())
    new = begun.filter(begun.day.between(ibis.literal(period.first), ibis.literal(period.last)))
    return event_rows(new, new.day, 1, ibis.literal("first loan"))


def interest_income_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Each booking of borrowers' interest, as it falls due or as it is received, on its day."""
    income = _interest(facts, period, parameters["interest_income_basis"])
    return event_rows(income, income.day, income.amount, income.interest)


def interest_collection_rate_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Received over due, each on its own day."""
    received, due = _interest(facts, period, "received"), _interest(facts, period, "due")
    paid_in = event_rows(received, received.day, received.amount, received.interest)
    return paid_in.union(event_rows(due, due.day, 0, due.interest, due.amount))


def yield_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Interest × days of the year on its day, over each balance on each of its days."""
    income, lent = _interest(facts, period, parameters["interest_income_basis"]), _lent_days(facts, period)
    yearly = exact(income.amount) * exact(ibis.literal(parameters["days_of_year"]))
    earned = event_rows(income, income.day, yearly, income.interest)
    return earned.union(span_rows(lent, 0, lent.account, lent.balance))
