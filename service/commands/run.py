"""`meritgraph run`: an assessment, started and, unless left to a worker, done here."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank
from service.commands.printing import show, show_json

if TYPE_CHECKING:
    from service.house import House
    from service.leaderboard import Place


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
    """Assess a period: facts → values → points → grade → pay, and print the leaderboard.

    Example: `meritgraph run --bank north --scheme quarterly --period 2026-Q3 --as assessor`
    """

    async def work(house: "House") -> "tuple[str, list[Place] | None]":
        started = await _start(house, bank, scheme, period, person, version or None, despite or ())
        return started, None if detach else await _finish(house, bank, started)

    started, places = at_work(work)
    _show(started, places, as_json=as_json)


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


async def _finish(house: "House", bank: str, started: str) -> "list[Place]":
    from service.following import finish_here
    from service.leaderboard import read_leaderboard

    found = await find_bank(house, bank)
    await finish_here(house, found, started)
    async with reading(house, found) as session:
        return await read_leaderboard(session, started)


def _show(started: str, places: "list[Place] | None", *, as_json: bool) -> None:
    from service.leaderboard import COLUMNS, shown

    if as_json:
        told: dict[str, Any] = {"run": started}
        show_json(told if places is None else told | {"scorecards": [vars(place) for place in places]})
    elif places is None:
        typer.echo(started)
    else:
        show([shown(place) for place in places], COLUMNS, as_json=False, title=f"Run {started}")
