"""The rows of the risk indicators: which facts count, on which day, with which numbers."""

from typing import Any

import ibis

from core.plugin import Facts, Parameters, Period, event_rows, manager_rows, stock_rows

NON_PERFORMING = ("substandard", "doubtful", "loss")
"""The last three of the five classes (五级分类)."""
SCORE_SCALE = 1_000_000
"""A score of one, as the fact keeps it."""


def _in_the_books(facts: Facts, period: Period) -> Any:
    """Loans on the period's last day: granted up to it, not written off by it, with `owed` (else what was granted)."""
    loans, last = facts.table("loans", period), ibis.literal(period.last)
    standing = loans.filter(loans.granted_on <= last, loans.written_off_on.isnull() | (loans.written_off_on > last))
    return standing.mutate(owed=standing.outstanding.fill_null(standing.amount))


def npl_ratio_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """What is owed on the period's last day, and of it the non-performing."""
    loans = _in_the_books(facts, period)
    bad = ibis.ifelse(loans.classification.isin(NON_PERFORMING), loans.owed, 0)
    return stock_rows(loans, period, bad, loans.loan, loans.owed)


def overdue_ratio_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """What is owed on the period's last day where it is known how long it is overdue, and of it the overdue, whole."""
    loans = _in_the_books(facts, period)
    known = loans.filter(loans.overdue_days.notnull())
    overdue = ibis.ifelse(known.overdue_days >= parameters["overdue_from_days"], known.owed, 0)
    return stock_rows(known, period, overdue, known.loan, known.owed)


def new_npl_ratio_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Each loan that could become non-performing, once: on the first day it did, else on the period's last day.

    Both sides by what was owed at the start, or granted since, so that nobody's ratio exceeds the whole.
    """
    exposed, fallen = _exposed(facts, period), _fallen(facts, period)
    loans = exposed.left_join(fallen, "loan").select("loan", "customer", "owed", "day")
    bad = ibis.ifelse(loans.day.notnull(), loans.owed, 0)
    return event_rows(loans, loans.day.fill_null(ibis.literal(period.last)), bad, loans.loan, loans.owed)


def _exposed(facts: Facts, period: Period) -> Any:
    """loan, customer, owed: performing when the period began, or granted in it."""
    before = _in_the_books(facts, period.previous())
    good = before.filter(before.classification.notin(NON_PERFORMING))
    loans = facts.table("loans", period)
    granted = loans.filter(loans.granted_on.between(ibis.literal(period.first), ibis.literal(period.last)))
    # A day of granting may have been put right between two lists: no loan is there twice.
    granted = granted.anti_join(before, "loan")
    return good.select("loan", "customer", "owed").union(granted.select("loan", "customer", owed="amount"))


def _fallen(facts: Facts, period: Period) -> Any:
    """loan, day: the first on which a change of class made it non-performing in the period.

    Else the period's last day, where the newest list says that it is.
    """
    changes, loans = facts.table("loan_classes", period), facts.table("loans", period)
    changed = changes.filter(changes.classification.isin(NON_PERFORMING)).select("loan", "day")
    listed = loans.filter(loans.classification.isin(NON_PERFORMING)).select("loan", day=ibis.literal(period.last))
    days = changed.union(listed)
    return days.group_by("loan").agg(day=days.day.min())


def recovered_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Cash from non-performing and written-off loans, on the day it came in."""
    recoveries = facts.table("recoveries", period)
    return event_rows(recoveries, recoveries.day, recoveries.amount, recoveries.recovery)


def exited_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Loans at risk that the bank got out of, by their class at the exit, on its day."""
    exits = facts.table("loan_exits", period)
    risky = exits.filter(exits.classification.isin(parameters["exit_classes"]))
    return event_rows(risky, risky.day, risky.amount, risky.exit)


def foreclosed_assets_disposed_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Proceeds of each disposal, on its day, for whoever holds the debtor."""
    disposals = facts.table("foreclosed_assets", period)
    return event_rows(disposals, disposals.day, disposals.proceeds, disposals.disposal)


def three_checks_done_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Each check due in the period, on that day; done, if it was by the period's last day."""
    checks = facts.table("three_checks", period)
    done = (checks.done_on <= ibis.literal(period.last)).fill_null(False).cast("int64")
    return event_rows(checks, checks.due_on, done, checks.check, 1)


def compliant_operation_rate_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Each check of a manager's operations, on its day."""
    checks = facts.table("operation_checks", period)
    return manager_rows(checks, checks.day, checks.compliant.cast("int64"), checks.check, 1)


def internal_control_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Each review of a manager, on its day."""
    reviews = facts.table("control_reviews", period)
    return manager_rows(reviews, reviews.day, reviews.score, reviews.review, SCORE_SCALE)
