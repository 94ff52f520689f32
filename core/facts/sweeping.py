"""Deleting the files that nothing names: what a crash left behind."""

from datetime import timedelta

from core.facts.store import FactStore
from core.indicators.workshop import aside
from core.session import BankSession

KEPT_NAMELESS = timedelta(days=1)
"""A file younger than this may belong to a transaction that is still to commit."""

# Ended files too: a run, or a question about the past, may read them.
_NAMED = """
    SELECT sha256 FROM bank.fact_files
    UNION
    SELECT set_aside_sha256 FROM bank.deliveries WHERE set_aside_sha256 IS NOT NULL
    UNION
    SELECT frozen.value ->> 'sha256' FROM bank.runs, jsonb_each(inputs -> 'frozen') frozen WHERE inputs IS NOT NULL"""


async def sweep(session: BankSession, store: FactStore) -> int:
    """Delete this bank's nameless files and work folders older than a day; gives their number."""
    named = {row["sha256"] for row in await session.rows(_NAMED)}
    return await aside(store.sweep, session.bank.code, named, KEPT_NAMELESS)
