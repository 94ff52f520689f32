"""Deriving one month of balance spans in the engine, set by set: no loop over accounts.

Working tables: `running` (account, valid_from, balance) is what holds on the day reached, `ended` the spans that are
over, `said` what changes, spans and transactions say of single days, `told` the days on which spans alone count.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from core.facts.engine import Engine
from core.facts.findings import KEPT
from core.facts.mending import resume, settle
from core.facts.said import gather
from core.facts.spans import MonthPlan, SumsTooLarge
from core.periods import next_month


def derive_month(
    engine: Engine, plan: MonthPlan, opening: Path | None, before: Sequence[Path], closed: Path, open_: Path
) -> tuple[int, int]:
    """Write one month's spans; how many rows are in `closed` and in `open_`.

    `opening`: an open file (of the month before if the plan is carried), None where nothing came before. `before`:
    the month's files so far; of a carried plan they spare deriving the days for which they still hold. The month is
    its opening, then every snapshot and all that is said between, in the order of days. SumsTooLarge if a balance
    leaves 64 bits.
    """
    end = next_month(plan.month)
    since, until = (plan.since or plan.month, plan.settled or end) if before else (plan.month, end)
    if since > plan.month:
        resume(engine, before, since)
    else:
        _open(engine, opening, plan.month if plan.carried else None)
    is_said, after = gather(engine, plan), since - timedelta(days=1)
    for snapshot in plan.of("snapshot"):
        if not since <= snapshot.business_day < until:
            continue
        if is_said:
            _book(engine, after, snapshot.business_day)
        _compare(engine, snapshot.path, snapshot.business_day, is_said)
        after = snapshot.business_day
    if is_said:
        _book(engine, after, until)
    if until < end:
        settle(engine, before, until, end)
    ended = "SELECT account, valid_from, valid_until, balance FROM ended ORDER BY account, valid_from"
    running = "SELECT account, valid_from, $until::DATE AS valid_until, balance FROM running ORDER BY account"
    return engine.write(ended, closed), engine.write(running, open_, {"until": end})


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


_LIST = "SELECT account, balance FROM read_parquet($file)"

# What changes and spans say of the snapshot's day counts more; where spans tell the day, what runs goes on.
_LIST_AND_SAID = f"""
    WITH more AS (SELECT account, balance FROM said WHERE day = $day AND balance IS NOT NULL),
         going_on AS (SELECT account, r.balance FROM running r
                      SEMI JOIN (SELECT account FROM told WHERE first <= $day AND until > $day) USING (account)
                      ANTI JOIN more USING (account)),
         pinned AS (SELECT account FROM told WHERE first <= $day AND until > $day UNION SELECT account FROM more)
    SELECT account, balance FROM ({_LIST}) ANTI JOIN pinned USING (account)
    UNION ALL SELECT * FROM more UNION ALL SELECT * FROM going_on"""  # noqa: S608


def _compare(engine: Engine, snapshot: Path, day: date, is_said: bool) -> None:
    """Take over a complete list: what differs from it ends on `day`, what is missing there is zero.

    A row without a balance was set aside as wrong: what runs goes on.
    """
    told = {"day": day} if is_said else {}
    engine.rows(
        f"""CREATE OR REPLACE TEMP TABLE compared AS
            SELECT account, r.valid_from, r.balance AS before,
                   CASE WHEN s.account IS NULL THEN 0 ELSE coalesce(s.balance, r.balance, 0) END AS balance
            FROM running r FULL JOIN ({_LIST_AND_SAID if is_said else _LIST}) s USING (account)""",  # noqa: S608
        {"file": str(snapshot), **told},
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


# `nth`: how often a balance was said by then. Bookings add to the last one said, before it to what ran.
_SUMS = """
    SELECT account, day, valid_from, opened,
           coalesce(max(said) OVER (PARTITION BY account, nth), opened)
           + sum(amount) OVER (PARTITION BY account, nth ORDER BY day) AS balance
    FROM (SELECT account, day, s.balance AS said, CASE WHEN s.balance IS NULL THEN amount ELSE 0 END AS amount,
                 count(s.balance) OVER (PARTITION BY account ORDER BY day) AS nth,
                 r.valid_from, coalesce(r.balance, 0) AS opened
          FROM said s LEFT JOIN running r USING (account) WHERE day > $after AND day < $before)
"""
"""The balance of every day of which something is said, in 128 bits."""


def _book(engine: Engine, after: date, before: date) -> None:
    """Add what is said of the days between two snapshots, both left out: a snapshot holds its own day's already."""
    days = {"after": after, "before": before}
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
            days,
        )
    except duckdb.ConversionException as error:
        if sums := _too_large(engine, days):
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


def _too_large(engine: Engine, days: dict[str, Any]) -> list[tuple[str, date, int]]:
    """(account, first day, how many accounts there are) where a balance leaves 64 bits; the first KEPT."""
    return engine.rows(
        f"""SELECT account, min(day), count(*) OVER () FROM ({_SUMS}) WHERE TRY_CAST(balance AS BIGINT) IS NULL
            GROUP BY account ORDER BY account LIMIT $kept""",  # noqa: S608
        {**days, "kept": KEPT},
    )
