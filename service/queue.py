"""The queue of platform.jobs: claim, renew, finish. Every change is fenced by worker and attempt.

Why our own: a queue whose stalled worker can end another worker's job, or that forgets its listener when
PostgreSQL restarts, would break what a run promises. Here a claim is one short transaction that waits for nobody
(FOR UPDATE SKIP LOCKED), and whoever lost the lease changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, text, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.banks.table import BankRow
from core.errors import NotFound
from core.jobs.table import JobRow
from core.session import Bank, BankSession
from tenants.registry import bank_of

MOST_ATTEMPTS = 3

PATIENCE_SECONDS = 60
"""So long may long work wait behind short work that came later; then it goes first."""

# Banks are served in turn, beginning after the bank served last: no bank waits for more than one job of each other
# bank, however many are queued. One short and one long job of a bank at a time: the second of a kind would only
# wait for the first, in a place that another bank could use.
_CANDIDATE = text(
    """SELECT j.job, j.bank_id FROM platform.jobs j
       WHERE j.status IN ('queued', 'running') AND j.not_before <= now()
         AND (j.status = 'queued' OR j.lease_until < now()) AND j.kind = ANY(:kinds)
         AND (:suspects OR j.attempts = 0)
         AND (cast(:bank AS integer) IS NULL OR j.bank_id = cast(:bank AS integer))
         AND NOT EXISTS (
           SELECT 1 FROM platform.jobs busy
           WHERE busy.bank_id = j.bank_id AND busy.job <> j.job AND busy.status = 'running'
             AND busy.lease_until >= now() AND (busy.kind = ANY(:long)) = (j.kind = ANY(:long)))
       ORDER BY j.kind = ANY(:long) AND j.not_before > now() - make_interval(secs => :patience),
                j.bank_id <= :last, j.bank_id, j.not_before, j.job
       LIMIT 1 FOR UPDATE OF j SKIP LOCKED"""
)
_BANKS_TURN = text("SELECT pg_try_advisory_xact_lock(hashtextextended('jobs/' || :bank, 0))")
# What the candidate's statement saw may be old by the time the bank's lock is ours: this one looks again.
_CLAIM = text(
    """UPDATE platform.jobs j SET status = 'running', attempts = j.attempts + 1, worker = :worker,
              lease_until = now() + make_interval(secs => :seconds), error = NULL
       WHERE j.job = :job AND NOT EXISTS (
           SELECT 1 FROM platform.jobs busy
           WHERE busy.bank_id = j.bank_id AND busy.job <> j.job AND busy.status = 'running'
             AND busy.lease_until >= now() AND (busy.kind = ANY(:long)) = (j.kind = ANY(:long)))
       RETURNING j.job, j.bank_id, j.kind, j.subject, j.attempts"""
)
_TRIES = 5


_COUNTS = text(
    """SELECT b.code, count(*) FILTER (WHERE status = 'queued'), count(*) FILTER (WHERE status = 'running'),
              count(*) FILTER (WHERE status = 'failed')
       FROM platform.jobs JOIN platform.banks b ON b.id = bank_id GROUP BY b.code ORDER BY b.code"""
)


class LeaseLost(Exception):
    """The job is no longer ours: whatever the open transaction did must not be committed.

    Not a MeritgraphError: nobody made a mistake, and the thing itself must not be called failed.
    """


@dataclass(frozen=True)
class Job:
    """A job as claimed. `attempt` counts from 1; above MOST_ATTEMPTS it must not be tried again."""

    job: int
    bank: Bank
    kind: str
    subject: str
    attempt: int


@dataclass
class Lease:
    """The right to finish one job, as long as nobody has taken it over."""

    job: Job
    worker: str
    settled: bool = field(default=False)
    """The job's own transaction has ended it: a row that is gone no longer means a lease that is lost."""

    async def hold(self, session: BankSession) -> None:
        """The LAST statement of a business transaction: locks the job until commit. LeaseLost rolls it back."""
        self.settled = True
        found = await session.row(
            "SELECT 1 FROM platform.jobs WHERE job = $1 AND worker = $2 AND attempts = $3"
            " AND status = 'running' FOR UPDATE",
            self.job.job,
            self.worker,
            self.job.attempt,
        )
        if found is None:
            raise LeaseLost(f"Another worker has taken over job {self.job.job} ({self.job.kind}).")

    async def finish(self, session: BankSession) -> None:
        """`hold`, then the job is gone with this very commit: done exactly once."""
        await self.hold(session)
        await session.execute("DELETE FROM platform.jobs WHERE job = $1", self.job.job)

    async def fail(self, session: BankSession, error: str) -> None:
        """`hold`, then never tried again. `error` is a code, for the queue holds no business data."""
        await self.hold(session)
        await session.execute(
            "UPDATE platform.jobs SET status = 'failed', worker = NULL, lease_until = NULL, error = $2 WHERE job = $1",
            self.job.job,
            error,
        )


