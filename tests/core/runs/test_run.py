"""A run end to end on real deliveries: figures by hand, visible only when complete, refused when it must be."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import ModuleType

import asyncpg
import pytest

from core.errors import InputError, NotFound
from core.periods import Period
from core.plugin import Direction, Indicator, Labels, Sum, Unit, hook
from core.plugins.host import Host
from core.plugins.store import catalogue
from core.runs.evidence_page import EvidenceAsked
from core.runs.perform import perform
from core.runs.start import start_run
from core.schemes.store import save_scheme
from tests.core.runs.place import QUARTER, SCHEME, TODAY, Held, Lost, Place


async def test_every_figure_is_the_one_worked_out_by_hand(place: Place) -> None:
    run = await place.run()
    row = await place.row(run)
    assert row["error"] is None, row["error"]
    assert row["status"] == "complete"
    values = await place.values(run)
    # Daily average of the quarter's 92 days. c1: 1,000 for 45 days with m1, 47 with m2.
    # c2: 920 for 61 days, 60 % with m1. m1: (45 × 1000 + 0.6 × 61 × 920) ÷ 92 = 489.130434… + 366 = 855.130435
    assert values["deposits.daily_average", "m1"] == "855.130435"
    assert values["deposits.daily_average", "m2"] == "510.869565"  # 47 × 1000 ÷ 92
    assert values["deposits.daily_average", "m3"] == "0.000000"
    assert values["deposits.daily_average", "-"] == "244.000000"  # 0.4 × 61 × 920 ÷ 92
    # Increment: c1's base is 1,000 × 30 days of June ÷ 91 days = 329.670329…; it follows the customer.
    # m1: 45 × 670.329670… ÷ 92 + 366 = 327.878643… + 366
    assert values["deposits.daily_average_increment", "m1"] == "693.878643"
    assert values["deposits.daily_average_increment", "m2"] == "342.451027"  # 47 × 670.329670… ÷ 92
    # At the period's end: c1 with m2; 60 % of 920 with m1.
    assert values["deposits.period_end_balance", "m1"] == "552.000000"
    assert values["deposits.period_end_balance", "m2"] == "1000.000000"
    assert values["intermediate_income.total", "m1"] == "36.006000"  # 30 + 0.6 × 10.01
    assert values["intermediate_income.total", "m2"] == "0.000000"  # f3 is booked after the period
    assert values["loans.granted", "m1"] == "4000.000000"
    assert values["risk.npl_ratio", "m2"] == "20.000000"  # 1,000 of 5,000; c1 is m2's on the last day
    assert values["risk.npl_ratio", "m1"] is None  # c2's loan is granted after the period
    async with place.open() as session:
        cards = await session.rows("SELECT * FROM bank.scorecards WHERE run = $1 ORDER BY rank", run)
    # m1: 60 × 855.130434… ÷ 500 = 102.615652… → 102.6157, and 40 × 36.006 ÷ 20 = 72.012.
    # m2: 60 × 510.869565… ÷ 500 = 61.304347… → 61.3043.
    assert [(c["manager"], c["points_e4"], c["rank"], c["grade"]) for c in cards] == [
        ("m1", 1_746_277, 1, "A1"),
        ("m2", 613_043, 2, "E1"),
        ("m3", 0, 3, "E3"),
    ]
    assert [c["pay_minor"] for c in cards] == [7402, 2598, 0]  # 10,000 × 174.6277 ÷ 235.9320 = 7401.61…
    assert cards[0]["branch"] == "B1"


async def test_a_run_shows_nothing_before_it_is_complete(place: Place) -> None:
    with pytest.raises(RuntimeError, match="lost the job"):
        await place.run(lease=Lost())
    async with place.open() as session:
        for table in ("run_values", "scorecards", "score_lines"):
            assert await session.rows(f"SELECT 1 FROM bank.{table}") == []
        row = await session.row("SELECT status, results_hash FROM bank.runs")
    assert row is not None
    assert tuple(row) == ("running", None)


async def test_a_worker_that_lost_its_job_cannot_fail_the_run_either(place: Place) -> None:
    async with place.open() as session:
        run = await start_run(session, await catalogue(session, place.host), "test", QUARTER, today=TODAY)
    short = place.without("deposits")
    with pytest.raises(RuntimeError, match="lost the job"):
        await perform(place.open, short.host, place.store, place.workshop, run, lease=Lost())
    assert (await place.row(run))["status"] == "running"
    await perform(place.open, short.host, place.store, place.workshop, run, lease=Held())
    row = await place.row(run)
    assert (row["status"], row["error"]["code"]) == ("failed", "SCHEME_INVALID")


async def test_a_plugin_that_raises_fails_the_run_and_says_which(place: Place) -> None:
    def broken(facts: object, period: Period, parameters: object) -> object:
        raise ZeroDivisionError("by hand")

    module = ModuleType("broken")
    named = Indicator(
        "deposits.daily_average", Labels("x", "某"), Unit.MONEY, Direction.HIGHER_IS_BETTER, Sum(), broken
    )
    offered = place.host.plugins["deposits"].indicators
    module.__dict__["indicators"] = hook(lambda: [named, *(i for i in offered if i.code != named.code)])
    modules = {code: (plugin.module, plugin.version) for code, plugin in place.host.plugins.items()}
    host = Host(modules | {"deposits": (module, "1")})
    run = await Place(place.open, host, place.store, place.workshop, place.folder).run()
    row = await place.row(run)
    error = row["error"]
    assert (row["status"], error["code"]) == ("failed", "PLUGIN_FAILED")
    assert (
        "Plugin deposits failed while measuring deposits.daily_average: ZeroDivisionError: by hand" in error["message"]
    )
    assert await place.values(run) == {}


async def test_a_period_in_the_future_is_refused_and_nothing_is_queued(place: Place) -> None:
    with pytest.raises(InputError, match="2026-Q4 has not begun") as caught:
        async with place.open() as session:
            offered = await catalogue(session, place.host)
            await start_run(session, offered, "test", Period.parse("2026-Q4"), today=date(2026, 9, 30))
    assert caught.value.code == "PERIOD_IN_FUTURE"
    async with place.open() as session:
        assert await session.rows("SELECT 1 FROM bank.runs") == []


async def test_a_scheme_that_is_not_approved_cannot_be_run(place: Place) -> None:
    async with place.open() as session:
        offered = await catalogue(session, place.host)
        await save_scheme(session, SCHEME | {"code": "draft"}, offered.indicators, offered.point_rules)
        with pytest.raises(NotFound, match="no approved scheme 'draft'"):
            await start_run(session, offered, "draft", QUARTER, today=TODAY)


async def test_balances_run_on_beyond_the_last_delivered_day(place: Place) -> None:
    run = await place.run(Period.parse("2026-10"))
    assert (await place.values(run))["deposits.daily_average", "m2"] == "1000.000000"


async def test_a_period_before_all_facts_is_zero_not_an_error(place: Place) -> None:
    run = await place.run(Period.parse("2026-01"))
    values = await place.values(run)
    assert (await place.row(run))["status"] == "complete"
    assert values["deposits.daily_average", "m1"] == "0.000000"
    assert values["risk.npl_ratio", "m1"] == "100.000000"  # l2 of c1, granted in 2025, is all there is


async def test_evidence_is_the_rows_that_were_folded(place: Place) -> None:
    run = await place.run()
    page = await place.page(run, EvidenceAsked("m1", "deposits.daily_average", 10))
    assert [(r.customer, r.ref, str(r.first), str(r.until), r.share_ppm) for r in page.rows] == [
        ("c1", "a1", "2026-07-01", "2026-08-01", 1_000_000),
        ("c1", "a1", "2026-08-01", "2026-08-15", 1_000_000),
        ("c2", "a2", "2026-08-01", "2026-09-01", 600_000),
        ("c2", "a2", "2026-09-01", "2026-10-01", 600_000),
    ]
    assert page.per == 92
    total = sum((row.counted for row in page.rows), Fraction(0)) / (page.per or 1)
    assert str((Decimal(total.numerator) / total.denominator).quantize(Decimal("0.000001"))) == "855.130435"
    ask = EvidenceAsked("m1", "deposits.daily_average", 3)
    first = await place.page(run, ask)
    rest = await place.page(run, replace(ask, after=first.rows[-1].place))
    assert (first.rows + rest.rows, first.more, rest.more, first.total) == (page.rows, True, False, 4)
    last = await place.page(run, replace(ask, backward=True))
    head = await place.page(run, replace(ask, backward=True, before=last.rows[0].place))
    assert (head.rows + last.rows, head.more, last.more, last.total) == (page.rows, False, True, 4)
    between = await place.page(run, replace(ask, after=page.rows[0].place, before=page.rows[3].place))
    assert (between.rows, between.more) == (page.rows[1:3], False)
    with pytest.raises(InputError, match="did not measure"):
        await place.page(run, EvidenceAsked("m1", "satisfaction.survey_score", 3))


async def test_a_line_without_its_scorecard_is_refused_by_the_database(place: Place) -> None:
    async with place.open() as session:
        run = await start_run(session, await catalogue(session, place.host), "test", QUARTER, today=TODAY)
    with pytest.raises(asyncpg.PostgresError, match="has no scorecard") as refused:
        async with place.open() as session:
            await session.execute(
                """INSERT INTO bank.score_lines (run, manager, line, indicator, section, base_e4, points_e4, inputs)
                   VALUES ($1, 'm1', 1, 'i', 'main', 0, 0, '{}')""",
                run,
            )
    assert refused.value.sqlstate == "MG007"
