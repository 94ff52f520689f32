"""A worker in a process of its own, for tests to kill: `python worker_process.py URL FOLDER`.

Its one kind of job, "mark", writes an audit record; while FOLDER/<subject>.wait exists it dawdles before.
FOLDER/<subject>.begun says that it has begun.
"""

import asyncio
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from core.audit.store import record
from core.errors import MeritgraphError
from core.session import Bank
from service.bell import Bell
from service.logging import set_up_logging
from service.queue import Lease, Queue
from service.worker import Worker
from tenants.binding import Door


@dataclass
class Mark:
    """Writes "mark:done" about its subject, exactly once."""

    door: Door
    folder: Path

    async def perform(self, bank: Bank, subject: str, lease: Lease) -> None:
        (self.folder / f"{subject}.begun").touch()
        while (self.folder / f"{subject}.wait").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        async with self.door.open(bank, "system") as session:
            await record(session, "mark:done", subject, worker=lease.worker)
            await lease.finish(session)

    async def abandon(self, bank: Bank, subject: str, lease: Lease, error: MeritgraphError) -> None:
        async with self.door.open(bank, "system") as session:
            await record(session, "mark:abandoned", subject, code=error.code)
            await lease.fail(session, error.code)


async def work(url: str, folder: str, lease_seconds: str, grace_seconds: str) -> None:
    """Until SIGTERM."""
    engine = create_async_engine(make_url(url), pool_pre_ping=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    worker = Worker(
        Queue(engine, float(lease_seconds)),
        {"mark": Mark(Door(engine), Path(folder))},
        Bell(make_url(url)),
        grace_seconds=float(grace_seconds),
        poll_seconds=0.2,
    )
    await worker.run(stop)
    await engine.dispose()


if __name__ == "__main__":
    set_up_logging(as_json=True)
    asyncio.run(work(*sys.argv[1:]))