@dataclass(frozen=True)
class Queue:
    """platform.jobs on the application's pool. Times are the database's own, so workers' clocks do not matter."""

    engine: AsyncEngine = field(repr=False)
    lease_seconds: float = 30.0

    async def claim(
        self,
        worker: str,
        kinds: Iterable[str],
        *,
        bank: Bank | None = None,
        after: int = 0,
        long: Iterable[str] = (),
        suspects: bool = True,
    ) -> Job | None:
        """The next job of these kinds whose turn it is, now leased to `worker`; None when nothing waits.

        `bank`: that bank's jobs only. `after`: id of the bank served last. `long`: kinds that come after the others.
        `suspects`: also jobs whose last worker may have died of them. A job whose lease ran out is taken over.
        """
        values = {
            "worker": worker,
            "kinds": list(kinds),
            "bank": bank.id if bank else None,
            "last": after,
            "seconds": self.lease_seconds,
            "long": list(long),
            "suspects": suspects,
            "patience": PATIENCE_SECONDS,
        }
        for _ in range(_TRIES):
            waiting, job = await self._try_claim(values)
            if job is not None or not waiting:
                return job
        return None

    async def _try_claim(self, values: dict[str, Any]) -> tuple[bool, Job | None]:
        """Whether something waits, and the job if it is ours now; another worker may be quicker at the same bank."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            connection = await session.connection()
            next_one = (await connection.execute(_CANDIDATE, values)).one_or_none()
            if next_one is None:
                return False, None
            if not await connection.scalar(_BANKS_TURN, {"bank": str(next_one.bank_id)}):
                return True, None
            found = (await connection.execute(_CLAIM, values | {"job": next_one.job})).one_or_none()
            if found is None:
                return True, None
            owner = await session.get(BankRow, found.bank_id)
            await session.commit()
        if owner is None:
            raise NotFound(f"Job {found.job} is of a bank that is gone.")
        return True, Job(found.job, bank_of(owner), found.kind, found.subject, found.attempts)

    async def renew(self, lease: Lease) -> bool:
        """Another lease_seconds from now; False when the job is no longer ours."""
        return await self._change(update(JobRow).values(lease_until=_from_now(self.lease_seconds)), lease)

    async def finish(self, lease: Lease) -> bool:
        """The job is done; False when its own transaction has said so already, or it is no longer ours."""
        return await self._change(delete(JobRow), lease)

    async def release(self, lease: Lease, *, seconds: float, counted: bool = True) -> bool:
        """Back into the queue, not before `seconds` from now; `counted` False: as if this attempt had not been."""
        attempts = lease.job.attempt if counted else lease.job.attempt - 1
        again = update(JobRow).values(status="queued", attempts=attempts, not_before=_from_now(seconds), **_NOBODY)
        return await self._change(again, lease)

    async def fail(self, lease: Lease, error: str) -> bool:
        """As Lease.fail, without a business transaction. False when the job is no longer ours."""
        return await self._change(update(JobRow).values(status="failed", error=error, **_NOBODY), lease)

    async def _change(self, change: Any, lease: Lease) -> bool:
        ours = change.where(
            col(JobRow.job) == lease.job.job,
            col(JobRow.worker) == lease.worker,
            col(JobRow.attempts) == lease.job.attempt,
            col(JobRow.status) == "running",
        )
        async with self.engine.begin() as connection:
            return bool((await connection.execute(ours)).rowcount)


async def count_jobs(engine: AsyncEngine) -> list[tuple[Any, ...]]:
    """Per bank with jobs: its code and how many are queued, running and failed, by code."""
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(_COUNTS)]


_NOBODY: dict[str, Any] = {"worker": None, "lease_until": None}


def _from_now(seconds: float) -> Any:
    return func.now() + timedelta(seconds=seconds)
