"""Expected files against what came, day by day."""

from datetime import date, timedelta

import pytest

from core.feeds.feed import Every, Feed
from core.periods import Period
from core.readiness.expected import expected_files, judge

SEPTEMBER = Period.parse("2026-09")


def feed(code: str = "daily", every: Every = Every.DAY, due_days: int = 1, since: date = date(2026, 9, 29)) -> Feed:
    return Feed(code, code, code, "fees", "event", since=since, every=every, due_days=due_days)


@pytest.mark.parametrize(
    ("due_days", "today", "state"),
    [
        (0, date(2026, 9, 29), "waiting"),  # due on its own day, which is not over
        (0, date(2026, 9, 30), "missing"),
        (3, date(2026, 10, 2), "waiting"),  # 29 September + 3 is 2 October
        (3, date(2026, 10, 3), "missing"),
    ],
)
def test_a_file_is_missing_from_the_day_after_its_due_day(due_days: int, today: date, state: str) -> None:
    files = [file for file in expected_files([feed(due_days=due_days)], SEPTEMBER, today) if file.day.day == 29]
    judged = judge(files, {}, today)
    assert {"waiting": judged.waiting, "missing": judged.missing}[state] == tuple(files)
    assert len(judged.waiting) + len(judged.missing) + len(judged.late) == 1


@pytest.mark.parametrize(("came", "late"), [(date(2026, 10, 2), 0), (date(2026, 10, 3), 1)])
def test_a_file_is_late_from_the_day_after_its_due_day(came: date, late: int) -> None:
    today = date(2026, 11, 1)
    files = [file for file in expected_files([feed(due_days=3)], SEPTEMBER, today) if file.day.day == 29]
    judged = judge(files, {("fees", "event", date(2026, 9, 29)): came}, today)
    assert ([file.accepted for file in judged.late], judged.missing, judged.waiting) == ([came] * late, (), ())


def test_only_days_of_the_period_up_to_today_are_expected() -> None:
    always = feed(since=date(2020, 1, 1))
    assert len(expected_files([always], SEPTEMBER, date(2026, 9, 10))) == 10
    assert len(expected_files([always], SEPTEMBER, date(2027, 1, 1))) == 30
    assert expected_files([always], SEPTEMBER, date(2026, 8, 31)) == []


def test_what_comes_as_it_comes_is_never_missed() -> None:
    assert expected_files([feed(every=Every.NEVER)], SEPTEMBER, date(2027, 1, 1)) == []


def test_another_shape_or_day_of_the_same_fact_does_not_stand_in() -> None:
    [file] = expected_files([feed(every=Every.MONTH)], SEPTEMBER, date(2026, 11, 1))
    other_shape = ("fees", "entry-1", file.day)
    other_day = ("fees", "event", file.day - timedelta(days=1))
    judged = judge([file], dict.fromkeys([other_shape, other_day], file.day), date(2026, 11, 1))
    assert judged.missing == (file,)


def test_files_stand_in_the_order_of_their_days() -> None:
    files = expected_files([feed("z"), feed("a")], SEPTEMBER, date(2026, 11, 1))
    assert [(file.day.day, file.feed) for file in files] == [(29, "a"), (29, "z"), (30, "a"), (30, "z")]
