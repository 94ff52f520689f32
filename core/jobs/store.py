"""Putting work into the queue and taking it back, in the caller's own transaction."""

from core.session import BankSession

CHANNEL = "meritgraph_jobs"


async def enqueue(session: BankSession, kind: str, subject: str) -> bool:
    """Queue `kind` for `subject` when the transaction commits; False if it is queued or running already."""
    added = await session.row(
        """INSERT INTO platform.jobs (bank_id, kind, subject, status, attempts, not_before)
           VALUES ($1, $2, $3, 'queued', 0, now())
           ON CONFLICT (bank_id, kind, subject) WHERE status IN ('queued', 'running') DO NOTHING RETURNING job""",
        session.bank.id,
        kind,
        subject,
    )
    await session.execute("SELECT pg_notify($1, '')", CHANNEL)
    return added is not None


async def withdraw(session: BankSession, kind: str, subject: str) -> bool:
    """Take it out of the queue when the transaction commits; False where none waits: a worker has it, or had."""
    gone = await session.row(
        """DELETE FROM platform.jobs WHERE bank_id = $1 AND kind = $2 AND subject = $3 AND status = 'queued'
           RETURNING job""",
        session.bank.id,
        kind,
        subject,
    )
    return gone is not None
