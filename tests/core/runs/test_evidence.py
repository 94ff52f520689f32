"""Evidence of many lines: one reading together, the same rows as one by one, whoever asked before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import ibis
import pyarrow as pa
import pytest

from core.errors import InputError, NotFound, Unavailable
from core.indicators.engine import Engine
from core.indicators.workshop import Workshop
from core.periods import Period
from core.plugin import Direction, Indicator, Labels, Sum, Unit, exact, hook
from core.plugins.host import Host
from core.runs import evidence_plan
from core.runs.evidence_page import EvidenceAsked
from core.runs.evidence_plan import EvidencePlans
from core.runs.inputs import Inputs
from tests.core.runs.place import QUARTER, Place

AVERAGE = "deposits.daily_average"
MEASURED = (
    AVERAGE,
    "intermediate_income.total",
    "deposits.daily_average_increment",
    "deposits.period_end_balance",
    "loans.granted",
    "risk.npl_ratio",
)
LINES = [EvidenceAsked(manager, code, 10) for manager, code in product(("m1", "m2", "m3"), MEASURED)]


@dataclass(frozen=True)
class Counting(Workshop):
    """A workshop that knows how many sessions it opened."""

    opened: list[Path] = field(default_factory=list)

    @asynccontextmanager
    async def engine(self, folder: Path) -> AsyncIterator[Engine]:
        self.opened.append(folder)
        async with super().engine(folder) as engine:
            yield engine


def counting(place: Place) -> tuple[Place, list[Path]]:
    workshop = Counting("512MB", 1, 1)
    return replace(place, workshop=workshop), workshop.opened


@pytest.mark.parametrize("lines", [1, 6, 18])
async def test_lines_of_one_run_take_one_engine_session_however_many(place: Place, lines: int) -> None:
    run = await place.run()
    watched, opened = counting(place)
    assert len(await watched.pages(run, *LINES[:lines])) == lines
    assert len(opened) == 1


async def test_lines_read_together_are_those_read_alone_by_plans_new_or_known(place: Place) -> None:
    run = await place.run()
    alone = [await place.page(run, line) for line in LINES]
    # m1: four spans, two fees, the spans and c1's base, c2's balance, l1. m2 has c1 from 15 August to the end: two
    # spans, no fee, the spans and the base, its balance, nothing granted, both loans. m3 holds nobody.
    assert [page.total for page in alone] == [4, 2, 5, 1, 1, 0, 2, 0, 3, 1, 0, 2, 0, 0, 0, 0, 0, 0]
    known = EvidencePlans()
    assert await place.pages(run, *LINES, plans=known) == alone
    assert await place.pages(run, *LINES, plans=known) == alone
    # Some plans known and some not, in one session; and a run of another period by the same plans.
    some = EvidencePlans()
    await place.page(run, LINES[2], some)
    assert await place.pages(run, *LINES, plans=some) == alone
    other = await place.run(Period.parse("2026-08"))
    assert await place.pages(other, *LINES, plans=known) == await place.pages(other, *LINES)
    assert await place.pages(run, *LINES, plans=known) == alone


async def test_every_page_is_its_part_of_the_whole_list_and_knows_how_long_that_is(place: Place) -> None:
    run, plans = await place.run(), EvidencePlans()
    whole = (await place.page(run, EvidenceAsked("m1", AVERAGE, 10), plans)).rows
    places = [None, *(row.place for row in whole), ("zz", "", date(2026, 1, 1)), ("", "", date(2026, 1, 1))]
    asked = [
        EvidenceAsked("m1", AVERAGE, limit, after, before, backward)
        for limit, after, before, backward in product((0, 1, 3, 4), places, places, (False, True))
    ]
    for one, page in zip(asked, await place.pages(run, *asked, plans=plans), strict=True):
        assert not isinstance(page, Exception)
        inside = [
            row
            for row in whole
            if (one.after is None or row.place > one.after) and (one.before is None or row.place < one.before)
        ]
        shown = inside[len(inside) - min(one.limit, len(inside)) :] if one.backward else inside[: one.limit]
        assert (list(page.rows), page.total, page.more) == (shown, len(whole), len(inside) > one.limit), one


async def test_a_line_without_evidence_leaves_the_others_theirs(place: Place) -> None:
    run, plans = await place.run(), EvidencePlans()
    strange = EvidenceAsked("m1", "satisfaction.survey_score", 3)
    for _ in range(2):
        before, refused, after = await place.pages(run, LINES[0], strange, LINES[1], plans=plans)
        assert isinstance(refused, InputError)
        assert refused.code == "INDICATOR_NOT_IN_RUN"
        assert [before, after] == [await place.page(run, LINES[0]), await place.page(run, LINES[1])]
    with pytest.raises(NotFound, match="no run 'strange'"):
        await place.pages("strange", LINES[0], plans=plans)


async def test_a_plan_that_is_known_finds_a_damaged_file_all_the_same(place: Place) -> None:
    run, plans = await place.run(), EvidencePlans()
    assert (await place.page(run, LINES[0], plans)).total == 4
    frozen = Inputs.of((await place.row(run))["inputs"])
    for file in frozen.facts.tables["balances"]:
        place.store.path(place.open.bank.code, file.sha256).write_bytes(b"no parquet")
    damaged, whole = await place.pages(run, LINES[0], LINES[1], plans=plans)
    assert isinstance(damaged, Unavailable)
    assert damaged.code == "FACTS_DAMAGED"
    assert whole == await place.page(run, LINES[1])


async def test_rows_that_a_plugin_holds_in_memory_are_evidence_every_time(place: Place) -> None:
    def rows(facts: object, period: Period, parameters: object) -> Any:
        held = ibis.memtable(pa.table({"customer": ["c1", "c2"], "ref": ["r1", "r2"]}))
        first, until = ibis.literal(QUARTER.first), ibis.literal(QUARTER.until)
        none, one = ibis.null().cast("string"), exact(ibis.literal(1))
        return held.mutate(manager=none, first=first, until=until, numerator=one, denominator=one)

    module = ModuleType("remembering")
    named = Indicator(AVERAGE, Labels("x", "某"), Unit.MONEY, Direction.HIGHER_IS_BETTER, Sum(), rows)
    offered = place.host.plugins["deposits"].indicators
    module.__dict__["indicators"] = hook(lambda: [named, *(i for i in offered if i.code != named.code)])
    modules = {code: (plugin.module, plugin.version) for code, plugin in place.host.plugins.items()}
    there = replace(place, host=Host(modules | {"deposits": (module, "1")}))
    run, plans = await there.run(), EvidencePlans()
    assert (await place.row(run))["error"] is None
    for _ in range(2):
        pages = await there.pages(run, LINES[0], LINES[0], LINES[1], plans=plans)
        refs = [[row.ref for row in page.rows] for page in pages if not isinstance(page, Exception)]
        assert refs == [["r1", "r2"], ["r1", "r2"], ["f1", "f2"]]


async def test_plans_are_kept_up_to_their_number_the_last_used_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_plan, "MOST_KEPT", 2)
    plans = EvidencePlans()
    made = {name: evidence_plan.EvidencePlan(f"SELECT {name}", (), 1, None) for name in "123"}
    for name in ("1", "2"):
        plans.keep(("b", "r", name), made[name])
    assert plans.find(("b", "r", "1")) == made["1"]
    plans.keep(("b", "r", "3"), made["3"])
    assert [plans.find(("b", "r", name)) for name in "123"] == [made["1"], None, made["3"]]
    assert plans.find(("other", "r", "1")) is None
