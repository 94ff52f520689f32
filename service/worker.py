"""The worker: takes jobs in turn, keeps their leases, and lives through PostgreSQL's restarts."""

import asyncio
import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from core.errors import MeritgraphError
from core.session import Bank
from service.bell import Bell
from service.outage import is_outage
from service.queue import MOST_ATTEMPTS, Job, Lease, LeaseLost, Queue

log = structlog.get_logger(__name__)


class Work(Protocol):
    """One kind of job."""

    async def perform(self, bank: Bank, subject: str, lease: Lease) -> None:
        """Do it. Ends its last transaction with `lease.finish(session)`; anything raised leaves nothing half-done."""
        ...

    async def abandon(self, bank: Bank, subject: str, lease: Lease, error: MeritgraphError) -> None:
        """Say on the thing itself that it will never be done, and `lease.fail(session, error.code)`, in one commit."""
        ...


def worker_name() -> str:
    """A name no other worker has, ever: a taken-over job must not look like its first worker's."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


@dataclass
class Worker:
    """Performs jobs of the kinds it knows, `jobs` at a time. Several workers, in one process or many, share the queue.

    `long`: kinds that take long. They come after short work, one place is always kept free of them, and of each bank
    one is done at a time. A job whose last worker died is done with no other such job beside it: whichever of them
    kills its worker, the others lose no more than one attempt by it.
    """

    queue: Queue
    works: Mapping[str, Work]
    bell: Bell | None = None
    name: str = field(default_factory=worker_name)
    poll_seconds: float = 2.0
    grace_seconds: float = 25.0
    jobs: int = 1
    long: frozenset[str] = frozenset()
    _last_bank: int = 0
    _running: "dict[asyncio.Task[None], Job]" = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`. A running job then has grace_seconds to end; else it goes back into the queue."""
        pause = 0.5
        log.info("worker ready", worker=self.name, jobs=self.jobs)
        try:
            while not stop.is_set():
                try:
                    if not await self._begin(None, stop):
                        await self._idle(stop)
                    self._reap()
                    pause = 0.5
                except Exception as error:
                    if not is_outage(error):
                        raise
                    log.warning("PostgreSQL is away", error=str(error).split("\n")[0], again_in=pause)
                    await _either(stop.wait(), asyncio.sleep(pause))
                    pause = min(pause * 2, 10.0)
            await self._end()
        finally:
            await self._cut_off()
            if self.bell:
                await self.bell.close()
        log.info("worker stopped", worker=self.name)

    async def drain(self, bank: Bank | None = None) -> int:
        """Perform what waits now, of one bank or of all; gives the number of jobs taken."""
        taken, never = 0, asyncio.Event()
        try:
            while True:
                while await self._begin(bank, never):
                    taken += 1
                if not self._running:
                    return taken
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                self._reap()
        finally:
            await self._cut_off()

    async def step(self, *, bank: Bank | None = None, stop: asyncio.Event | None = None) -> bool:
        """Take and perform one job; False when none waits. Only an outage of PostgreSQL is raised."""
        job = await self._claim(bank)
        if job is None:
            return False
        await self._attend(job, stop or asyncio.Event())
        return True

    async def _begin(self, bank: Bank | None, stop: asyncio.Event) -> bool:
        """Start one job beside those that run; False when all places are taken or nothing waits for one."""
        if len(self._running) >= self.jobs:
            return False
        job = await self._claim(bank)
        if job is None:
            return False
        self._running[asyncio.create_task(self._attend(job, stop))] = job
        return True

    async def _claim(self, bank: Bank | None) -> Job | None:
        running = list(self._running.values())
        kinds = set(self.works)
        if sum(job.kind in self.long for job in running) >= max(1, self.jobs - 1):
            kinds -= self.long
        suspects = all(job.attempt == 1 for job in running)
        job = await self.queue.claim(
            self.name, kinds, bank=bank, after=self._last_bank, long=self.long, suspects=suspects
        )
        if job is not None:
            self._last_bank = job.bank.id
        return job

    def _reap(self) -> None:
        """Forget what has ended; what ended by an exception, an outage for one, is raised."""
        for task in [task for task in self._running if task.done()]:
            del self._running[task]
            task.result()

    async def _end(self) -> None:
        """Every running job ends, or has had its grace."""
        while self._running:
            await asyncio.wait(self._running)
            try:
                self._reap()
            except Exception as error:
                if not is_outage(error):
                    raise

    async def _cut_off(self) -> None:
        """Whatever still runs goes back into the queue."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()

    async def _attend(self, job: Job, stop: asyncio.Event) -> None:
        lease = Lease(job, self.name)
        work = self.works[job.kind]
        words = {"job": job.job, "bank": job.bank.code, "kind": job.kind, "subject": job.subject}
        with structlog.contextvars.bound_contextvars(**words):
            if job.attempt > MOST_ATTEMPTS:
                await self._give_up(work, lease, _poisonous(job))
            else:
                await self._perform(work, lease, stop)

    async def _perform(self, work: Work, lease: Lease, stop: asyncio.Event) -> None:
        log.info("job taken", attempt=lease.job.attempt)
        task = asyncio.create_task(work.perform(lease.job.bank, lease.job.subject, lease))
        keeper = asyncio.create_task(self._keep(lease, task))
        patience = asyncio.create_task(self._stop_after_grace(stop, task))
        try:
            await task
            await self.queue.finish(lease)
            log.info("job done")
        except asyncio.CancelledError:
            await self._hand_back(lease, task)
            if (me := asyncio.current_task()) and me.cancelling():
                raise
        except LeaseLost:
            log.warning("job lost to another worker: nothing of ours was kept")
        except Exception as error:
            await self._refuse(work, lease, error)
        finally:
            keeper.cancel()
            patience.cancel()
            await asyncio.gather(keeper, patience, return_exceptions=True)

    async def _keep(self, lease: Lease, task: "asyncio.Task[None]") -> None:
        """Renew at a third of the lease; end the work once the job is somebody else's."""
        while not task.done():
            await asyncio.sleep(self.queue.lease_seconds / 3)
            try:
                ours = await self.queue.renew(lease)
            except Exception as error:
                if not is_outage(error):
                    raise
                continue
            if not ours:
                if not lease.settled:
                    task.cancel()
                return

    async def _stop_after_grace(self, stop: asyncio.Event, task: "asyncio.Task[None]") -> None:
        await stop.wait()
        log.info("stopping: the running job has its grace", seconds=self.grace_seconds)
        await asyncio.sleep(self.grace_seconds)
        task.cancel()

    async def _hand_back(self, lease: Lease, task: "asyncio.Task[None]") -> None:
        """The work was cut off: by us, so that another worker begins anew at once, or because it is no longer ours."""
        task.cancel()
        with suppress(BaseException):
            await task
        if await self.queue.release(lease, seconds=0, counted=False):
            log.warning("job handed back unfinished")
        else:
            log.warning("job lost to another worker: nothing of ours was kept")

    async def _refuse(self, work: Work, lease: Lease, error: Exception) -> None:
        """Outages are tried again later; what a person must mend, and bugs, fail at once."""
        if is_outage(error):
            log.warning("job interrupted: PostgreSQL is away", error=str(error).split("\n")[0])
            await self.queue.release(lease, seconds=2.0**lease.job.attempt)
            return
        if isinstance(error, MeritgraphError):
            log.error("job failed", code=error.code, error=error.message)
            await self._give_up(work, lease, error)
            return
        log.exception("job failed: a fault of ours")
        await self._give_up(work, lease, MeritgraphError("An unexpected fault; the log says where.", code="UNEXPECTED"))

    async def _give_up(self, work: Work, lease: Lease, error: MeritgraphError) -> None:
        try:
            await work.abandon(lease.job.bank, lease.job.subject, lease, error)
        except LeaseLost:
            log.warning("job lost to another worker: nothing of ours was kept")
        except Exception as fault:
            if is_outage(fault):
                raise
            log.exception("the failure could not be written down")
            await self.queue.fail(lease, error.code)

    async def _idle(self, stop: asyncio.Event) -> None:
        """Until something may be taken: a job was queued, one of ours has ended, or it is time to look again."""
        waits: list[object] = [stop.wait()]
        if len(self._running) < self.jobs:
            waits.append(self.bell.wait(self.poll_seconds) if self.bell else asyncio.sleep(self.poll_seconds))
        if self._running:
            waits.append(asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED))
        await _either(*waits)


def _poisonous(job: Job) -> MeritgraphError:
    return MeritgraphError(
        f"The worker died {job.attempt - 1} times over this job; it is not tried again.", code="JOB_POISONOUS"
    )


async def _either(*waits: object) -> None:
    """Wait for whichever comes first; the others are dropped."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]  # type: ignore[call-overload]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
