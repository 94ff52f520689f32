"""Building the demonstration: each bank invented, settled, its files delivered, its quarter assessed."""

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core.plugins.store import catalogue
from core.runs.start import start_run
from service.commands.desk import acting, reading
from service.demo.deliver import deliver_files
from service.demo.facts import sent_files
from service.demo.invent import invent
from service.demo.plan import BANKS, PERIOD, TODAY, BankPlan
from service.demo.settle import Settled, settle
from service.following import finish_here
from service.house import House


async def build(house: House) -> None:
    """Build what is missing. Broken off in the middle, it goes on where it was: nothing is done twice."""
    for plan in BANKS:
        await _build_bank(house, plan)


async def _build_bank(house: House, plan: BankPlan) -> None:
    label = f"{plan.name} {plan.name_zh}"
    console = Console(stderr=True)
    with _bar(console) as bar:
        task = bar.add_task(f"{label}: inventing", total=None)
        invented = invent(plan, house.host)
        settled = await settle(house, invented)
        async with reading(house, settled.bank) as session:
            known = await catalogue(session, house.host)
        files = list(sent_files(invented, known))
        bar.update(task, description=f"{label}: deliveries", total=len(files))
        async for _ in deliver_files(house, settled.bank, known, files):
            bar.advance(task)
    rows = sum(len(sent.rows) for sent in files)
    told = f"{len(invented.managers)} managers, {len(invented.clients):,} customers, {len(files)} files, {rows:,} rows"
    console.print(f"{label}: {told}", soft_wrap=True, highlight=False)
    await _assess(house, settled, label)


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty())


async def _assess(house: House, settled: Settled, label: str) -> None:
    """Assess the quarter, unless a run of it has been asked for already: then see that one through."""
    bank = settled.bank
    async with reading(house, bank) as session:
        asked = await session.row(
            "SELECT run, status FROM bank.runs WHERE period = $1 AND status <> 'failed' ORDER BY requested_at LIMIT 1",
            str(PERIOD),
        )
    if asked is not None and asked["status"] == "complete":
        return
    run = asked["run"] if asked else await _start(house, settled)
    await finish_here(house, bank, run, label=label)


async def _start(house: House, settled: Settled) -> str:
    async with acting(house, settled.bank, "assessor", "run:start") as session:
        known = await catalogue(session, house.host)
        return await start_run(session, known, settled.scheme, PERIOD, today=TODAY)
