"""The gate before a run: facts that are missing, late or out of balance stop it, or stand on it as findings."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import InputError
from core.facts.deliveries import deliver
from core.facts.mapping import parse_mapping
from core.facts.terms import Terms
from core.periods import Period
from core.plugins.store import catalogue
from core.readiness.readiness import Reason
from core.readiness.report import readiness
from core.runs.perform import perform
from core.runs.replay import replay
from core.runs.start import start_run
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from core.settings.store import change_settings
from tenants.binding import Door
from tests.conftest import MakeBank
from tests.core.runs.place import FILES, QUARTER, TODAY, Held, Place

LEDGER = "day,kind,category,balance\n"
# 30 September: a1 1,000.00 of a corporate depositor, a2 920.00 of savings, a3 -5,000.00 lent.
IN_ORDER = (
    LEDGER + "2026-09-30,deposit,corporate,1000.00\n2026-09-30,deposit,savings,920.00\n2026-09-30,loan,all,-5000.00\n"
)


async def run(place: Place, despite: Sequence[str] = (), period: Period = QUARTER) -> str:
    async with place.open() as session:
        offered = await catalogue(session, place.host)
        started = await start_run(session, offered, "test", period, despite=despite, today=TODAY)
    await perform(place.open, place.host, place.store, place.workshop, started, lease=Held())
    return started


async def findings(place: Place, started: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    import orjson

    async with place.open() as session:
        rows = await session.rows(
            "SELECT code, severity, subject, fields::text FROM bank.findings WHERE run = $1 ORDER BY finding", started
        )
    return [(code, severity, subject, orjson.loads(fields)) for code, severity, subject, fields in rows]


async def add_feed(place: Place, code: str = "fees-file", every: str = "month", due_days: int = 1, **more: Any) -> None:
    async with place.open() as session:
        await session.execute(
            """INSERT INTO bank.feeds (feed, label, label_zh, fact, shape, mapping, file_pattern, every, due_days,
                                       since)
               VALUES ($1, $1, $1, $2, 'event', '{}', '', $3, $4, $5)""",
            code,
            more.get("fact", "fees"),
            every,
            due_days,
            more.get("since", date(2026, 9, 1)),
        )


async def settings(place: Place, **changes: str) -> None:
    async with place.open() as session:
        await change_settings(session, changes)


async def came(owner: AsyncEngine, place: Place, moment: datetime, fact: str = "fees") -> None:
    """Say that deliveries of a fact were accepted at that moment."""
    async with owner.begin() as connection:
        await connection.execute(text("SELECT set_config('meritgraph.bank', :b, true)"), {"b": str(place.open.bank.id)})
        await connection.execute(
            text("UPDATE bank.deliveries SET delivered_at = :at WHERE fact = :fact"), {"at": moment, "fact": fact}
        )


async def test_a_bank_without_feeds_and_ledger_has_nothing_to_check(place: Place) -> None:
    started = await run(place)
    row = await place.row(started)
    assert (row["status"], "readiness" in row["inputs"]["frozen"]) == ("complete", False)
    assert [code for code, *_ in await findings(place, started)] == []


async def test_a_ledger_in_order_lets_the_run_pass_without_a_word(place: Place) -> None:
    await place.deliver("ledger_totals", IN_ORDER, date(2026, 9, 30))
    started = await run(place)
    assert (await place.row(started))["status"] == "complete"
    assert await findings(place, started) == []


async def test_a_difference_stops_the_run_and_says_by_how_much(place: Place) -> None:
    await place.deliver("ledger_totals", IN_ORDER.replace("920.00", "920.01"), date(2026, 9, 30))
    started = await run(place)
    row = await place.row(started)
    assert (row["status"], row["error"]["code"], row["results_hash"]) == ("failed", "FACTS_NOT_READY", None)
    assert row["error"]["message"] == (
        "The facts of 2026-Q3 are not ready: 1 ledger total is out of balance. "
        "Bring or correct them, or start the run despite OUT_OF_BALANCE."
    )
    [(code, severity, subject, fields)] = await findings(place, started)
    assert (code, severity, subject) == ("LEDGER_DIFFERENCE", "error", "deposit savings 2026-09-30")
    assert fields == {
        "day": "2026-09-30",
        "kind": "deposit",
        "category": "savings",
        "ledger": "920.01",
        "balances": "920.00",
        "difference": "-0.01",
    }
    assert await place.values(started) == {}


@pytest.mark.parametrize(("tolerance", "status"), [("0.02", "complete"), ("0.019", "failed")])
async def test_a_difference_of_just_the_tolerance_passes(place: Place, tolerance: str, status: str) -> None:
    await place.deliver("ledger_totals", IN_ORDER.replace("920.00", "920.02"), date(2026, 9, 30))
    await settings(place, ledger_tolerance=tolerance)
    assert (await place.row(await run(place)))["status"] == status


async def test_totals_of_days_outside_the_period_do_not_matter(place: Place) -> None:
    wrong = LEDGER + "2026-06-30,deposit,all,7.00\n2026-10-01,deposit,all,7.00\n"
    await place.deliver("ledger_totals", wrong, date(2026, 10, 1))
    assert (await place.row(await run(place)))["status"] == "complete"
    assert (await place.row(await run(place, period=Period.parse("2026-10"))))["status"] == "failed"


async def test_a_total_of_a_day_without_balances_stops_too(place: Place) -> None:
    await place.deliver("ledger_totals", LEDGER + "2026-05-31,deposit,all,7.00\n", date(2026, 5, 31))
    started = await run(place, period=Period.parse("2026-05"))
    [(code, _, _, fields)] = await findings(place, started)
    assert (code, fields["balances"], fields["difference"]) == ("LEDGER_DIFFERENCE", "", "-7.00")


async def empty(place: Place, day: date) -> None:
    """An empty snapshot of the day, with its reason."""
    source = place.folder / "empty.csv"
    source.write_text("account,amount\n")
    columns = {"account": "account", "balance": "amount"}
    mapping = parse_mapping({"fact": "balances", "shape": "snapshot", "currency": "CNY", "columns": columns})
    async with place.open() as session:
        tables = (await catalogue(session, place.host)).fact_tables
    report = await deliver(
        place.open, place.store, tables, source, mapping, day, today=date(2026, 12, 1), terms=Terms(correction="none")
    )
    assert (report.status, report.zeroes) == ("accepted", 3)


@pytest.mark.parametrize(
    ("day", "total", "balances"),
    [
        ("2026-09-29", "920.00", None),  # the day before: a2's 920.00
        ("2026-09-30", "0.00", None),
        ("2026-09-30", "0.01", "0.00"),
        ("2026-10-31", "0.00", None),  # zero runs on, past the last delivery too
    ],
)
async def test_a_day_that_an_empty_list_emptied_is_known_and_zero(
    place: Place, day: str, total: str, balances: str | None
) -> None:
    await empty(place, date(2026, 9, 30))
    await settings(place, out_of_balance="tell")
    await place.deliver("ledger_totals", LEDGER + f"{day},deposit,savings,{total}\n", date.fromisoformat(day))
    started = await run(place, period=Period.parse(day[:7]))
    told = [fields["balances"] for code, _, _, fields in await findings(place, started) if code == "LEDGER_DIFFERENCE"]
    assert told == ([] if balances is None else [balances])


async def test_balances_without_a_total_are_told_and_stop_nothing(place: Place) -> None:
    await place.deliver("ledger_totals", LEDGER + "2026-09-30,deposit,savings,920\n", date(2026, 9, 30))
    started = await run(place)
    assert (await place.row(started))["status"] == "complete"
    assert [(code, severity, subject) for code, severity, subject, _ in await findings(place, started)] == [
        ("BALANCES_NOT_RECONCILED", "warning", "deposit corporate"),
        ("BALANCES_NOT_RECONCILED", "warning", "loan corporate"),
    ]


async def test_what_the_bank_wants_told_stands_on_the_run_and_replays(place: Place, owner: AsyncEngine) -> None:
    await place.deliver("ledger_totals", IN_ORDER.replace("920.00", "921.00"), date(2026, 9, 30))
    await settings(place, out_of_balance="tell")
    started = await run(place)
    assert (await place.row(started))["status"] == "complete"
    assert [(code, severity) for code, severity, *_ in await findings(place, started)] == [
        ("LEDGER_DIFFERENCE", "warning")
    ]
    # Replayed when the same look would find something else: in balance, and a file missing.
    await place.deliver("ledger_totals", IN_ORDER, date(2026, 9, 30))
    await add_feed(place)
    await settings(place, out_of_balance="stop")
    assert (await replay(place.open, place.host, place.store, place.workshop, started)).same
    async with owner.begin() as connection:
        await connection.execute(text("SELECT set_config('meritgraph.bank', :b, true)"), {"b": str(place.open.bank.id)})
        await connection.execute(text("DELETE FROM bank.findings WHERE run = :run"), {"run": started})
    assert not (await replay(place.open, place.host, place.store, place.workshop, started)).same


async def test_who_overrules_one_reason_is_still_stopped_by_another(place: Place) -> None:
    await place.deliver("ledger_totals", IN_ORDER.replace("920.00", "921.00"), date(2026, 9, 30))
    await add_feed(place)
    stopped = await run(place, ["OUT_OF_BALANCE"])
    assert "1 file is missing. Bring" in (await place.row(stopped))["error"]["message"]
    assert [(code, severity) for code, severity, *_ in await findings(place, stopped)] == [
        ("DELIVERY_MISSING", "error"),
        ("LEDGER_DIFFERENCE", "warning"),
    ]
    passed = await run(place, ["missing", "OUT_OF_BALANCE", "MISSING"])
    row = await place.row(passed)
    assert (row["status"], row["despite"]) == ("complete", ["missing", "out_of_balance"])
    assert [code for code, *_ in await findings(place, passed)] == ["DELIVERY_MISSING", "LEDGER_DIFFERENCE"]
    async with place.open() as session:
        told = await session.row(
            "SELECT detail->'despite' AS despite FROM bank.audit WHERE action = 'run:start' AND subject = $1", passed
        )
    assert told is not None
    assert "out_of_balance" in told["despite"]


async def test_an_unknown_reason_is_refused_and_nothing_is_queued(place: Place) -> None:
    with pytest.raises(InputError, match="LATE, MISSING, OUT_OF_BALANCE") as caught:
        await run(place, ["everything"])
    assert caught.value.code == "DESPITE_INVALID"
    async with place.open() as session:
        assert await session.rows("SELECT 1 FROM bank.runs") == []


async def test_a_missing_file_names_feed_fact_and_days(place: Place) -> None:
    await add_feed(place)
    started = await run(place)
    [(code, _, subject, fields)] = await findings(place, started)
    assert (code, subject) == ("DELIVERY_MISSING", "fees-file 2026-09-30")
    assert fields == {
        "feed": "fees-file",
        "fact": "fees",
        "shape": "event",
        "day": "2026-09-30",
        "due": "2026-10-01",
    }
    fee = "fee,customer,day,kind,amount\nf9,c1,2026-09-30,card,1\n"
    assert await place.deliver("fees", fee, date(2026, 9, 30)) == "accepted"
    assert (await place.row(await run(place, ["late"])))["status"] == "complete"


# Shanghai is eight hours ahead: 16:00 UTC is midnight there.
@pytest.mark.parametrize(
    ("moment", "codes"),
    [
        (datetime(2026, 10, 1, 15, 59, 59, tzinfo=UTC), []),
        (datetime(2026, 10, 1, 16, 0, 0, tzinfo=UTC), ["DELIVERY_LATE"]),
    ],
)
async def test_a_file_is_late_when_its_due_day_is_over_where_the_bank_is(
    place: Place, owner: AsyncEngine, moment: datetime, codes: list[str]
) -> None:
    await add_feed(place)
    fee = "fee,customer,day,kind,amount\nf9,c1,2026-09-30,card,1\n"
    await place.deliver("fees", fee, date(2026, 9, 30))
    await came(owner, place, moment)
    started = await run(place)
    assert [code for code, *_ in await findings(place, started)] == codes
    assert (await place.row(started))["status"] == ("failed" if codes else "complete")


async def test_a_file_in_time_that_was_corrected_later_is_not_late(place: Place, owner: AsyncEngine) -> None:
    await add_feed(place)
    fee = "fee,customer,day,kind,amount\nf9,c1,2026-09-30,card,1\n"
    await place.deliver("fees", fee, date(2026, 9, 30))
    await came(owner, place, datetime(2026, 10, 1, tzinfo=UTC))
    await place.deliver("fees", fee.replace(",1\n", ",2\n"), date(2026, 9, 30))
    assert (await place.row(await run(place)))["status"] == "complete"


async def test_what_is_not_due_yet_is_told_and_stops_nothing(place: Place) -> None:
    await add_feed(place, due_days=366)
    started = await run(place)
    assert (await place.row(started))["status"] == "complete"
    assert [(code, severity) for code, severity, *_ in await findings(place, started)] == [
        ("DELIVERY_WAITING", "warning")
    ]


async def report(place: Place, today: date | None = None) -> Any:
    return await readiness(place.open, place.host, place.store, place.workshop, QUARTER, today=today)


async def test_the_report_before_a_run_says_what_the_run_says(place: Place) -> None:
    await place.deliver("ledger_totals", IN_ORDER.replace("920.00", "921.00"), date(2026, 9, 30))
    await add_feed(place)
    found = await report(place)
    assert found.stops == (Reason.MISSING, Reason.OUT_OF_BALANCE)
    assert [(file.feed, file.day) for file in found.missing] == [("fees-file", date(2026, 9, 30))]
    assert [(one.ledger_minor, one.balances_minor) for one in found.differences] == [(92_100, 92_000)]
    assert found.ledger_days == 1
    await run(place)
    assert (await report(place, date(2026, 10, 1))).waiting[0].due == date(2026, 10, 1)
    assert (await report(place, date(2026, 9, 29))).counts == {Reason.OUT_OF_BALANCE: 1}


@pytest.mark.parametrize(("today", "refused"), [(date(2026, 6, 30), True), (date(2026, 7, 1), False)])
async def test_a_period_that_has_not_begun_is_never_ready(place: Place, today: date, refused: bool) -> None:
    if not refused:
        assert (await report(place, today)).stops == ()
        return
    with pytest.raises(
        InputError, match=r"2026-Q3 has not begun: it starts on 2026-07-01, today is 2026-06-30\."
    ) as caught:
        await report(place, today)
    assert caught.value.code == "PERIOD_IN_FUTURE"


async def test_another_banks_feeds_and_ledger_stop_nobody_here(place: Place, door: Door, make_bank: MakeBank) -> None:
    other = Place(door.opener(await make_bank(), "tester"), place.host, place.store, place.workshop, place.folder)
    await add_feed(other, fact="fees", every="day")
    await other.deliver("ledger_totals", IN_ORDER, date(2026, 9, 30))
    assert (await place.row(await run(place)))["status"] == "complete"
    found = await report(other)
    assert len(found.missing) == 30
    assert [one.balances_minor for one in found.differences] == [None, None, None]


async def test_a_replay_finds_what_the_gate_made_the_run_read(place: Place, door: Door) -> None:
    """A scheme without balances, a ledger that is held against them, and an account the newest list lacks."""
    lines = [{"indicator": "intermediate_income.total", "base": "100", "rule": "points_proportional"}]
    sections = [{"code": "main", "labels": {"en": "Main", "zh": "主要"}, "lines": lines}]
    async with place.open() as session:
        offered = await catalogue(session, place.host)
        body = {"code": "test", "labels": {"en": "Fees", "zh": "收入"}, "base_total": "100", "sections": sections}
        version = await save_scheme(session, body, offered.indicators, offered.point_rules)
        await submit_scheme(session, "test", version)
    async with door.open(place.open.bank, "approver") as session:
        await approve_scheme(session, "test", version)
    await place.deliver("ledger_totals", IN_ORDER, date(2026, 9, 30))
    await place.deliver("accounts", FILES["accounts"].replace("a2,c2,deposit,savings\n", ""), date(2026, 9, 30))
    started = await run(place, ["out_of_balance"])
    assert [code for code, *_ in await findings(place, started)] == ["LEDGER_DIFFERENCE", "ACCOUNT_UNKNOWN"]
    assert (await replay(place.open, place.host, place.store, place.workshop, started)).same
