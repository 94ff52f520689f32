"""The worker and its queue: every job's effect happens exactly once, whoever dies on the way."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.audit.store import record
from core.banks.table import BankRow
from core.errors import InputError, MeritgraphError, Unavailable
from core.jobs.store import enqueue
from core.session import Bank
from service import postgres
from service.bell import Bell
from service.database import Database, prepare
from service.queue import MOST_ATTEMPTS, Lease, LeaseLost, Queue
from service.settings import Settings
from service.worker import Worker
from tenants.binding import Door, Opener
from tenants.registry import register_bank

SCRIPT = Path(__file__).with_name("worker_process.py")
MakeBank = Callable[..., Any]


@dataclass
class Recorder:
    """Work that writes an audit record; `fault` is raised after writing and before the end."""

    door: Door
    fault: Exception | None = None
    before: Callable[[], Any] | None = None
    order: list[str] = field(default_factory=list)

    async def perform(self, bank: Bank, subject: str, lease: Lease) -> None:
        self.order.append(subject)
        async with self.door.open(bank, "system") as session:
            await record(session, "mark:done", subject)
            if self.before:
                await self.before()
            if self.fault:
                raise self.fault
            await lease.finish(session)

    async def abandon(self, bank: Bank, subject: str, lease: Lease, error: MeritgraphError) -> None:
        async with self.door.open(bank, "system") as session:
            await record(session, "mark:abandoned", subject, code=error.code)
            await lease.fail(session, error.code)


async def put(open_bank: Opener, subject: str = "s1", kind: str = "mark") -> None:
    async with open_bank() as session:
        assert await enqueue(session, kind, subject)


async def marks(open_bank: Opener) -> list[tuple[str, str]]:
    async with open_bank(read_only=True) as session:
        found = await session.rows("SELECT action, subject FROM bank.audit ORDER BY record")
    return [(row["action"], row["subject"]) for row in found]


async def jobs(session_or_engine: AsyncEngine, bank: Bank) -> list[Any]:
    async with session_or_engine.connect() as connection:
        return list(
            await connection.execute(
                text(
                    "SELECT status, attempts, error, not_before > now() AS later FROM platform.jobs WHERE bank_id = :b"
                ),
                {"b": bank.id},
            )
        )


async def until(is_so: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait until an (async) question is answered yes."""
    for _ in range(int(seconds / 0.05)):
        answer = is_so()
        if await answer if asyncio.iscoroutine(answer) else answer:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("waited in vain")


async def test_a_job_is_performed_once_and_gone(engine: AsyncEngine, door: Door, bank: Bank, open_bank: Opener) -> None:
    await put(open_bank)
    worker = Worker(Queue(engine), {"mark": Recorder(door)})
    assert await worker.drain(bank) == 1
    assert await worker.drain(bank) == 0
    assert await marks(open_bank) == [("mark:done", "s1")]
    assert await jobs(engine, bank) == []


async def test_a_job_of_a_rolled_back_transaction_never_was(engine: AsyncEngine, bank: Bank, open_bank: Opener) -> None:
    async def change_of_mind() -> None:
        async with open_bank() as session:
            await enqueue(session, "mark", "s1")
            raise InputError("no")

    with pytest.raises(InputError):
        await change_of_mind()
    assert await jobs(engine, bank) == []


async def test_the_same_work_is_queued_once(engine: AsyncEngine, bank: Bank, open_bank: Opener) -> None:
    await put(open_bank)
    async with open_bank() as session:
        assert not await enqueue(session, "mark", "s1")
    assert len(await jobs(engine, bank)) == 1


async def test_a_worker_leaves_kinds_it_does_not_know(engine: AsyncEngine, bank: Bank, open_bank: Opener) -> None:
    await put(open_bank)
    assert await Worker(Queue(engine), {}).drain(bank) == 0
    assert [row.status for row in await jobs(engine, bank)] == ["queued"]


async def test_who_lost_the_lease_keeps_nothing(engine: AsyncEngine, door: Door, bank: Bank, open_bank: Opener) -> None:
    """The first worker's lease runs out while its transaction is open; the second does the job meanwhile."""
    await put(open_bank)
    second = Worker(Queue(engine), {"mark": Recorder(door)})

    async def overtaken() -> None:
        async with engine.begin() as connection:
            await connection.execute(
                text("UPDATE platform.jobs SET lease_until = now() - interval '1 s' WHERE bank_id = :b"), {"b": bank.id}
            )
        assert await second.drain(bank) == 1

    first = Worker(Queue(engine), {"mark": Recorder(door, before=overtaken)})
    assert await first.step(bank=bank)
    assert await marks(open_bank) == [("mark:done", "s1")]
    assert await jobs(engine, bank) == []


