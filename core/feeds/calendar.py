"""The calendar of a feed: the business days whose files are expected, and by when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.feeds.feed import Every, Feed
from core.periods import FOREVER, next_month

_MONDAY_TO_FRIDAY, _SUNDAY = range(5), 6
_END_MONTHS = {Every.MONTH: range(1, 13), Every.QUARTER: (3, 6, 9, 12), Every.YEAR: (12,)}


@dataclass(frozen=True, order=True)
class ExpectedDay:
    """A business day with a file to come. `due`: the last day on which it is in time."""

    day: date
    due: date


def expected_days(feed: Feed, first: date, last: date) -> tuple[ExpectedDay, ...]:
    """Business days in [first, last] for which `feed` owes a file, in order; none if it comes as it comes.

    A day outside `since` to `until` owes nothing. `due` may lie after `last`; at the calendar's end it is FOREVER.
    """
    begin = max(first, feed.since)
    end = min(last, feed.until or FOREVER)
    return tuple(ExpectedDay(day, _due(day, feed.due_days)) for day in _days(feed.every, begin, end))


def _days(every: Every, begin: date, end: date) -> Iterator[date]:
    if every in _END_MONTHS:
        yield from _ends(every, begin, end)
    elif every is not Every.NEVER:
        for number in range(begin.toordinal(), end.toordinal() + 1):
            day = date.fromordinal(number)
            if every is Every.DAY or _is_due_weekday(every, day.weekday()):
                yield day


def _is_due_weekday(every: Every, weekday: int) -> bool:
    return weekday in _MONDAY_TO_FRIDAY if every is Every.WORKDAY else weekday == _SUNDAY


def _ends(every: Every, begin: date, end: date) -> Iterator[date]:
    month = begin.replace(day=1)
    while month <= end and month < FOREVER:
        after = next_month(month)
        last = after - timedelta(days=1) if after < FOREVER else FOREVER
        if begin <= last <= end and month.month in _END_MONTHS[every]:
            yield last
        month = after


def _due(day: date, due_days: int) -> date:
    return FOREVER if (FOREVER - day).days <= due_days else day + timedelta(days=due_days)
