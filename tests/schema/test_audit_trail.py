"""The audit trail over GraphQL: who reads it, whose acts it tells, in which order and pages."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from core.audit.store import record
from core.people.roles import ROLES
from tests.schema.unseen import unseen

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, Town

QUERY = """query($first: Int, $after: String, $person: String, $action: String, $subject: String, $since: DateTime,
                 $until: DateTime, $order: [AuditOrder!]) {
  auditTrail(first: $first, after: $after, person: $person, action: $action, subject: $subject, since: $since,
             until: $until, orderBy: $order) {
    totalCount pageInfo { hasNextPage endCursor } nodes { number at person action subject detail } } }"""
ACTS = [
    ("ann", "run:start", "r1"),
    ("ben", "run:publish", "r1"),
    ("ann", "run:start", "r2"),
    ("ben", "run:start", "r3"),
]


@pytest.fixture(scope="module")
async def town(build_town: BuildTown) -> Town:
    """Four acts, the last two in one transaction, after those of the founding."""
    built = await build_town("TRAIL")
    for acts in (ACTS[:1], ACTS[1:2], ACTS[2:]):
        async with built.open() as session:
            for person, action, subject in acts:
                async with session.acting_as(person) as acting:
                    await record(acting, action, subject, period="2026-Q3", 办法=1)
    return built


async def read(town: Town, **variables: Any) -> dict[str, Any]:
    answer = await town.asks("auditor")(QUERY, **variables)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["auditTrail"]
    return found


def told(page: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(node["person"], node["action"], node["subject"]) for node in page["nodes"]]


async def test_the_newest_act_comes_first_with_its_detail(town: Town) -> None:
    page = await read(town, first=4)
    assert told(page) == ACTS[::-1]
    assert orjson.loads(page["nodes"][0]["detail"]) == {"period": "2026-Q3", "办法": 1}
    moments = [datetime.fromisoformat(node["at"]) for node in page["nodes"]]
    assert datetime.now(UTC) > moments[0] > moments[1] > moments[2] > moments[3]


@pytest.mark.parametrize(
    ("sought", "subjects"),
    [
        ({"person": "ann"}, ["r2", "r1"]),
        ({"person": "ben", "action": "run:start"}, ["r3"]),
        ({"action": "run:publish"}, ["r1"]),
        ({"subject": "r1"}, ["r1", "r1"]),
        ({"person": "Ann"}, []),
        ({"person": ""}, []),
        ({"person": "a\0"}, []),
        ({"action": "run:start", "order": [{"field": "SUBJECT"}]}, ["r1", "r2", "r3"]),
        ({"subject": "r1", "order": [{"field": "PERSON", "direction": "DESC"}]}, ["r1", "r1"]),
    ],
)
async def test_it_is_sought_by_person_action_and_subject(
    town: Town, sought: dict[str, Any], subjects: list[str]
) -> None:
    page = await read(town, **sought)
    assert ([subject for *_, subject in told(page)], page["totalCount"]) == (subjects, len(subjects))


async def test_since_is_inclusive_and_until_is_not(town: Town) -> None:
    late, _, middle, early = (node["at"] for node in (await read(town, first=4))["nodes"])
    assert told(await read(town, since=middle)) == ACTS[:0:-1]
    assert told(await read(town, since=early, until=late)) == ACTS[2::-1]
    assert told(await read(town, since=late, until=late)) == []
    assert told(await read(town, until="0001-01-01T00:00:00Z")) == []


async def test_a_moment_that_cannot_be_said_in_utc_is_refused(town: Town) -> None:
    answer = await town.asks("auditor")(QUERY, since="9999-12-31T23:00:00-02:00")
    assert answer.get("data") is None
    assert "DateTime" in answer["errors"][0]["message"]


@pytest.mark.parametrize("order", [None, [{"field": "AT"}], [{"field": "ACTION", "direction": "DESC"}]])
async def test_pages_put_together_are_the_whole_trail(town: Town, order: Any) -> None:
    whole = await read(town, first=500, order=order)
    collected: list[int] = []
    after = None
    for size in itertools.cycle((1, 3)):
        page = await read(town, first=size, after=after, order=order)
        collected += [node["number"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert collected == [node["number"] for node in whole["nodes"]]
    assert len(set(collected)) == whole["totalCount"] == page["totalCount"]


@pytest.mark.parametrize("role", [*sorted(set(ROLES) - {"auditor"}), "nobody"])
async def test_for_whoever_is_no_auditor_there_is_no_trail(town: Town, role: str) -> None:
    unseen(await town.asks(role)("{ auditTrail { totalCount nodes { subject } } }"), "Query.auditTrail")


async def test_a_bank_reads_its_own_trail_alone(town: Town, there: Town) -> None:
    assert (await read(there, action="run:publish"))["totalCount"] == 0
    ours, theirs = [{node["number"] for node in (await read(bank, first=500))["nodes"]} for bank in (town, there)]
    assert ours
    assert theirs
    assert not ours & theirs


async def test_another_banks_cursor_is_refused(town: Town, there: Town) -> None:
    cursor = (await read(there, first=1))["pageInfo"]["endCursor"]
    answer = await town.asks("auditor")(QUERY, after=cursor)
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": "CURSOR_INVALID"}
