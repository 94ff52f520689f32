"""One run, as the worker does it: freeze → gate → values → points → grade → pay → results. Visible when complete."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Protocol

import orjson

from core.audit.store import record
from core.errors import Conflict, MeritgraphError
from core.facts.store import FactStore
from core.indicators.bound_facts import BoundFacts
from core.indicators.engine import Engine
from core.indicators.workshop import Workshop, aside
from core.periods import Period
from core.plugins.host import Catalogue, Host
from core.plugins.store import catalogue as read_catalogue
from core.readiness.findings import sentence
from core.readiness.look import Seen, look, weigh
from core.readiness.readiness import Readiness, Reason
from core.runs.compute import Results, compute
from core.runs.freeze import freeze
from core.runs.gate import NOT_READY, read_despite, store_why, with_readiness
from core.runs.inputs import Inputs
from core.runs.integrity import check_files
from core.runs.results import results_hash, rows_of, store_results
from core.session import Bank, BankSession

LIBRARIES = ("duckdb", "ibis-framework", "pyarrow")


class Open(Protocol):
    """Opens transactions of one bank."""

    @property
    def bank(self) -> Bank:
        """Whose."""
        ...

    def __call__(self, *, read_only: bool = False, frozen: bool = False) -> AbstractAsyncContextManager[BankSession]:
        """One transaction, committed on leaving."""
        ...


class Lease(Protocol):
    """The worker's hold on its job."""

    async def hold(self, session: BankSession) -> None:
        """The last statement of a business transaction: raises, and so rolls back, unless the job is still ours."""
        ...


async def perform(open_bank: Open, host: Host, store: FactStore, workshop: Workshop, run: str, *, lease: Lease) -> None:
    """Do the run. A MeritgraphError ends it as failed, with its code and sentence; any other exception goes on up.

    A run that is cancelled meanwhile stays cancelled and has no results. Done again from the start when a worker
    died over it; results stand in one transaction or not at all.
    """
    try:
        inputs, catalogue, gate = await _frozen(open_bank, host, store, run)
        bank = open_bank.bank
        await aside(check_files, store, bank.code, inputs)
        async with workshop.engine(store.folder(bank.code)) as engine:
            progress = _reporter(open_bank, run)
            facts = BoundFacts(engine, store, bank.code, inputs.facts, catalogue.fact_tables, inputs.period)
            found = await aside(_checked, gate, engine, facts, progress)
            if found.stops:
                return await _stop(open_bank, run, found, lease)
            inputs = await aside(with_readiness, store, bank, inputs, found)
            results = await aside(compute, engine, store, bank, inputs, catalogue, progress, facts)
        await _complete(open_bank, run, inputs, catalogue, results, lease)
    except MeritgraphError as error:
        async with open_bank() as session:
            await fail(session, run, error.code, error.message)
            await lease.hold(session)


@dataclass(frozen=True)
class _Gate:
    """What was seen of the bank's facts, at the moment the inputs were frozen, and what the run's starter overruled."""

    seen: Seen
    despite: tuple[Reason, ...]


async def _frozen(open_bank: Open, host: Host, store: FactStore, run: str) -> tuple[Inputs, Catalogue, _Gate]:
    async with open_bank() as session:
        row = await session.row(
            """UPDATE bank.runs SET status = 'running', stage = 'freeze', done = 0, total = 0, started_at = now()
               WHERE run = $1 AND status IN ('queued', 'running') RETURNING scheme, version, period, despite::text""",
            run,
        )
    if row is None:
        raise Conflict(f"Run {run} is not waiting to be done.", code="RUN_NOT_WAITING")
    async with open_bank(frozen=True, read_only=True) as session:
        catalogue = await read_catalogue(session, host)
        inputs = await freeze(session, store, row["scheme"], row["version"], Period.parse(row["period"]), catalogue)
        seen = await look(session, inputs.period, inputs.facts)
    return inputs, catalogue, _Gate(seen, read_despite(orjson.loads(row["despite"])))


def _checked(gate: _Gate, engine: Engine, facts: BoundFacts, progress: Callable[[str, int, int], None]) -> Readiness:
    progress("ready", 0, 1)
    return weigh(gate.seen, engine, facts, gate.despite)


async def _stop(open_bank: Open, run: str, found: Readiness, lease: Lease) -> None:
    """End the run as failed, with everything that was found, in one transaction. A cancelled one stays as it is."""
    async with open_bank() as session:
        if await session.row("SELECT run FROM bank.runs WHERE run = $1 AND status = 'running' FOR UPDATE", run):
            await store_why(session, run, found)
        await fail(session, run, NOT_READY, sentence(found))
        await lease.hold(session)


def _reporter(open_bank: Open, run: str) -> Callable[[str, int, int], None]:
    """A progress callback for the engine's thread; what it says is written by the event loop.

    It raises once the run has been cancelled, and so ends the computation.
    """
    loop = asyncio.get_running_loop()

    async def write(stage: str, done: int, total: int) -> None:
        async with open_bank() as session:
            told = await session.row(
                """UPDATE bank.runs SET stage = $2, done = $3, total = $4 WHERE run = $1 AND status = 'running'
                   RETURNING run""",
                run,
                stage,
                done,
                total,
            )
        if told is None:
            raise _ended(run)

    def report(stage: str, done: int, total: int) -> None:
        asyncio.run_coroutine_threadsafe(write(stage, done, total), loop).result()

    return report


async def _complete(
    open_bank: Open, run: str, inputs: Inputs, catalogue: Catalogue, results: Results, lease: Lease
) -> None:
    rows = await aside(rows_of, results)
    digest = await aside(results_hash, rows)
    async with open_bank() as session:
        await store_results(session, run, rows)
        done = await session.row(
            """UPDATE bank.runs SET status = 'complete', stage = 'complete', done = total, finished_at = now(),
                      inputs = $2::text::jsonb, inputs_hash = $3, results_hash = $4, versions = $5::text::jsonb
               WHERE run = $1 AND status = 'running' RETURNING run""",
            run,
            orjson.dumps(inputs.body()).decode(),
            inputs.hash,
            digest,
            orjson.dumps(versions(catalogue)).decode(),
        )
        if done is None:
            raise _ended(run)
        await record(session, "run:complete", run, inputs_hash=inputs.hash, results_hash=digest)
        await lease.hold(session)


def _ended(run: str) -> Conflict:
    return Conflict(f"Run {run} is no longer running: it was cancelled.", code="RUN_NOT_RUNNING", run=run)


def versions(catalogue: Catalogue) -> dict[str, Any]:
    """What the results were computed with; beside the hash, not in it."""
    return {
        "plugins": catalogue.versions,
        "libraries": {name: version(name) for name in LIBRARIES},
        "python": ".".join(map(str, sys.version_info[:3])),
    }


async def fail(session: BankSession, run: str, code: str, message: str) -> None:
    """End a run that cannot be done, saying why. A run that has ended already stays as it is."""
    failed = await session.row(
        """UPDATE bank.runs SET status = 'failed', stage = 'failed', finished_at = now(), error = $2::text::jsonb
           WHERE run = $1 AND status IN ('queued', 'running') RETURNING run""",
        run,
        orjson.dumps({"code": code, "message": message}).decode(),
    )
    if failed is not None:
        await record(session, "run:fail", run, code=code)
