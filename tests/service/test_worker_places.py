"""Several jobs in one worker: who goes first, what never stands beside what, and who waits for nobody."""

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import InputError, MeritgraphError
from core.jobs.store import enqueue
from core.session import Bank
from service.queue import Lease, Queue
from service.worker import Worker
from tenants.binding import Door
from tests.conftest import MakeBank


@dataclass
class Bench:
    """Work that waits to be let go; remembers what was done at the same time. `bad`: subjects that fail."""

    door: Door
    go: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list)
    running: list[tuple[str, str]] = field(default_factory=list)
    most: Counter[str] = field(default_factory=Counter)
    bad: frozenset[str] = frozenset()

    async def perform(self, bank: Bank, subject: str, lease: Lease) -> None:
        self.begun.append(subject)
        self.running.append((bank.code, subject))
        self.most["all"] = max(self.most["all"], len(self.running))
        for code, count in Counter(code for code, _ in self.running).items():
            self.most[code] = max(self.most[code], count)
        try:
            await self.go.wait()
            if subject in self.bad:
                raise InputError("no")
        finally:
            self.running.remove((bank.code, subject))

    async def abandon(self, bank: Bank, subject: str, lease: Lease, error: MeritgraphError) -> None:
        async with self.door.open(bank, "system") as session:
            await lease.fail(session, error.code)


@pytest.fixture
def kind() -> str:
    return f"k{secrets.token_hex(4)}"


@pytest.fixture
def benches(door: Door) -> tuple[Bench, Bench]:
    """Short work and long work."""
    return Bench(door), Bench(door)


def worker(engine: AsyncEngine, kind: str, benches: tuple[Bench, Bench], jobs: int) -> Worker:
    short, long = benches
    return Worker(Queue(engine), {kind: short, f"{kind}-long": long}, jobs=jobs, long=frozenset({f"{kind}-long"}))


async def put(door: Door, bank: Bank, kind: str, *subjects: str) -> None:
    for subject in subjects:
        async with door.open(bank, "tester") as session:
            await enqueue(session, kind, subject)


async def settled(*benches: Bench) -> None:
    """Until nothing new has begun for a while."""
    seen = None
    while seen != (seen := [list(bench.begun) for bench in benches]):  # noqa: ASYNC110
        await asyncio.sleep(0.4)


async def test_jobs_of_several_banks_are_done_at_once_up_to_the_bound(
    engine: AsyncEngine, door: Door, make_bank: MakeBank, kind: str, benches: tuple[Bench, Bench]
) -> None:
    for number in range(5):
        await put(door, await make_bank(), kind, f"s{number}")
    draining = asyncio.create_task(worker(engine, kind, benches, 3).drain())
    await settled(*benches)
    assert len(benches[0].running) == 3
    benches[0].go.set()
    assert await draining == 5
    assert benches[0].most["all"] == 3


async def test_of_one_bank_one_short_and_one_long_job_are_done_at_once(
    engine: AsyncEngine, door: Door, bank: Bank, kind: str, benches: tuple[Bench, Bench]
) -> None:
    await put(door, bank, kind, "s1", "s2", "s3")
    await put(door, bank, f"{kind}-long", "l1", "l2")
    draining = asyncio.create_task(worker(engine, kind, benches, 8).drain())
    await settled(*benches)
    assert (benches[0].begun, benches[1].begun) == (["s1"], ["l1"])
    for bench in benches:
        bench.go.set()
    assert await draining == 5
    assert [bench.most[bank.code] for bench in benches] == [1, 1]


async def test_two_workers_never_do_two_long_jobs_of_one_bank_at_once(
    engine: AsyncEngine, door: Door, bank: Bank, kind: str, benches: tuple[Bench, Bench]
) -> None:
    await put(door, bank, f"{kind}-long", *(f"l{number}" for number in range(6)))
    workers = [worker(engine, kind, benches, 2) for _ in range(4)]
    benches[1].go.set()
    for _ in range(10):
        await asyncio.gather(*(one.drain() for one in workers))
    assert sorted(benches[1].begun) == [f"l{number}" for number in range(6)]
    assert benches[1].most[bank.code] == 1


async def test_a_place_is_kept_free_of_long_work(
    engine: AsyncEngine, door: Door, make_bank: MakeBank, kind: str, benches: tuple[Bench, Bench]
) -> None:
    for number in range(4):
        await put(door, await make_bank(), f"{kind}-long", f"l{number}")
    stop = asyncio.Event()
    running = asyncio.create_task(_run(worker(engine, kind, benches, 3), stop))
    await settled(*benches)
    assert len(benches[1].running) == 2
    benches[0].go.set()
    await put(door, await make_bank(), kind, "s1")
    await settled(*benches)
    assert benches[0].begun == ["s1"]
    assert len(benches[1].running) == 2
    benches[1].go.set()
    stop.set()
    await asyncio.wait_for(running, 10)


async def _run(one: Worker, stop: asyncio.Event) -> None:
    one.poll_seconds = 0.1
    await one.run(stop)


@pytest.mark.parametrize(("waited", "first"), [(0, "s1"), (3600, "l1")])
async def test_short_work_goes_first_unless_the_long_has_waited_too_long(
    engine: AsyncEngine,
    door: Door,
    make_bank: MakeBank,
    kind: str,
    benches: tuple[Bench, Bench],
    waited: int,
    first: str,
) -> None:
    await put(door, await make_bank(), f"{kind}-long", "l1")
    await put(door, await make_bank(), kind, "s1")
    async with engine.begin() as connection:
        await connection.execute(
            text("UPDATE platform.jobs SET not_before = not_before - make_interval(secs => :s) WHERE kind = :k"),
            {"s": waited, "k": f"{kind}-long"},
        )
    order: list[str] = []
    for bench in benches:
        bench.go.set()
        bench.begun = order
    assert await worker(engine, kind, benches, 1).drain() == 2
    assert order[0] == first


async def test_many_refused_files_of_one_bank_keep_no_other_bank_waiting(
    engine: AsyncEngine, door: Door, make_bank: MakeBank, kind: str, benches: tuple[Bench, Bench]
) -> None:
    """Twenty files of one bank are queued before two others' one: these come second and third."""
    bad = tuple(f"bad{number}" for number in range(20))
    benches[0].bad = frozenset(bad)
    await put(door, await make_bank(), kind, *bad)
    await put(door, await make_bank(), kind, "good1")
    await put(door, await make_bank(), kind, "good2")
    benches[0].go.set()
    assert await worker(engine, kind, benches, 1).drain() == 22
    assert benches[0].begun[:4] == ["bad0", "good1", "good2", "bad1"]


async def test_a_job_whose_worker_died_has_no_other_such_job_beside_it(
    engine: AsyncEngine, door: Door, make_bank: MakeBank, kind: str, benches: tuple[Bench, Bench]
) -> None:
    """One of three jobs kills its worker, nobody knows which: they are tried one by one, new work beside them."""
    dead = Queue(engine, lease_seconds=0)
    for number in range(3):
        bank = await make_bank()
        await put(door, bank, kind, f"suspect{number}")
        assert await dead.claim("dead", [kind], bank=bank) is not None
    await put(door, await make_bank(), kind, "fresh")
    draining = asyncio.create_task(worker(engine, kind, benches, 4).drain())
    await settled(*benches)
    assert sorted(subject[:7] for _, subject in benches[0].running) == ["fresh", "suspect"]
    benches[0].go.set()
    assert await draining == 4
