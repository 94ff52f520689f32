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
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from core.facts.engine import Engine
from core.facts.findings import KEPT
from core.periods import first_of_month, next_month


class SumsTooLarge(Exception):
    """Balances of `count` accounts cannot be kept. `first`: the first of them by account, with the day it happens."""

    def __init__(self, count: int, first: list[tuple[str, date]]) -> None:
        super().__init__(f"{count} sums are too large")
        self.count, self.first = count, first


@dataclass(frozen=True)
class RecordFile:
    """A Parquet file of delivered balance rows of one month. `day`: the snapshot's; None for transactions."""

    month: date
    day: date | None
    path: Path


@dataclass(frozen=True)
class MonthPlan:
    """How one month is derived. `carried`: it opens with the month before, and what is found replaces all of it.

    Otherwise it opens with its own open file, which is replaced, and its closed files stay. `is_touched`: records
    of this month came or went.
    """

    month: date
    carried: bool
    records: tuple[RecordFile, ...]
    is_touched: bool


@dataclass(frozen=True)
class News:
    """What one delivery of balances brings. `first_day`: the earliest day it says anything about.

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
    touched = {record.month for record in news.added} | news.months_lost
    last = first_of_month(max(known_until or news.business_day, news.business_day))
    if known_until is not None and news.first_day > known_until and not news.months_lost:
        newest = first_of_month(known_until)
        months = [month for month in _months(newest, last) if month > newest or month in touched]
        return [_plan(month, month > newest, news.added, touched) for month in months]
    start = min(touched | {next_month(known_until) if known_until else last})
    return [_plan(month, True, (*news.kept, *news.added), touched) for month in _months(start, last)]


def derive_month(engine: Engine, plan: MonthPlan, opening: Path | None, closed: Path, open_: Path) -> tuple[int, int]:
    """Write one month's spans; how many rows are in `closed` and in `open_`.

    `opening`: an open file (of the month before if the plan is carried), None where nothing came before. The month
    is its opening, then every snapshot and every booking in the order of days. SumsTooLarge if a balance
    leaves 64 bits.
    """
    _open(engine, opening, plan.month if plan.carried else None)
    booked = [str(record.path) for record in plan.records if record.day is None]
    after = plan.month - timedelta(days=1)
    for day, path in sorted((record.day, record.path) for record in plan.records if record.day is not None):
        if booked:
            _book(engine, booked, after, day)
        _compare(engine, path, day)
        after = day
    until = next_month(plan.month)
    if booked:
        _book(engine, booked, after, until)
    ended = "SELECT account, valid_from, valid_until, balance FROM ended ORDER BY account, valid_from"
    running = "SELECT account, valid_from, $until::DATE AS valid_until, balance FROM running ORDER BY account"
    return engine.write(ended, closed), engine.write(running, open_, {"until": until})


def _open(engine: Engine, opening: Path | None, carried_to: date | None) -> None:
    """Start with what runs (account, since valid_from, balance) and nothing ended."""
    engine.rows(
        "CREATE OR REPLACE TEMP TABLE ended (account VARCHAR, valid_from DATE, valid_until DATE, balance BIGINT)"
    )
    engine.rows("CREATE OR REPLACE TEMP TABLE running (account VARCHAR, valid_from DATE, balance BIGINT)")
    if opening is not None:
        engine.rows(
            "INSERT INTO running SELECT account, coalesce($day::DATE, valid_from), balance FROM read_parquet($file)",
            {"day": carried_to, "file": str(opening)},
        )


def _compare(engine: Engine, snapshot: Path, day: date) -> None:
    """Take over a complete list: what differs from it ends on `day`, what is missing there is zero."""
    engine.rows(
        """CREATE OR REPLACE TEMP TABLE compared AS
           SELECT account, r.valid_from, r.balance AS before, coalesce(s.balance, 0) AS balance
           FROM running r FULL JOIN read_parquet($file) s USING (account)""",
        {"file": str(snapshot)},
    )
    engine.rows(
        """INSERT INTO ended SELECT account, valid_from, $day::DATE, before FROM compared
           WHERE before <> balance AND valid_from < $day""",
        {"day": day},
    )
    engine.rows(
        """CREATE OR REPLACE TEMP TABLE running AS
           SELECT account, CASE WHEN before = balance THEN valid_from ELSE $day::DATE END AS valid_from, balance
           FROM compared WHERE balance <> 0""",
        {"day": day},
    )


_SUMS = """
    SELECT account, day, r.valid_from, coalesce(r.balance, 0) AS opened,
           coalesce(r.balance, 0) + sum(amount) OVER (PARTITION BY account ORDER BY day) AS balance
    FROM (SELECT account, day, sum(balance) AS amount FROM read_parquet($files)
          WHERE day > $after AND day < $before GROUP BY account, day)
    LEFT JOIN running r USING (account)
"""
"""Every booked day's balance, in 128 bits."""


def _book(engine: Engine, files: list[str], after: date, before: date) -> None:
    """Add the bookings of the days between two snapshots, both left out: a snapshot holds its own day's already."""
    bookings = {"files": files, "after": after, "before": before}
    try:
        engine.rows(
            f"""CREATE OR REPLACE TEMP TABLE changes AS
                SELECT account, day, balance, valid_from, opened,
                       lead(day) OVER next AS until, lag(day) OVER next AS earlier
                FROM (
                    SELECT *, lag(balance, 1, opened) OVER (PARTITION BY account ORDER BY day) AS previous
                    FROM (SELECT * REPLACE (CAST(balance AS BIGINT) AS balance) FROM ({_SUMS}))
                ) WHERE balance <> previous
                WINDOW next AS (PARTITION BY account ORDER BY day)""",  # noqa: S608
            bookings,
        )
    except duckdb.ConversionException as error:
        if sums := _too_large(engine, bookings):
            raise SumsTooLarge(sums[0][2], [(account, day) for account, day, _ in sums]) from error
        raise
    engine.rows(
        """INSERT INTO ended
           SELECT account, valid_from, day, opened FROM changes WHERE earlier IS NULL AND valid_from < day
           UNION ALL SELECT account, day, until, balance FROM changes WHERE until IS NOT NULL AND balance <> 0"""
    )
    engine.rows(
        """CREATE OR REPLACE TEMP TABLE running AS
           SELECT account, valid_from, balance FROM running ANTI JOIN changes USING (account)
           UNION ALL SELECT account, day, balance FROM changes WHERE until IS NULL AND balance <> 0"""
    )


def _too_large(engine: Engine, bookings: dict[str, Any]) -> list[tuple[str, date, int]]:
    """(account, first day, how many accounts there are) where a balance leaves 64 bits; the first KEPT."""
    return engine.rows(
        f"""SELECT account, min(day), count(*) OVER () FROM ({_SUMS}) WHERE TRY_CAST(balance AS BIGINT) IS NULL
            GROUP BY account ORDER BY account LIMIT $kept""",  # noqa: S608
        {**bookings, "kept": KEPT},
    )


def _plan(month: date, carried: bool, records: Sequence[RecordFile], touched: set[date]) -> MonthPlan:
    return MonthPlan(month, carried, tuple(record for record in records if record.month == month), month in touched)


def _months(first: date, last: date) -> list[date]:
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months
