"""Replaying a run: the same frozen inputs, computed again, compared by hash."""

from dataclasses import dataclass
from typing import Any

import orjson

from core.errors import Conflict, NotFound
from core.facts.store import FactStore
from core.indicators.workshop import Workshop, aside
from core.plugins.host import Catalogue, Host
from core.runs.compute import Progress, Results, compute
from core.runs.inputs import Inputs
from core.runs.integrity import check_files
from core.runs.perform import Open
from core.runs.results import results_hash, rows_of, stored_hash
from core.session import BankSession


@dataclass(frozen=True)
class Difference:
    """A scorecard that came out otherwise. Points in ten-thousandths, pay in minor units."""

    manager: str
    expected_points_e4: int | None
    got_points_e4: int | None
    expected_pay_minor: int | None
    got_pay_minor: int | None


@dataclass(frozen=True)
class Replay:
    """What a replay found. `expected`: the hash the run was completed with; `got`: of what was computed now;
    `stored`: of the values, scorecards, lines and findings that stand in the database now. `same`: all three agree.
    `differences`: scorecards stored otherwise than computed.
    """

    run: str
    same: bool
    expected: str
    got: str
    stored: str
    differences: tuple[Difference, ...]


async def replay(
    open_bank: Open,
    host: Host,
    store: FactStore,
    workshop: Workshop,
    run: str,
    *,
    compare: bool = False,
    progress: Progress = lambda stage, done, total: None,
) -> Replay:
    """Compute a complete run again. Writes nothing.

    NotFound for a run that is missing or another bank's; Conflict RUN_NOT_COMPLETE; Conflict PLUGIN_VERSION_DIFFERS
    when a plugin is another version than then, unless `compare` says to go on and see; FACTS_DAMAGED when a frozen
    file is no longer what its name says.
    """
    async with open_bank(read_only=True) as session:
        row = await _complete_run(session, run)
        cards = await session.rows("SELECT manager, points_e4, pay_minor FROM bank.scorecards WHERE run = $1", run)
        stored = await stored_hash(session, run)
    then = orjson.loads(row["versions"])["plugins"]
    catalogue = host.catalogue(code for code in then if code in host.plugins)
    if not compare:
        _refuse_other_versions(then, catalogue)
    inputs = Inputs.of(orjson.loads(row["inputs"]))
    bank = open_bank.bank
    await aside(check_files, store, bank.code, inputs)
    async with workshop.engine(store.folder(bank.code)) as engine:
        results = await aside(compute, engine, store, bank, inputs, catalogue, progress)
    got = results_hash(await aside(rows_of, results))
    expected = row["results_hash"]
    same = got == expected == stored
    return Replay(run, same, expected, got, stored, () if same else _differences(cards, results))


async def _complete_run(session: BankSession, run: str) -> Any:
    row = await session.row(
        "SELECT status, results_hash, inputs::text AS inputs, versions::text AS versions FROM bank.runs WHERE run = $1",
        run,
    )
    if row is None:
        raise NotFound(f"There is no run {run[:50]!r}.", run=run[:50])
    if row["status"] != "complete":
        raise Conflict(f"Run {run} is {row['status']}: only a complete run can be replayed.", code="RUN_NOT_COMPLETE")
    return row


def _refuse_other_versions(then: dict[str, str], catalogue: Catalogue) -> None:
    other = {code: catalogue.versions.get(code, "not installed") for code in then}
    if other != then:
        told = "; ".join(f"{code}: {then[code]} then, {other[code]} now" for code in then if then[code] != other[code])
        raise Conflict(
            f"Plugins have changed since ({told}). Say --compare to compute with today's all the same.",
            code="PLUGIN_VERSION_DIFFERS",
        )


def _differences(stored: list[Any], results: Results) -> tuple[Difference, ...]:
    then = {row["manager"]: (row["points_e4"], row["pay_minor"]) for row in stored}
    now = {card.manager.manager: (card.points_e4, card.pay_minor) for card in results.assessment.scorecards}
    nothing = (None, None)
    return tuple(
        Difference(manager, then.get(manager, nothing)[0], now.get(manager, nothing)[0],
                   then.get(manager, nothing)[1], now.get(manager, nothing)[1])
        for manager in sorted({*then, *now})
        if then.get(manager, nothing) != now.get(manager, nothing)
    )  # fmt: skip
