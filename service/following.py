"""Seeing a run through to its end, with a progress bar, whoever performs it."""

import asyncio
import sys
from contextlib import suppress

import orjson

from core.errors import MeritgraphError, NotFound
from core.session import Bank
from service.house import House
from service.works import SYSTEM, worker_of

LOOK_SECONDS = 0.2
STAGES = {
    "queued": "waiting",
    "freeze": "freezing inputs",
    "ready": "are the facts ready?",
    "values": "facts → values",
    "points": "values → points, grade, pay",
    "complete": "done",
    "failed": "failed",
    "cancelled": "cancelled",
}


class RunFailed(MeritgraphError):
    """The run ended as failed, code and sentence its own, or was cancelled."""


async def finish_here(house: House, bank: Bank, run: str, *, label: str = "") -> None:
    """Perform the run here unless a worker has it already; return when it is complete. RunFailed otherwise."""
    working = asyncio.create_task(_work_until_ended(house, bank, run))
    try:
        await _show_progress(house, bank, run, working, label or bank.code)
        await working
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
    await _check_complete(house, bank, run)


async def _work_until_ended(house: House, bank: Bank, run: str) -> None:
    worker = worker_of(house)
    while (await _state(house, bank, run))[0] in ("queued", "running"):
        if not await worker.step(bank=bank):
            await asyncio.sleep(LOOK_SECONDS)


async def _show_progress(house: House, bank: Bank, run: str, working: "asyncio.Task[None]", label: str) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    seen = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not seen) as bar:
        task = bar.add_task(label, total=None)
        while not working.done():
            _, stage, done, total = await _state(house, bank, run)
            bar.update(task, description=f"{label}: {STAGES.get(stage, stage)}", completed=done, total=total or None)
            await asyncio.wait([working], timeout=LOOK_SECONDS)


async def _state(house: House, bank: Bank, run: str) -> tuple[str, str, int, int]:
    async with house.door.open(bank, SYSTEM, read_only=True) as session:
        row = await session.row("SELECT status, stage, done, total FROM bank.runs WHERE run = $1", run)
    if row is None:
        raise NotFound(f"There is no run {run[:50]!r}.")
    return row["status"], row["stage"], row["done"], row["total"]


async def _check_complete(house: House, bank: Bank, run: str) -> None:
    async with house.door.open(bank, SYSTEM, read_only=True) as session:
        row = await session.row("SELECT status, error::text AS error FROM bank.runs WHERE run = $1", run)
    if row is not None and row["status"] == "cancelled":
        raise RunFailed(f"Run {run} was cancelled.", code="RUN_CANCELLED")
    if row is not None and row["status"] == "failed":
        error = orjson.loads(row["error"] or "{}")
        raise RunFailed(f"Run {run} failed: {error.get('message')}", code=error.get("code", "UNEXPECTED"))
