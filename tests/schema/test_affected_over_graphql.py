"""Which runs a delivery affects, and which deliveries a run: the same from both sides, and only to whom may read."""

from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from core.session import BankSession
from tests.approved import add_queued
from tests.schema.conftest import BuildTown, Town
from tests.schema.unseen import unseen

AT = datetime(2026, 10, 6, tzinfo=UTC)
RUNS = "{ runs(first: 9) { nodes { code affectedBy { number fact } } } }"
DELIVERIES = "{ deliveries(first: 9) { nodes { number firstDay correction affectedRuns { code } } } }"


@pytest.fixture(scope="module")
async def town(build_town: BuildTown) -> Town:
    """Two runs of the third quarter made on one file of fees; then a correction took that file's place."""
    built = await build_town("FACT")
    async with built.open() as session:
        for number, status, reason in ((801, "superseded", ""), (802, "accepted", "更正")):
            await session.execute(
                """INSERT INTO bank.deliveries (delivery, fact, shape, business_day, source, content, status, rows,
                       findings, first_day, reason, delivered_by, delivered_at, mapping)
                   VALUES ($1, 'fees', 'event', $2, 'fees.csv', $3, $4, 1, 0, $2, $5, 'x', $6, '{}')""",
                number,
                date(2026, 9, 30),
                str(number),
                status,
                reason,
                AT,
            )
        for number, until, sha256 in ((801, 802, "a" * 64), (802, None, "b" * 64)):
            await session.execute(
                """INSERT INTO bank.fact_files (fact, part, month, sha256, rows, bytes, of_delivery, since_delivery,
                       until_delivery) VALUES ('fees', 'record', $1, $2, 1, 1, $3, $3, $4)""",
                date(2026, 9, 1),
                sha256,
                number,
                until,
            )
        for code, sha256 in (("old-1", "a" * 64), ("old-2", "a" * 64), ("new", "b" * 64)):
            inputs = {"period": "2026-Q3", "facts": {"fees": [["record", "2026-09-01", sha256, 1]]}, "reads": ["fees"]}
            await add_queued(session, code)
            await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = $1", code)
            await session.execute(
                """UPDATE bank.runs SET status = 'complete', stage = 'complete', finished_at = $2, inputs_hash = 'i',
                          results_hash = 'r', inputs = $3::text::jsonb WHERE run = $1""",
                code,
                AT,
                orjson.dumps(inputs).decode(),
            )
    return built


async def test_a_run_tells_which_deliveries_changed_what_it_read(town: Town) -> None:
    body = await town.asks("auditor")(RUNS)
    found = {node["code"]: node["affectedBy"] for node in body["data"]["runs"]["nodes"]}
    correction = [{"number": 802, "fact": "fees"}]
    assert {code: found[code] for code in ("old-1", "old-2", "new")} == {
        "old-1": correction,
        "old-2": correction,
        "new": [],
    }


async def test_a_delivery_tells_which_runs_it_affects(town: Town) -> None:
    body = await town.asks("assessor")(DELIVERIES)
    found = {node["number"]: node for node in body["data"]["deliveries"]["nodes"]}
    assert sorted(run["code"] for run in found[802]["affectedRuns"]) == ["old-1", "old-2"]
    assert (found[802]["firstDay"], found[802]["correction"]) == ("2026-09-30", "更正")
    assert (found[801]["affectedRuns"], found[801]["correction"]) == ([], None)


async def test_who_may_not_read_deliveries_is_not_told_of_any(town: Town) -> None:
    body = await town.asks("manager")(RUNS)
    unseen(body, "Run.affectedBy")
    assert "802" not in str(body)


async def test_other_banks_know_nothing_of_it(town: Town, there: Town) -> None:
    body: dict[str, Any] = await there.asks("auditor")(RUNS)
    assert all(node["affectedBy"] == [] for node in body["data"]["runs"]["nodes"])


async def test_a_page_takes_no_more_statements_than_a_row(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    fetch = BankSession.rows

    async def counted(self: BankSession, statement: str, *arguments: object) -> list[Any]:
        told.append(statement)
        return await fetch(self, statement, *arguments)

    monkeypatch.setattr(BankSession, "rows", counted)
    counts = []
    for first in (1, 9):
        told.clear()
        await town.asks("auditor")(DELIVERIES.replace("9", str(first)))
        counts.append(len(told))
    # One more at most: the runs themselves are read once somebody is affected.
    assert counts[1] <= counts[0] + 1