async def test_every_change_of_a_lost_lease_is_refused(engine: AsyncEngine, bank: Bank, open_bank: Opener) -> None:
    await put(open_bank)
    queue = Queue(engine, lease_seconds=0)
    job = await queue.claim("first", ["mark"], bank=bank)
    again = await queue.claim("first", ["mark"], bank=bank)
    assert job is not None
    assert again is not None
    assert again.attempt == 2
    lost, held = Lease(job, "first"), Lease(again, "first")
    assert not await queue.renew(lost)
    assert not await queue.release(lost, seconds=0)
    assert not await queue.fail(lost, "X")
    assert not await queue.finish(lost)
    async with open_bank() as session:
        with pytest.raises(LeaseLost):
            await lost.hold(session)
    assert [(row.status, row.attempts) for row in await jobs(engine, bank)] == [("running", 2)]
    assert await queue.renew(held)
    assert await queue.finish(held)


async def test_a_job_that_kills_its_workers_is_given_up(
    engine: AsyncEngine, door: Door, bank: Bank, open_bank: Opener
) -> None:
    await put(open_bank)
    dying = Queue(engine, lease_seconds=0)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        job = await dying.claim(f"dead-{attempt}", ["mark"], bank=bank)
        assert job is not None
        assert job.attempt == attempt
    recorder = Recorder(door)
    assert await Worker(Queue(engine), {"mark": recorder}).drain(bank) == 1
    assert recorder.order == []
    assert await marks(open_bank) == [("mark:abandoned", "s1")]
    assert [(row.status, row.error) for row in await jobs(engine, bank)] == [("failed", "JOB_POISONOUS")]


@pytest.mark.parametrize(
    ("fault", "code"),
    [(InputError("No such period.", code="PERIOD_INVALID"), "PERIOD_INVALID"), (ZeroDivisionError(), "UNEXPECTED")],
)
async def test_a_failed_job_writes_nothing_but_its_failure(
    engine: AsyncEngine, door: Door, bank: Bank, open_bank: Opener, fault: Exception, code: str
) -> None:
    await put(open_bank)
    await Worker(Queue(engine), {"mark": Recorder(door, fault=fault)}).drain(bank)
    assert await marks(open_bank) == [("mark:abandoned", "s1")]
    assert [(row.status, row.error) for row in await jobs(engine, bank)] == [("failed", code)]
    await put(open_bank)  # a failed job does not stand in the way of the next attempt a person makes


async def test_an_outage_is_tried_again_later(engine: AsyncEngine, door: Door, bank: Bank, open_bank: Opener) -> None:
    await put(open_bank)
    worker = Worker(Queue(engine), {"mark": Recorder(door, fault=Unavailable("away"))})
    assert await worker.drain(bank) == 1
    assert await marks(open_bank) == []
    assert [(row.status, row.attempts, row.later) for row in await jobs(engine, bank)] == [("queued", 1, True)]


async def test_banks_take_turns_and_a_failing_bank_delays_nobody(
    engine: AsyncEngine, door: Door, make_bank: MakeBank
) -> None:
    """Bank 1 queues three jobs that fail, then bank 2 one: it comes second."""
    kind, first, second = secrets.token_hex(4), await make_bank(), await make_bank()
    for bank, subjects in ((first, ("a1", "a2", "a3")), (second, ("b1",))):
        for subject in subjects:
            await put(door.opener(bank, "tester"), subject, kind)
    recorder = Recorder(door, fault=InputError("no"))
    assert await Worker(Queue(engine), {kind: recorder}).drain() == 4
    assert recorder.order == ["a1", "b1", "a2", "a3"]


async def test_the_lease_is_renewed_while_work_takes_long(
    engine: AsyncEngine, door: Door, bank: Bank, open_bank: Opener
) -> None:
    """Work of 1.5 s under a lease of 0.6 s; another worker looks all the time."""
    await put(open_bank)
    other = Worker(Queue(engine), {"mark": Recorder(door)})

    async def look() -> None:
        for _ in range(15):
            await asyncio.sleep(0.1)
            assert not await other.step(bank=bank)

    await Worker(Queue(engine, lease_seconds=0.6), {"mark": Recorder(door, before=look)}).drain(bank)
    assert await marks(open_bank) == [("mark:done", "s1")]


async def test_the_bell_wakes_an_idle_worker(
    engine: AsyncEngine, database: Database, door: Door, bank: Bank, open_bank: Opener
) -> None:
    stop = asyncio.Event()
    worker = Worker(Queue(engine), {"mark": Recorder(door)}, Bell(database.app_url), poll_seconds=600)
    running = asyncio.create_task(worker.run(stop))
    await until(lambda: worker.bell is not None and worker.bell._connection is not None)
    await put(open_bank)

    async def done() -> bool:
        return await marks(open_bank) == [("mark:done", "s1")]

    await until(done, 10)
    stop.set()
    await asyncio.wait_for(running, 10)


