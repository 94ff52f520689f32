"""Balances as spans: from what was delivered (records) to stretches of days with one balance, month by month.

A month of spans is `closed` files (stretches that ended inside it) and one `open` file (stretches that reach its
last day; valid_until is the next month's first). Columns: account, valid_from, valid_until (exclusive), balance in
minor units, sorted by account. Days without a balance, and balances of zero, have no row; every account with a
balance has a row on the month's first day, carried from the month before.

What an account holds at the end of a day is told by the first of these that speaks of it:

1. spans: a file tells all of an account's days from its first valid_from there up to the file's business day: the
   balance of the stretch the day lies in, zero between stretches. Of several files, the one of the latest
   business day.
2. changes: the balance of that very day. Of several files, the one of the latest business day.
3. a snapshot of that very day: the balance there, zero for an account that is missing.
4. else the balance of the day before, which is zero before all, plus the transactions booked on the day.

So the order in which deliveries arrive never matters, and what an earlier rule tells takes bookings of its day in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from core.periods import first_of_month, next_month


class SumsTooLarge(Exception):
    """Balances of `count` accounts cannot be kept. `first`: the first of them by account, with the day it happens."""

    def __init__(self, count: int, first: list[tuple[str, date]]) -> None:
        super().__init__(f"{count} sums are too large")
        self.count, self.first = count, first


@dataclass(frozen=True)
class RecordFile:
    """A Parquet file of delivered balance rows. `month`: theirs; of spans, that of the first valid_from.

    `is_whole`: of a snapshot, no row was set aside; after any other, what was before still matters.
    """

    month: date
    shape: str
    business_day: date
    path: Path
    is_whole: bool = True

    @property
    def months(self) -> tuple[date, ...]:
        """The months it speaks of."""
        if self.shape == "spans":
            return tuple(months_between(self.month, first_of_month(self.business_day)))
        return (self.month,)


@dataclass(frozen=True)
class MonthPlan:
    """How one month is derived. `carried`: it opens with the month before, and what is found replaces all of it.

    Otherwise it opens with its own open file, which is replaced, and its closed files stay. `is_touched`: records
    of this month came or went. `since`, `settled`: before the one and from the other on, the month is as it was.
    """

    month: date
    carried: bool
    records: tuple[RecordFile, ...]
    is_touched: bool
    since: date | None = None
    settled: date | None = None

    def of(self, *shapes: str) -> list[RecordFile]:
        """The records of these shapes, in the order of their business days."""
        return sorted(
            (one for one in self.records if one.shape in shapes), key=lambda one: (one.business_day, one.path)
        )


@dataclass(frozen=True)
class News:
    """What one delivery of balances brings. `first_day`: the earliest day that it, or the delivery whose place it
    takes, says anything about; the business day is the last.

    `months_lost`: months of the records it takes the place of. `kept`: all other records in force.
    """

    business_day: date
    first_day: date
    added: tuple[RecordFile, ...]
    months_lost: frozenset[date]
    kept: tuple[RecordFile, ...]


def plan_months(news: News, known_until: date | None) -> list[MonthPlan]:
    """The months a delivery derives anew, in order. `known_until`: the last business day in force before it.

    A delivery about days after everything known continues the newest month from its open file. Any other derives
    its months, and every later one, from the month before.
    """
    touched = {month for record in news.added for month in record.months} | news.months_lost
    last = first_of_month(max(known_until or news.business_day, news.business_day))
    if known_until is not None and news.first_day > known_until and not news.months_lost:
        newest = first_of_month(known_until)
        months = [month for month in months_between(newest, last) if month > newest or month in touched]
        return [_plan(month, month > newest, news.added, touched) for month in months]
    start = min(touched | {next_month(known_until) if known_until else last})
    records = (*news.kept, *news.added)
    return [_mended(news, _plan(month, True, records, touched)) for month in months_between(start, last)]


def _mended(news: News, plan: MonthPlan) -> MonthPlan:
    since = news.first_day if first_of_month(news.first_day) == plan.month else plan.month
    later = (one.business_day for one in plan.of("snapshot") if one.business_day > news.business_day and one.is_whole)
    return replace(plan, since=since, settled=next(later, None))


def _plan(month: date, carried: bool, records: Sequence[RecordFile], touched: set[date]) -> MonthPlan:
    return MonthPlan(month, carried, tuple(record for record in records if month in record.months), month in touched)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from `first` (one of them) up to `last`; none if `last` is before."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months
