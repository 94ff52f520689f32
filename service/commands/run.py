"""`meritgraph run`: an assessment, started and, unless left to a worker, done here."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank
from service.commands.printing import show, show_json

if TYPE_CHECKING:
    from core.findings.store import FindingRead
    from core.session import Bank as BankOf
    from service.following import RunFailed
    from service.house import House
    from service.leaderboard import Place


@dataclass(frozen=True)
class Outcome:
    """What a complete run has to show. `despite`: the reasons its starter overruled."""

    places: "list[Place]"
    findings: "list[FindingRead]"
    despite: list[str]


def run(
    bank: Bank,
    scheme: Annotated[str, typer.Option(help="The scheme's code; its newest approved version is run.")],
    period: Annotated[str, typer.Option(help="2026-09, 2026-Q3, 2026-H1 or 2026.")],
    person: As,
    version: Annotated[int, typer.Option(min=0, help="Another approved version than the newest.")] = 0,
    despite: Annotated[
        list[str] | None,
        typer.Option(
            help="missing, late or out_of_balance: facts that are so shall not stop it. Say it once for each."
        ),
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Leave it to a worker; print the run's id only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Assess a period: facts → values → points → grade → pay; print the leaderboard and what was found on the way.

    Example: `meritgraph run --bank north --scheme quarterly --period 2026-Q3 --as assessor`
    """

    async def work(house: "House") -> "tuple[str, Outcome | None]":
        started = await _start(house, bank, scheme, period, person, version or None, despite or ())
        return started, None if detach else await _finish(house, bank, started, period)

    started, outcome = at_work(work)
    _show(started, outcome, bank, as_json=as_json)


async def _start(
    house: "House", bank: str, scheme: str, period: str, person: str, version: int | None, despite: Collection[str]
) -> str:
    from core.periods import Period
    from core.plugins.store import catalogue
    from core.runs.start import start_run
    from tenants.callers import today_in

    asked, found = Period.parse(period), await find_bank(house, bank)
    rights = ("run:start", "run:override") if despite else ("run:start",)
    async with acting(house, found, person, *rights) as session:
        known = await catalogue(session, house.host)
        return await start_run(session, known, scheme, asked, version=version, despite=despite, today=today_in(found))


async def _finish(house: "House", bank: str, started: str, period: str) -> "Outcome":
    from orjson import loads

    from service.following import RunFailed, finish_here
    from service.leaderboard import read_leaderboard
    from service.run_findings import read_findings

    found = await find_bank(house, bank)
    try:
        await finish_here(house, found, started)
    except RunFailed as failed:
        if failed.code != "FACTS_NOT_READY":
            raise
        raise await _not_ready(house, found, started, period, failed) from failed
    async with reading(house, found) as session:
        row = await session.row("SELECT despite::text FROM bank.runs WHERE run = $1", started)
        despite = loads(row["despite"]) if row else []
        return Outcome(await read_leaderboard(session, started), await read_findings(session, started), despite)


async def _not_ready(house: "House", bank: "BankOf", run: str, period: str, failed: "RunFailed") -> "RunFailed":
    """The failure with what stopped the run, and where to look."""
    from service.following import RunFailed
    from service.run_findings import body_of, read_findings

    async with reading(house, bank) as session:
        found = [body_of(one) for one in await read_findings(session, run)]
    way = f"`meritgraph ready --period {period} --bank {bank.code}` shows what is there and what is not."
    return RunFailed(f"{failed.message} {way}", code=failed.code, run=run, findings=found)


def _show(started: str, outcome: "Outcome | None", bank: str, *, as_json: bool) -> None:
    from service.leaderboard import COLUMNS, shown
    from service.run_findings import body_of, summary

    if outcome is None:
        show_json({"run": started}) if as_json else typer.echo(started)
    elif as_json:
        told: dict[str, Any] = {"run": started, "despite": outcome.despite}
        told["scorecards"] = [vars(place) for place in outcome.places]
        show_json(told | {"findings": [body_of(one) for one in outcome.findings]})
    else:
        show([shown(place) for place in outcome.places], COLUMNS, as_json=False, title=f"Run {started}")
        for line in summary(outcome.findings, started, bank):
            typer.echo(line)
