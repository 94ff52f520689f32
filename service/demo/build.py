"""Building the demonstration: each bank invented, settled, its files delivered, its periods assessed and published."""

import asyncio
import sys
from collections.abc import Coroutine, Iterable
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from core.plugins.store import catalogue
from service.commands.desk import reading
from service.demo.deliver import deliver_files
from service.demo.facts import sent_files
from service.demo.happenings import happen
from service.demo.invent import invent
from service.demo.plan import BANKS, BankPlan
from service.demo.runs import assess, history, present
from service.demo.settle import settle
from service.house import House


async def build(house: House) -> None:
    """Build what is missing. Broken off in the middle, it goes on where it was: nothing is done twice."""
    console = Console(stderr=True)
    with _bar(console) as bar:
        tasks = [(plan, bar.add_task(f"{plan.name} {plan.name_zh}", total=None)) for plan in BANKS]
        await _all_or_none(_build_bank(house, plan, bar, task) for plan, task in tasks)


async def _all_or_none(building: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All at once. The first that fails ends the others before its error goes on, so that none outlives the house."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in building:
                group.create_task(one)
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


async def _build_bank(house: House, plan: BankPlan, bar: Progress, task: TaskID) -> None:
    label = f"{plan.name} {plan.name_zh}"
    bar.update(task, description=f"{label}: inventing")
    invented = await asyncio.to_thread(invent, plan, house.host)
    bar.update(task, description=f"{label}: people, shares, targets")
    bank = (await settle(house, invented)).bank
    async with reading(house, bank) as session:
        known = await catalogue(session, house.host)
    files = await asyncio.to_thread(lambda: list(sent_files(invented, known)))
    bar.update(task, description=f"{label}: deliveries", total=len(files))
    async for _ in deliver_files(house, bank, known, files):
        bar.advance(task)
    bar.update(task, description=f"{label}: runs")
    for planned in history(plan):
        await assess(house, bank, plan, planned)
    if plan.code == "north":
        await happen(house, bank, known, invented)
    for planned in present(plan):
        await assess(house, bank, plan, planned)
    rows = sum(len(sent.rows) for sent in files)
    told = f"{len(invented.managers)} managers, {len(invented.clients):,} customers, {len(files)} files, {rows:,} rows"
    bar.console.print(f"{label}: {told}", soft_wrap=True, highlight=False)


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty())
