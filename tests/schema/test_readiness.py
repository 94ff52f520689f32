"""Settings and the readiness of a period over GraphQL: who may, what it says, what a refusal leaves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.schema.changing import change, made, refused, sentence
from tests.schema.unseen import unseen

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, Town

READY = """query($period: Period!) { readiness(period: $period) { period ready stops ledgerDays
  missing { feed fact shape day due accepted } late { feed } waiting { feed }
  differences { day difference { amount } } unreconciled { kind } } }"""
SETTINGS = "{ settings { badRows setAsidePercent missing late outOfBalance ledgerTolerance } }"
CHANGE = change("changeSettings", "settings { missing late ledgerTolerance }")
START = change("startRun")


@pytest.fixture
async def town(build_town: BuildTown) -> Town:
    """A bank whose feed owes a file of fees for the end of every month from September 2026 on."""
    town = await build_town("READY")
    async with town.open() as session:
        await session.execute(
            """INSERT INTO bank.feeds (feed, label, label_zh, fact, shape, mapping, file_pattern, every, due_days,
                                       since)
               VALUES ('fees-file', 'Fees', '收入', 'fees', 'event', '{}', '', 'month', 1, $1)""",
            date(2026, 9, 1),
        )
    return town


async def test_the_report_names_what_is_missing(town: Town) -> None:
    answer = await town.asks("data_steward")(READY, period="2026-Q3")
    assert answer["data"]["readiness"] == {
        "period": "2026-Q3",
        "ready": False,
        "stops": ["MISSING"],
        "ledgerDays": 0,
        "missing": [
            {
                "feed": "fees-file",
                "fact": "fees",
                "shape": "event",
                "day": "2026-09-30",
                "due": "2026-10-01",
                "accepted": None,
            }
        ],
        "late": [],
        "waiting": [],
        "differences": [],
        "unreconciled": [],
    }


@pytest.mark.parametrize("person", ["manager", "branch_head", "scheme_designer", "nobody"])
async def test_who_may_not_read_deliveries_learns_nothing_of_them(town: Town, person: str) -> None:
    answer = await town.asks(person)(READY, period="2026-Q3")
    unseen(answer, "Query.readiness")
    assert "fees-file" not in str(answer)


async def test_another_bank_has_its_own_calendar(town: Town, here: Town) -> None:
    answer = await here.asks("data_steward")(READY, period="2026-Q3")
    assert answer["data"]["readiness"]["missing"] == []


async def test_settings_change_what_stops_a_run(town: Town) -> None:
    asks = town.asks("administrator")
    before = (await asks(SETTINGS))["data"]["settings"]
    assert before == {
        "badRows": "REFUSE",
        "setAsidePercent": "5",
        "missing": "STOP",
        "late": "STOP",
        "outOfBalance": "STOP",
        "ledgerTolerance": "0",
    }
    answer = await asks(CHANGE, input={"missing": "TELL", "ledgerTolerance": "0.05"})
    assert made(answer)["settings"] == {
        "missing": "TELL",
        "late": "STOP",
        "ledgerTolerance": "0.05",
    }
    report = (await town.asks("auditor")(READY, period="2026-Q3"))["data"]["readiness"]
    assert (report["ready"], report["stops"], len(report["missing"])) == (True, [], 1)
    await asks(CHANGE, input={"missing": None, "ledgerTolerance": None})
    assert (await asks(SETTINGS))["data"]["settings"] == before
    async with town.open() as session:
        told = await session.rows("SELECT person, subject FROM bank.audit WHERE action = 'setting:set' ORDER BY record")
    assert [tuple(row) for row in told] == [
        ("administrator", name) for name in ("ledger_tolerance", "missing", "ledger_tolerance", "missing")
    ]


@pytest.mark.parametrize("person", ["approver", "assessor", "auditor", "data_steward", "manager", "scheme_designer"])
async def test_only_the_administrator_changes_settings(town: Town, person: str) -> None:
    answer = await town.asks(person)(CHANGE, input={"missing": "TELL"})
    unseen(answer, "Mutation.changeSettings")
    async with town.open() as session:
        assert await session.rows("SELECT 1 FROM bank.settings") == []


async def test_a_setting_out_of_range_is_refused(town: Town) -> None:
    answer = await town.asks("administrator")(CHANGE, input={"ledgerTolerance": "-1", "missing": "TELL"})
    problem = {"path": "ledgerTolerance", "code": None, "message": "write 0 or more"}
    assert refused(answer) == {
        "__typename": "InvalidInput",
        "code": "BAD_USER_INPUT",
        "reason": "SETTING_INVALID",
        "problems": [problem],
    }
    assert sentence(answer) == "The settings cannot be used. ledgerTolerance: write 0 or more."
    async with town.open() as session:
        assert await session.rows("SELECT 1 FROM bank.settings") == []


async def test_overruling_needs_the_right_to(town: Town) -> None:
    start: dict[str, Any] = {"scheme": "nothing", "period": "2026-Q3"}
    answer = await town.asks("auditor")(START, input=start | {"despite": ["MISSING"]})
    unseen(answer, "Mutation.startRun")
    allowed = await town.asks("assessor")(START, input=start | {"despite": ["MISSING"]})
    assert refused(allowed)["code"] == "NOT_FOUND"  # no such scheme: the rights are there


async def test_a_run_says_what_it_was_started_despite(town: Town) -> None:
    async with town.open() as session, session.acting_as("assessor") as asking:
        await asking.execute(
            """INSERT INTO bank.runs (run, scheme, version, period, kind, status, stage, done, total, requested_by,
                                      requested_at, despite)
               VALUES ('late', 's', 1, '2026-Q3', 'assessment', 'queued', 'queued', 0, 0, 'assessor', now(),
                       '["late", "missing"]'::jsonb)"""
        )
    answer = await town.asks("auditor")('{ run(id: "late") { despite } other: run(id: "run-complete") { despite } }')
    assert answer == {"data": {"run": {"despite": ["LATE", "MISSING"]}, "other": {"despite": []}}}
