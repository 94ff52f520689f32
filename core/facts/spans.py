"""Balances as spans: from what was delivered (records) to stretches of days with one balance, month by month.

A month of spans is `closed` files (stretches that ended inside it) and one `open` file (stretches that reach its
last day; valid_until is the next month's first). Columns: account, valid_from, valid_until (exclusive), balance in
minor units, sorted by account. Days without a balance, and balances of zero, have no row; every account with a
balance has a row on the month's first day, carried from the month before.

What holds on a day: the balance of the latest snapshot up to it (an account missing there has zero; before the first
one all have zero) plus the transactions booked after that snapshot's day up to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.facts.engine import Engine
from core.periods import first_of_month, next_month

SPANS = "spans"


@dataclass(frozen=True)
class RecordFile:
    """One Parquet file of delivered balance rows of one month. `day`: the day of a snapshot, None for transactions."""

    month: date
    day: date | None
    sha256: str


@dataclass(frozen=True)
class Known:
    """What holds before a delivery. `until`: the last business day in force; `opens`: month → its open file."""

    records: tuple[RecordFile, ...] = ()
    opens: tuple[tuple[date, str], ...] = ()
    until: date | None = None


@dataclass(frozen=True)
class MonthPlan:
    """How one month is derived. `carried`: the opening is the month before's, else the month's own open file.

    A carried opening replaces all of the month; its own is continued, and its closed files stay.
    `is_touched`: records of this month came or went.
    """

    month: date
    carried: bool
    records: tuple[RecordFile, ...]
    is_touched: bool


def plan_months(
    known: Known,
    added: Sequence[RecordFile],
    removed: Sequence[RecordFile],
    first_day: date | None,
    business_day: date,
) -> list[MonthPlan]:
    """Which months a delivery derives anew, in order. `first_day`: the earliest day of the added rows.

    Rows of days after everything known continue the newest month; anything else derives its months from their
    openings, and every later one.
    """
    newest = max(filter(None, (known.until, business_day)))
    last = first_of_month(newest)
    touched = {record.month for record in (*added, *removed)}
    kept = [record for record in known.records if record not in removed]
    is_news = known.until is not None and not removed and (first_day or business_day) > known.until
    if known.until is not None and is_news:
        first, last_known = first_of_month(known.until), first_of_month(known.until)
        if first_of_month(business_day) == first or first in touched:
            return [_plan(month, month > first, added, touched) for month in _months(first, last)]
        return [_plan(month, True, added, touched) for month in _months(next_month(last_known), last)]
    start = min([*touched, *([next_month(first_of_month(known.until))] if known.until else [last])])
    return [_plan(month, True, [*kept, *added], touched) for month in _months(start, last)]


def _plan(month: date, carried: bool, records: Sequence[RecordFile], touched: set[date]) -> MonthPlan:
    return MonthPlan(month, carried, tuple(record for record in records if record.month == month), month in touched)


def _months(first: date, last: date) -> list[date]:
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months
