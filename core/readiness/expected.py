"""Expected files held against what has come: pure, by days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from core.feeds.calendar import expected_days
from core.feeds.feed import Feed
from core.periods import Period
from core.readiness.readiness import DueFile

Came = Mapping[tuple[str, str, date], date]
"""(fact, shape, business day) → the day on which the first delivery of it was accepted."""


@dataclass(frozen=True)
class Judged:
    """Every expected file that is not in order, by day and feed."""

    missing: tuple[DueFile, ...]
    late: tuple[DueFile, ...]
    waiting: tuple[DueFile, ...]


def expected_files(feeds: Iterable[Feed], period: Period, today: date) -> list[DueFile]:
    """The files that are to be there for the period's days up to today."""
    last = min(period.last, today)
    files = [
        DueFile(expected.day, feed.feed, feed.fact, feed.shape, expected.due)
        for feed in feeds
        for expected in expected_days(feed, period.first, last)
    ]
    return sorted(files)


def judge(files: Iterable[DueFile], came: Came, today: date) -> Judged:
    """A file that came on its due day is in time; one that has not come is missing from the day after on."""
    missing: list[DueFile] = []
    late: list[DueFile] = []
    waiting: list[DueFile] = []
    for file in files:
        accepted = came.get((file.fact, file.shape, file.day))
        if accepted is None:
            (missing if file.due < today else waiting).append(file)
        elif accepted > file.due:
            late.append(replace(file, accepted=accepted))
    return Judged(tuple(missing), tuple(late), tuple(waiting))
