"""Assessment periods: calendar months, quarters, half-years and years, first and last day inclusive."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import InputError

FOREVER = date(9999, 12, 31)
"""A date that has no end yet: half-open ranges run `until` it."""

_FORM = re.compile(r"(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>0[1-9]|1[0-2])))?")


def check_begun(period: "Period", today: date) -> None:
    """InputError PERIOD_IN_FUTURE when the period begins after `today`: it can be neither assessed nor ready."""
    if period.first > today:
        raise InputError(
            f"{period} has not begun: it starts on {period.first}, today is {today}.",
            code="PERIOD_IN_FUTURE",
            period=str(period),
        )


def first_of_month(day: date) -> date:
    """The first day of the month `day` lies in."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after the one `day` lies in; FOREVER at the calendar's end."""
    if (day.year, day.month) == (9999, 12):
        return FOREVER
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month, quarter, half-year or year. Ordered by first day, then by last."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read "2026", "2026-H1", "2026-Q3" or "2026-09". InputError PERIOD_INVALID otherwise."""
        match = _FORM.fullmatch(text)
        if match is None or not 1 < int(match["year"]) < 9999:
            raise InputError(
                f"{text[:40]!r} is not a period: write 2026, 2026-H1, 2026-Q3 or 2026-09.", code="PERIOD_INVALID"
            )
        year = int(match["year"])
        if match["quarter"]:
            return cls._of(year, int(match["quarter"]) * 3 - 2, 3)
        if match["half"]:
            return cls._of(year, int(match["half"]) * 6 - 5, 6)
        if match["month"]:
            return cls._of(year, int(match["month"]), 1)
        return cls._of(year, 1, 12)

    @classmethod
    def _of(cls, year: int, month: int, months: int) -> "Period":
        end = year * 12 + month - 1 + months
        return cls(date(year, month, 1), date(end // 12, end % 12 + 1, 1) - timedelta(days=1))

    @property
    def until(self) -> date:
        """The day after the last: the exclusive end."""
        return self.last + timedelta(days=1)

    @property
    def days(self) -> int:
        """Calendar days, both ends counted."""
        return (self.until - self.first).days

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of every month in the period."""
        return tuple(self._months())

    def _months(self) -> Iterator[date]:
        month = first_of_month(self.first)
        while month < self.until:
            yield month
            month = next_month(month)

    def previous(self) -> "Period":
        """The period of the same length that ends the day before this one begins."""
        start = self.first.year * 12 + self.first.month - 1 - len(self.months)
        return self._of(start // 12, start % 12 + 1, len(self.months))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        match len(self.months):
            case 12:
                return f"{self.first.year:04}"
            case 6:
                return f"{self.first.year:04}-H{self.first.month // 6 + 1}"
            case 3:
                return f"{self.first.year:04}-Q{self.first.month // 3 + 1}"
            case _:
                return f"{self.first.year:04}-{self.first.month:02}"