@pytest.fixture
def spawn(database: Database, tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Starts worker processes; they end with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(lease: float = 1.0, grace: float = 0.0) -> "subprocess.Popen[bytes]":
        url = database.app_url.render_as_string(hide_password=False)
        command = [sys.executable, str(SCRIPT), url, str(tmp_path), str(lease), str(grace)]
        started.append(subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=SCRIPT.parents[2]))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


async def test_the_job_of_a_killed_worker_is_taken_over(
    engine: AsyncEngine, bank: Bank, open_bank: Opener, tmp_path: Path, spawn: Callable[..., Any]
) -> None:
    subject = secrets.token_hex(4)
    (tmp_path / f"{subject}.wait").touch()
    doomed = spawn()
    await put(open_bank, subject)
    await until(lambda: (tmp_path / f"{subject}.begun").exists())
    doomed.send_signal(signal.SIGKILL)
    doomed.wait()
    (tmp_path / f"{subject}.wait").unlink()
    assert await marks(open_bank) == []
    spawn()

    async def gone() -> bool:
        return await jobs(engine, bank) == []

    await until(gone)
    assert await marks(open_bank) == [("mark:done", subject)]


async def test_a_worker_that_slept_through_its_lease_does_nothing(
    engine: AsyncEngine, bank: Bank, open_bank: Opener, tmp_path: Path, spawn: Callable[..., Any]
) -> None:
    """Stopped like a swapped-out machine; another does the job; then it wakes in the middle of its own attempt."""
    subject = secrets.token_hex(4)
    (tmp_path / f"{subject}.wait").touch()
    sleeper = spawn()
    await put(open_bank, subject)
    await until(lambda: (tmp_path / f"{subject}.begun").exists())
    sleeper.send_signal(signal.SIGSTOP)
    (tmp_path / f"{subject}.wait").unlink()
    spawn()

    async def gone() -> bool:
        return await jobs(engine, bank) == []

    await until(gone)
    sleeper.send_signal(signal.SIGCONT)
    await asyncio.sleep(1.0)
    assert sleeper.poll() is None
    assert await marks(open_bank) == [("mark:done", subject)]


async def test_a_worker_told_to_stop_hands_its_job_back(
    engine: AsyncEngine, bank: Bank, open_bank: Opener, tmp_path: Path, spawn: Callable[..., Any]
) -> None:
    subject = secrets.token_hex(4)
    (tmp_path / f"{subject}.wait").touch()
    process = spawn(lease=600)
    await put(open_bank, subject)
    await until(lambda: (tmp_path / f"{subject}.begun").exists())
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 20) == 0
    assert [(row.status, row.attempts, row.later) for row in await jobs(engine, bank)] == [("queued", 0, False)]


@asynccontextmanager
async def own_cluster() -> AsyncIterator[tuple[Settings, Database]]:
    """An embedded PostgreSQL of the test's own, to be stopped and started."""
    with tempfile.TemporaryDirectory(prefix=f"mg-{os.getpid()}-") as folder:
        settings = Settings(state=Path(folder), database_url="")
        try:
            yield settings, await prepare(settings)
        finally:
            postgres.remove(settings.state / "postgres")


async def test_the_worker_lives_through_a_restart_of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MERITGRAPH_DATABASE_URL", raising=False)
    async with own_cluster() as (settings, database):
        owner, engine = database.owner_engine(), database.app_engine(3)
        row = BankRow(code="b", name="B", name_zh="B", currency="CNY", issuer="urn:b")
        bank = await register_bank(owner, row)
        await owner.dispose()
        opener = Door(engine).opener(bank, "tester")
        stop = asyncio.Event()
        worker = Worker(Queue(engine), {"mark": Recorder(Door(engine))}, Bell(database.app_url), poll_seconds=0.2)
        running = asyncio.create_task(worker.run(stop))
        await put(opener, "before")
        await until(lambda: _said(opener, [("mark:done", "before")]))
        await asyncio.to_thread(postgres.stop, settings.state / "postgres")
        await asyncio.sleep(1.5)
        assert not running.done()
        await asyncio.to_thread(postgres.start, settings.state / "postgres")
        await put(opener, "after")
        await until(lambda: _said(opener, [("mark:done", "before"), ("mark:done", "after")]))
        stop.set()
        await asyncio.wait_for(running, 20)
        await engine.dispose()


async def _said(open_bank: Opener, expected: list[tuple[str, str]]) -> bool:
    return await marks(open_bank) == expected
