"""Which runs the demonstration banks made, in which order, and who published them."""

import asyncio
import uuid
from dataclasses import dataclass

from core.periods import Period
from core.plugins.store import catalogue
from core.publications.store import publish_run
from core.runs.start import start_run
from core.session import Bank
from service.commands.desk import acting, reading
from service.demo.plan import PERIOD, TODAY, BankPlan
from service.following import LOOK_SECONDS, RunFailed
from service.house import House
from service.works import worker_of

_NAMES = uuid.UUID("6d657269-7467-7261-7068-000000000000")


@dataclass(frozen=True)
class PlannedRun:
    """`despite`: what was overruled. `stopped`: the gate stops it, nothing was overruled. `published`: by the approver.

    Its id is the same in every demonstration, so that what is shown of it can be asked for again.
    """

    period: Period
    despite: tuple[str, ...] = ()
    stopped: bool = False
    published: bool = False

    def id(self, plan: BankPlan) -> str:
        """Made from bank, period and whether it was stopped."""
        return str(uuid.uuid5(_NAMES, f"{plan.code} {self.period}{' stopped' if self.stopped else ''}"))


def history(plan: BankPlan) -> list[PlannedRun]:
    """What was assessed and published before the shown period."""
    return [PlannedRun(period, published=True) for period in plan.periods if period != PERIOD]


def present(plan: BankPlan) -> list[PlannedRun]:
    """The shown period's: where a file is missing, once stopped at the gate and once in spite of it."""
    if plan.code == "north":
        return [PlannedRun(PERIOD, stopped=True), PlannedRun(PERIOD, despite=("missing",))]
    return [PlannedRun(PERIOD)]


def shown_run(plan: BankPlan) -> str:
    """The id of the run that the leaderboard is of."""
    return present(plan)[-1].id(plan)


async def assess(house: House, bank: Bank, plan: BankPlan, planned: PlannedRun) -> None:
    """Make the run, unless it has been made; see it through and publish it."""
    run = planned.id(plan)
    status, is_published = await _state(house, bank, run)
    if status is None:
        await _start(house, bank, plan, planned)
    while (status := (await _state(house, bank, run))[0]) in ("queued", "running"):
        if not await worker_of(house).drain(bank):
            await asyncio.sleep(LOOK_SECONDS)  # somebody else has it
    if status != ("failed" if planned.stopped else "complete"):
        raise RunFailed(f"The demonstration's run of {planned.period} is {status}.", code="DEMO_RUN_FAILED")
    if planned.published and not is_published:
        async with acting(house, bank, "approver", "run:publish") as session:
            await publish_run(session, run)


async def _state(house: House, bank: Bank, run: str) -> tuple[str | None, bool]:
    async with reading(house, bank) as session:
        row = await session.row(
            """SELECT status, EXISTS (SELECT 1 FROM bank.publications p WHERE p.run = r.run) AS published
               FROM bank.runs r WHERE run = $1""",
            run,
        )
    return (None, False) if row is None else (row["status"], row["published"])


async def _start(house: House, bank: Bank, plan: BankPlan, planned: PlannedRun) -> None:
    rights = ("run:start", "run:override") if planned.despite else ("run:start",)
    async with acting(house, bank, "assessor", *rights) as session:
        known = await catalogue(session, house.host)
        await start_run(
            session,
            known,
            plan.scheme,
            planned.period,
            despite=planned.despite,
            today=TODAY,
            run=planned.id(plan),
        )
