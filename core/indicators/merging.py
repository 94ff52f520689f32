"""Fewer rows for the same sums: a customer's stretches of balance as one, where his shares stay. Pure Ibis."""

from datetime import timedelta
from typing import Any

import ibis

from core.indicators.expressions import exact
from core.periods import Period

COLUMNS = ("account", "customer", "kind", "category", "first", "until", "balance")


def merged(balances: Any, shares: Any, period: Period) -> Any:
    """Rows whose Σ over days of share × balance is that of `balances`, for every manager and for the bank.

    `balances`: COLUMNS, inside the period. `shares`: customer, first, until, … Who holds a customer, and how much of
    him, is the same on all days of the period unless one of his shares begins or ends inside it. Of such a customer
    the stretches of one kind and category become one row on the period's first day: account null, balance Σ balance ×
    days. Those of all others stay. balance: decimal(38, 0), per day of [first, until).
    """
    first, until = ibis.literal(period.first), ibis.literal(period.until)
    begins, ends = shares["first"], shares.until
    inside = ((begins > first) & (begins < until)) | ((ends > first) & (ends < until))
    moved = shares.filter(inside).select("customer").distinct()
    settled = balances.anti_join(moved, "customer")
    days = exact(settled.until.delta(settled["first"], unit="day"))
    sums = (
        settled.mutate(added=exact(settled.balance) * days)
        .group_by("customer", "kind", "category")
        .agg(added=lambda rows: rows.added.sum())
    )
    one_day = {"first": first, "until": ibis.literal(period.first + timedelta(days=1))}
    rows = sums.mutate(account=ibis.null().cast("string"), balance=exact(sums.added), **one_day).select(*COLUMNS)
    others = balances.semi_join(moved, "customer")
    return rows.union(others.mutate(balance=exact(others.balance)).select(*COLUMNS))
