"""The kinds of jobs this installation performs, and a worker for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.arrivals import take as arrivals
from core.errors import MeritgraphError
from core.runs import perform as runs
from core.runs.start import JOB
from core.session import Bank
from service.bell import Bell
from service.house import House
from service.inbox_work import ArrivalWork
from service.queue import Lease, Queue
from service.worker import Work, Worker

SYSTEM = "system"
"""Who acts where no person does."""


@dataclass(frozen=True)
class RunWork:
    """Assessments (考核批次)."""

    house: House

    async def perform(self, bank: Bank, subject: str, lease: Lease) -> None:
        """Do the run; one that cannot be done ends as failed, with its reason."""
        house = self.house
        opener = house.door.opener(bank, SYSTEM)
        await runs.perform(opener, house.host, house.store, house.workshop, subject, lease=lease)

    async def abandon(self, bank: Bank, subject: str, lease: Lease, error: MeritgraphError) -> None:
        """The run ends as failed."""
        opener = self.house.door.opener(bank, SYSTEM)
        async with opener() as session:
            await runs.fail(session, subject, error.code, error.message)
            await lease.fail(session, error.code)


def works_of(house: House) -> Mapping[str, Work]:
    """Kind of job → who does it."""
    arriving = ArrivalWork(house)
    return {JOB: RunWork(house), arrivals.JOB: arriving, arrivals.LARGE_JOB: arriving}


LONG = frozenset({JOB, arrivals.LARGE_JOB})
"""Kinds of jobs that take long: short ones go before them."""


def worker_of(house: House, *, listening: bool = False) -> Worker:
    """A worker for every kind. `listening`: woken by PostgreSQL, for workers that idle."""
    bell = Bell(house.database.app_url) if listening else None
    return Worker(Queue(house.engine), works_of(house), bell, jobs=house.settings.worker_jobs, long=LONG)


def clerk_of(house: House) -> Worker:
    """A worker for what came in, and nothing else."""
    arriving = ArrivalWork(house)
    return Worker(Queue(house.engine), {arrivals.JOB: arriving, arrivals.LARGE_JOB: arriving})
