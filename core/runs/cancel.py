"""Calling off a run that has not ended."""

from core.audit.store import record
from core.errors import Conflict, NotFound
from core.jobs.store import withdraw
from core.runs.start import JOB
from core.session import BankSession


async def cancel_run(session: BankSession, run: str) -> None:
    """End a queued or running run without results. NotFound; Conflict RUN_NOT_CANCELLABLE for one that has ended.

    A queued run's job is gone with the commit. A worker that has the run finds, at its next progress or when it
    would store results, that the run no longer runs, and stops; it ends the job itself.
    """
    found = await session.row("SELECT status FROM bank.runs WHERE run = $1 FOR NO KEY UPDATE", run)
    if found is None:
        raise NotFound("There is no such run.", run=run)
    if found["status"] not in ("queued", "running"):
        raise Conflict(f"This run is {found['status']}: there is nothing to cancel.", code="RUN_NOT_CANCELLABLE")
    await session.execute(
        "UPDATE bank.runs SET status = 'cancelled', stage = 'cancelled', finished_at = now() WHERE run = $1", run
    )
    await withdraw(session, JOB, run)
    await record(session, "run:cancel", run, was=found["status"])
