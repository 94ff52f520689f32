"""One period assessed through the product's own queue, and its scorecards read back."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.numbers import scaled_text
from core.periods import Period
from core.plugins.store import catalogue
from core.runs.start import start_run
from core.session import Bank
from core.targets.store import set_targets
from examples.berka.bank import SCHEME
from examples.berka.source import Source
from examples.berka.targets import targets_of
from service.following import finish_here
from service.house import House
from service.leaderboard import Place, read_leaderboard
from tenants.callers import today_in

Figures = Mapping[str, str | None]
"""Indicator → decimal text with 6 places, in CZK or percent; None: not applicable."""


@dataclass(frozen=True)
class Scored:
    """A manager's place and values."""

    place: Place
    values: Figures


async def assess(house: House, bank: Bank, source: Source, period: Period) -> str:
    """Set the period's targets, start a run and see it through; the run's id."""
    async with house.door.open(bank, "assessor") as session:
        await set_targets(session, period, targets_of(source, period))
        known = await catalogue(session, house.host)
        run = await start_run(session, known, SCHEME, period, today=today_in(bank))
    await finish_here(house, bank, run, label=str(period))
    return run


async def scorecards(house: House, bank: Bank, run: str) -> list[Scored]:
    """Every manager with all values, highest points first."""
    async with house.door.open(bank, "assessor", read_only=True) as session:
        places = await read_leaderboard(session, run)
        rows = await session.rows("SELECT manager, indicator, value_e6 FROM bank.score_lines WHERE run = $1", run)
    values: dict[str, dict[str, str | None]] = {place.manager: {} for place in places}
    for manager, indicator, value in sorted(tuple(row) for row in rows):
        values[manager][indicator] = None if value is None else scaled_text(int(value), 6)
    return [Scored(place, values[place.manager]) for place in places]
