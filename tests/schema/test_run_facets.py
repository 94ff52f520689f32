"""The list of runs: filtered, grouped, in every order, from both ends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from core.publications.store import publish_run
from tests.approved import add_approved
from tests.schema.listed import walked

if TYPE_CHECKING:
    from core.session import BankSession
    from tests.schema.conftest import BuildTown, Town

pytestmark = pytest.mark.usefixtures("by_plans")

# run, scheme, period, status, hour at which it was asked for, and at which it ended
RUNS = [
    ("a", "s", "2026-Q1", "complete", 1, 2),
    ("b", "s", "2026-Q1", "complete", 3, 4),
    ("c", "s", "2026-Q2", "failed", 5, 6),
    ("d", "other", "2026-Q2", "complete", 7, 9),
    ("e", "other", "2026-H1", "queued", 8, None),
]
TOWNS = ["run-complete", "run-running"]
"""What every town has; asked for at the moment of the test, of 2026-Q3."""


def moment(hour: int) -> datetime:
    return datetime(2025, 1, 1, hour, tzinfo=UTC)


@pytest.fixture(scope="session")
async def ran(build_town: BuildTown) -> Town:
    """A bank with runs in several states, two of one scheme and period published one after the other."""
    town = await build_town("RAN")
    async with town.open() as session:
        await add_approved(session, "other")
    async with town.open("assessor") as session:
        for run in RUNS:
            await _add(session, *run)
    for code in ("a", "b"):
        async with town.open("approver") as session:
            await publish_run(session, code)
    return town


async def _add(session: BankSession, run: str, scheme: str, period: str, status: str, hour: int, end: Any) -> None:
    await session.execute(
        """INSERT INTO bank.runs (run, scheme, version, period, kind, status, stage, done, total, requested_by,
                                  requested_at)
           VALUES ($1, $2, 1, $3, 'assessment', 'queued', 'queued', 0, 0, 'assessor', $4)""",
        run, scheme, period, moment(hour),
    )  # fmt: skip
    if end is None:
        return
    await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = $1", run)
    await session.execute(
        "UPDATE bank.runs SET status = $2, finished_at = $3, inputs_hash = 'i', results_hash = $4 WHERE run = $1",
        run, status, moment(end), f"r-{run}" if status == "complete" else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("filter", "codes"),
    [
        ({"status": {"eq": "COMPLETE"}, "period": {"eq": "2026-Q1"}}, "b a"),
        ({"status": {"in": ["FAILED", "QUEUED"]}}, "e c"),
        ({"period": {"in": ["2026-Q2", "2026-H1"]}}, "e d c"),
        ({"schemeCode": {"eq": "other"}, "schemeVersion": {"lte": 1}}, "e d"),
        ({"code": {"startsWith": "run-"}, "requestedBy": {"eq": "assessor"}}, "run-running run-complete"),
        ({"requestedAt": {"gte": "2025-01-01T03:00:00Z", "lt": "2025-01-01T07:00:00Z"}}, "c b"),
        ({"requestedAt": {"gt": "2025-01-01T15:00:00+08:00", "lt": "2025-01-02T00:00:00Z"}}, "e"),
        ({"finishedAt": {"isNull": True}, "code": {"lt": "f"}}, "e"),
        ({"resultsHash": {"eq": "r-d"}}, "d"),
        ({"publishedAt": {"isNull": False}}, "b a"),
        ({"publishedBy": {"eq": "approver"}, "isInForce": {"eq": False}}, "a"),
        ({"isInForce": {"eq": True}}, "b"),
        ({"kind": {"eq": "other"}}, ""),
    ],
)
async def test_a_filter_finds_just_these_runs(ran: Town, filter: Any, codes: str) -> None:
    query = "query($filter: RunFilter) { runs(filter: $filter) { totalCount nodes { code } } }"
    answer = (await ran.asks("manager")(query, filter=filter))["data"]["runs"]
    nodes = [node["code"] for node in answer["nodes"]]
    assert answer["totalCount"] == len(nodes)
    assert sorted(nodes) == sorted(codes.split())
    assert [code for code in nodes if code not in TOWNS] == [code for code in codes.split() if code not in TOWNS]


async def test_groups_of_runs_by_period_and_status(ran: Town) -> None:
    query = """{ runs(first: 0, filter: {requestedAt: {lt: "2025-01-02T00:00:00Z"}}) {
      aggregates { count } groupBy(fields: [PERIOD, STATUS]) { period status schemeCode aggregates { count } } } }"""
    answer = (await ran.asks("manager")(query))["data"]["runs"]
    assert answer["aggregates"] == {"count": 5}
    assert answer["groupBy"] == [
        {"period": period, "status": status, "schemeCode": None, "aggregates": {"count": count}}
        for period, status, count in (
            ("2026-H1", "QUEUED", 1), ("2026-Q1", "COMPLETE", 2), ("2026-Q2", "COMPLETE", 1), ("2026-Q2", "FAILED", 1),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("FINISHED_AT", "finishedAt"), ("PERIOD", "period"), ("PUBLISHED_AT", "publishedAt"),
        ("REQUESTED_AT", "requestedAt"), ("SCHEME", "scheme { code }"), ("STATUS", "status"),
    ],
)  # fmt: skip
async def test_an_order_of_runs_is_one_order_from_both_ends(ran: Town, field: str, shown: str, direction: str) -> None:
    order = f"[{{field: {field}, direction: {direction}}}]"
    forwards, backwards = await walked(ran.asks("auditor"), "runs", f"of: {shown} code", order)
    assert forwards == backwards
    assert len({one["code"] for one in forwards}) == len(forwards) == 7
    values = [one["of"]["code"] if isinstance(one["of"], dict) else one["of"] for one in forwards]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=direction == "DESC")
    assert values[: len(known)] == known, "what has no value comes last"
