"""What changes, spans and transactions say of single days of a month, by account, gathered into one table."""

from collections.abc import Sequence

from core.facts.engine import Bound, Engine
from core.facts.spans import MonthPlan, RecordFile
from core.periods import next_month


def gather(engine: Engine, plan: MonthPlan) -> bool:
    """Make `said` (account, day, balance, amount) and `told` (account, file, first, until); whether anything is said.

    `said`: one row per account and day; a balance counts alone, without one the amount is added. `told`: the days
    (until exclusive) on which spans alone count. Nothing is made where the month has snapshots only.
    """
    spans, others = plan.of("spans"), plan.of("changes", "transactions")
    if not spans and not others:
        return False
    _tell(engine, plan, spans)
    bind = Bound()
    rows = [_of_changes(one, bind) if one.shape == "changes" else _of_transactions(one, bind) for one in others]
    nothing = "SELECT NULL::VARCHAR AS account, NULL::DATE AS day, NULL::BIGINT AS balance, 0::BIGINT AS amount, "
    nothing += "NULL::DATE AS file WHERE false"
    single = " UNION ALL ".join(rows) or nothing
    # Only days that nobody's spans tell; of one day's changes the latest file's.
    engine.rows(
        f"""CREATE OR REPLACE TEMP TABLE said AS
            SELECT account, day, arg_max(balance, file) FILTER (balance IS NOT NULL) AS balance, sum(amount) AS amount
            FROM ({single}) s
            WHERE NOT EXISTS (SELECT 1 FROM told t WHERE t.account = s.account AND t.first <= day AND t.until > day)
            AND day >= {bind(plan.month)} AND day < {bind(next_month(plan.month))}
            GROUP BY account, day
            UNION ALL SELECT account, day, balance, 0 FROM turns""",  # noqa: S608
        bind.values,
    )
    return True


def _of_changes(record: RecordFile, bind: Bound) -> str:
    path, file = bind(str(record.path)), bind(record.business_day)
    return f"SELECT account, day, balance, 0::BIGINT AS amount, {file}::DATE AS file FROM read_parquet({path})"  # noqa: S608


def _of_transactions(record: RecordFile, bind: Bound) -> str:
    path = bind(str(record.path))
    amounts = f"(SELECT account, day, balance AS amount FROM read_parquet({path}))"  # noqa: S608
    return f"SELECT account, day, NULL::BIGINT AS balance, amount, NULL::DATE AS file FROM {amounts}"  # noqa: S608


def _tell(engine: Engine, plan: MonthPlan, spans: Sequence[RecordFile]) -> None:
    """Make `told` and, of the days in it, `turns` (account, day, balance): where a stretch or a gap begins."""
    bind = Bound()
    rows = [
        "SELECT NULL::VARCHAR AS account, NULL::DATE AS valid_from, NULL::DATE AS valid_until, NULL::BIGINT AS balance,"
        " NULL::DATE AS file WHERE false"
    ]
    for one in spans:
        path, file = bind(str(one.path)), bind(one.business_day)
        columns = f"account, valid_from, coalesce(valid_until, DATE '9999-12-31'), balance, {file}::DATE"
        rows.append(f"SELECT {columns} FROM read_parquet({path})")  # noqa: S608
    engine.rows(f"CREATE OR REPLACE TEMP TABLE stretches AS {' UNION ALL '.join(rows)}", bind.values)
    # A later file takes an account over from the first day it tells; within a month each day is told by one file.
    month = {"month": plan.month, "until": next_month(plan.month)}
    engine.rows(
        """CREATE OR REPLACE TEMP TABLE told AS
           SELECT account, file, greatest(first, $month) AS first, least(last + 1, taken_over, $until) AS until FROM (
               SELECT account, file, min(valid_from) AS first, file AS last,
                      min(min(valid_from)) OVER (PARTITION BY account ORDER BY file
                                                 ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS taken_over
               FROM stretches GROUP BY account, file)
           WHERE first < $until AND least(last + 1, taken_over) > greatest(first, $month)""",
        month,
    )
    engine.rows(
        """CREATE OR REPLACE TEMP TABLE turns AS
           SELECT account, greatest(valid_from, first) AS day, balance FROM stretches JOIN told USING (account, file)
           WHERE valid_from < until AND valid_until > first
           UNION ALL
           SELECT account, valid_until, 0 FROM stretches s JOIN told USING (account, file)
           WHERE valid_until > first AND valid_until < until AND NOT EXISTS (
               SELECT 1 FROM stretches n
               WHERE n.account = s.account AND n.file = s.file AND n.valid_from = s.valid_until)
           UNION ALL
           SELECT account, first, 0 FROM told t WHERE NOT EXISTS (
               SELECT 1 FROM stretches s WHERE s.account = t.account AND s.file = t.file
               AND s.valid_from <= t.first AND s.valid_until > t.first)"""
    )
