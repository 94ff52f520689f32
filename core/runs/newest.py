"""Which run counts: of one scheme and period, the newest that is complete, or the newest publication."""

from core.runs.store import RUNS, RunRead, run_read
from core.session import BankSession


async def newest_run(session: BankSession, scheme: str, period: str, *, published: bool) -> RunRead | None:
    """The run of that scheme and period that was completed last; with `published` the one published last, in force.

    None while there is none.
    """
    condition, order = (
        ("p.run IS NOT NULL", "p.published_at DESC") if published else ("TRUE", "r.finished_at DESC NULLS LAST")
    )
    row = await session.row(
        f"""SELECT {RUNS.columns} FROM {RUNS.source}
            WHERE r.scheme = $1 AND r.period = $2 AND r.status = 'complete' AND {condition}
            ORDER BY {order}, r.run DESC LIMIT 1""",  # noqa: S608
        scheme,
        period,
    )
    return None if row is None else run_read(row)
