"""One period assessed through the product's own queue, and its results read back."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import Conflict
from core.indicators.value import Value
from core.numbers import scaled_text
from core.periods import Period
from core.plugins.store import catalogue
from core.runs.replay import replay
from core.runs.start import start_run
from core.session import Bank
from core.targets.store import NewTarget, set_targets
from service.following import finish_here
from service.house import House
from service.leaderboard import Place, read_leaderboard
from tenants.callers import today_in

Figures = Mapping[str, str | None]
"""Indicator → decimal text with 6 places, in major units, percent or pieces; None: not applicable."""


_READ_TOTALS = """
    SELECT owner, indicator, numerator, denominator, not_applicable FROM bank.run_values
    WHERE run = $1 AND owner IN ('bank', 'unattributed') ORDER BY owner, indicator COLLATE "C" """


@dataclass(frozen=True)
class Scored:
    """A manager's place and values."""

    place: Place
    values: Figures


async def assess(house: House, bank: Bank, scheme: str, period: Period, targets: Sequence[NewTarget]) -> str:
    """Set the period's targets, start a run and see it through; the run's id."""
    async with house.door.open(bank, "assessor") as session:
        await set_targets(session, period, targets)
        known = await catalogue(session, house.host)
        run = await start_run(session, known, scheme, period, today=today_in(bank))
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


async def totals(house: House, bank: Bank, run: str) -> dict[str, Figures]:
    """`bank` and `unattributed`, what nobody holds: their values."""
    async with house.door.open(bank, "assessor", read_only=True) as session:
        rows = await session.rows(_READ_TOTALS, run)
    found: dict[str, dict[str, str | None]] = {"bank": {}, "unattributed": {}}
    for owner, indicator, numerator, denominator, reason in rows:
        found[owner][indicator] = Value(int(numerator), int(denominator), reason).text()
    return dict(found)


async def replayed(house: House, bank: Bank, run: str) -> None:
    """Compute the run again and say its hash. REPLAY_DIFFERS where it comes out otherwise."""
    found = await replay(house.door.opener(bank, "auditor"), house.host, house.store, house.workshop, run)
    if not found.same:
        raise Conflict(f"Run {run} came out otherwise: {found.expected}, now {found.got}.", code="REPLAY_DIFFERS")
    print(f"replayed: {found.got}", file=sys.stderr)
