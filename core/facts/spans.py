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

from core.facts.engine import Bound, Engine
from core.periods import first_of_month, next_month


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

    `opening`: an open file (of the month before if the plan is carried), None where nothing came before.
    """
    bind = Bound()
    days = sorted({record.day for record in plan.records if record.day is not None})
    # A snapshot of the first day leaves nothing of the opening; with both, a day would have two balances.
    opened = [] if opening is None or plan.month in days else [opening]
    valid_from = bind(plan.month) + "::DATE" if plan.carried else "valid_from"
    snapshots = _read([record.path for record in plan.records if record.day is not None], "day", bind)
    transactions = [record.path for record in plan.records if record.day is None]
    known_days = bind(days) + "::DATE[]"
    booked = _WITH_TRANSACTIONS.format(booked=_read(transactions, "day", bind), days=known_days)
    statement = _SPANS.format(
        opening=f"SELECT account, {valid_from} AS day, balance FROM ({_read(opened, 'valid_from', bind)})",  # noqa: S608
        snapshots=snapshots,
        points=booked if transactions else "FROM held",
        days=known_days,
        until=bind(next_month(plan.month)) + "::DATE",
    )
    engine.rows(f"CREATE OR REPLACE TEMP TABLE spans AS {statement}", bind.values)
    until = {"until": next_month(plan.month)}
    ended = "SELECT * FROM spans WHERE valid_until < $until ORDER BY account, valid_from"
    running = "SELECT * FROM spans WHERE valid_until = $until ORDER BY account"
    return engine.write(ended, closed, until), engine.write(running, open_, until)


# idx counts the days on which all balances are known: 0 the opening, 1 … n the month's snapshots.
# `held`: an account's balance from such a day on; zero from the first one on which it is missing.
_SPANS = """
WITH known AS (
    SELECT account, 0 AS idx, day, balance FROM ({opening})
    UNION ALL
    SELECT account, list_position({days}, day) AS idx, day, balance FROM ({snapshots})
), followed AS (
    SELECT *, lead(idx) OVER (PARTITION BY account ORDER BY idx) AS following FROM known
), held AS (
    SELECT account, idx, day, balance FROM followed
    UNION ALL
    SELECT account, idx + 1, ({days})[idx + 1], 0 FROM followed
    WHERE idx < len({days}) AND (following IS NULL OR following > idx + 1)
), points AS (
    SELECT account, day, balance, lag(balance, 1, 0) OVER (PARTITION BY account ORDER BY day) AS before {points}
), changes AS (
    SELECT account, day, balance, lead(day, 1, {until}) OVER (PARTITION BY account ORDER BY day) AS valid_until
    FROM points WHERE balance <> before
)
SELECT account, day AS valid_from, valid_until, balance FROM changes WHERE balance <> 0"""

# A booking counts from its day to the next snapshot; on a snapshot's own day the snapshot already holds it.
_WITH_TRANSACTIONS = """
FROM (
    SELECT account, day, CAST(sum(amount) OVER (PARTITION BY account, idx ORDER BY day) AS BIGINT) AS balance FROM (
        SELECT account, idx, day, sum(balance) AS amount FROM (
            SELECT account, idx, day, balance FROM held
            UNION ALL
            SELECT account, len(list_filter({days}, lambda known: known < day)) AS idx, day, balance
            FROM ({booked}) WHERE NOT list_contains({days}, day)
        ) GROUP BY account, idx, day
    )
)"""


def _read(files: Sequence[Path], day: str, bind: Bound) -> str:
    if not files:
        return f"SELECT NULL::VARCHAR AS account, NULL::DATE AS {day}, NULL::BIGINT AS balance WHERE false"
    return f"SELECT account, {day}, balance FROM read_parquet({bind([str(file) for file in files])})"  # noqa: S608


def _plan(month: date, carried: bool, records: Sequence[RecordFile], touched: set[date]) -> MonthPlan:
    return MonthPlan(month, carried, tuple(record for record in records if record.month == month), month in touched)


def _months(first: date, last: date) -> list[date]:
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months
