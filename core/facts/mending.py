"""Deriving a month anew only from the day a correction begins to the day after which all is as it was.

A month's spans before that day still hold; from the first complete list after the correction's business day on they
hold again, for nothing before a complete list matters after it. Both are taken from the month's files.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from core.facts.engine import Engine


def resume(engine: Engine, before: Sequence[Path], since: date) -> None:
    """Make `ended` and `running` what they were at the end of the day before `since`. `before`: the month's files."""
    found = {"files": [str(path) for path in before], "eve": since - timedelta(days=1)}
    spans = "SELECT account, valid_from, valid_until, balance FROM read_parquet($files)"
    engine.rows(f"CREATE OR REPLACE TEMP TABLE ended AS {spans} WHERE valid_until <= $eve", found)
    engine.rows(
        f"""CREATE OR REPLACE TEMP TABLE running AS
            SELECT account, valid_from, balance FROM ({spans}) WHERE valid_from <= $eve AND valid_until > $eve""",  # noqa: S608
        found,
    )


def settle(engine: Engine, before: Sequence[Path], day: date, until: date) -> None:
    """Let the month's files hold again from `day` on, up to its end `until` (exclusive). What is equal grows together.

    `running` ends the day before.
    """
    engine.rows(
        """CREATE OR REPLACE TEMP TABLE rest AS
           SELECT account, greatest(valid_from, $day) AS valid_from, valid_until, balance
           FROM read_parquet($files) WHERE valid_until > $day""",
        {"files": [str(path) for path in before], "day": day},
    )
    engine.rows(
        """INSERT INTO ended SELECT account, r.valid_from, $day, r.balance FROM running r
           WHERE r.valid_from < $day AND NOT EXISTS (
               SELECT 1 FROM rest f WHERE f.account = r.account AND f.valid_from = $day AND f.balance = r.balance)""",
        {"day": day},
    )
    engine.rows(
        """CREATE OR REPLACE TEMP TABLE grown AS
           SELECT f.account, coalesce(r.valid_from, f.valid_from) AS valid_from, f.valid_until, f.balance FROM rest f
           LEFT JOIN running r ON r.account = f.account AND r.balance = f.balance AND f.valid_from = $day""",
        {"day": day},
    )
    engine.rows("INSERT INTO ended SELECT * FROM grown WHERE valid_until < $until", {"until": until})
    engine.rows(
        """CREATE OR REPLACE TEMP TABLE running AS
           SELECT account, valid_from, balance FROM grown WHERE valid_until = $until""",
        {"until": until},
    )
