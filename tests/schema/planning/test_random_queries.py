"""The planner's law: whatever is asked, by whomever, the plan's answer is the answer of graphql-core's executor."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from schema.ids import global_id
from tests.schema.planning.arguments import Cursor, Known, Name
from tests.schema.planning.bank import FAILED, ODD
from tests.schema.planning.both_ways import Asked, BothWays
from tests.schema.planning.documents import documents

if TYPE_CHECKING:
    from tests.schema.conftest import Town

EXAMPLES = int(os.environ.get("MERITGRAPH_RANDOM_QUERIES", "14"))
"""For each of eleven people; more of them is for whoever looks for defects."""

EVERYBODY = (
    "administrator", "approver", "assessor", "auditor", "branch_head", "data_steward", "manager", "nobody",
    "risk_officer", "scheme_designer", "scored_designer",
)  # fmt: skip
LISTS = {
    "branches": ("CODE", "KIND", "NAME"),
    "customers": ("CODE", "NAME"),
    "managers": ("BRANCH", "CODE", "LEVEL", "NAME", "POSITION", "POSTED_SINCE"),
    "runs": ("FINISHED_AT", "PERIOD", "PUBLISHED_AT", "REQUESTED_AT", "SCHEME", "STATUS"),
    "deliveries": ("BUSINESS_DAY", "DELIVERED_AT", "FACT"),
    'scorecards(runId: "run-odd")': ("BRANCH", "GRADE", "MANAGER", "PAY", "POINTS", "RANK", "RANK_IN_BRANCH"),
    "auditTrail": ("ACTION", "AT", "NUMBER", "PERSON", "SUBJECT"),
    "arrivals": (),
    "entries": (),
    "indicators": (),
    "presets": (),
    "schemes": (),
    "shares": ("CUSTOMER", "FIRST_DAY", "MANAGER", "SHARE"),
    "targets": ("INDICATOR", "MANAGER", "PERIOD", "TARGET"),
}


@pytest.fixture(scope="session")
async def known(busy: Town, there: Town, both_ways: BothWays) -> Known:
    """Ids, runs and cursors of the bank, and ids of the other."""
    found = await both_ways.executed(Asked(busy, "auditor", "{ runs { nodes { id code } } arrivals { nodes { id } } }"))
    runs = [code for node in found["data"]["runs"]["nodes"] for code in (node["id"], node["code"])]
    keys = [
        ("Bank", busy.bank.code), ("Branch", "B11"), ("Customer", "c1"), ("Delivery", "900001"), ("Feed", "fees"), ("Manager", "m1"),
        ("Manager", "m7"), ("Indicator", "deposits.daily_average"), ("Scheme", "test"), ("SchemeVersion", "test", "1"),
        ("SchemeVersion", "test", "2"), ("Scorecard", ODD, "m4"), ("Scorecard", "run-complete", "m3"), ("Run", FAILED),
    ]  # fmt: skip
    ids = [global_id(busy.bank, *key) for key in keys]
    ids += [found["data"]["arrivals"]["nodes"][0]["id"], global_id(there.bank, "Manager", "m1"), "no", ids[0][:-2]]
    return Known(ids, [*runs, "no"], await _cursors(busy, both_ways))


async def _cursors(town: Town, both_ways: BothWays) -> dict[str, list[Cursor]]:
    found: dict[str, list[Cursor]] = {}
    for listed, keys in LISTS.items():
        for order in (
            None,
            *([{"field": Name(key), "direction": Name(way)}] for key in keys for way in ("ASC", "DESC")),
        ):
            call = listed.rstrip(")")
            if order:
                text = f"orderBy: [{{field: {order[0]['field']}, direction: {order[0]['direction']}}}]"
                call += f"{', ' if '(' in call else '('}{text}"
            call += ")" if "(" in call else ""
            query = f"{{ list: {call} {{ __typename edges {{ cursor }} }} }}"
            answer = (await both_ways.executed(Asked(town, "auditor", query)))["data"]["list"]
            some = [Cursor(order, edge["cursor"]) for edge in answer["edges"][:3]]
            found.setdefault(answer["__typename"], []).extend(some)
    return found


@pytest.mark.parametrize("person", EVERYBODY)
@settings(
    max_examples=EXAMPLES,
    derandomize="MERITGRAPH_RANDOM_QUERIES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=[Phase.generate],  # a shorter document takes minutes to find; the paths that differ are told
)
@given(data=st.data(), language=st.sampled_from(("en", "zh-CN")))
async def test_a_plan_answers_as_the_executor_does(
    busy: Town, both_ways: BothWays, known: Known, person: str, data: Any, language: str
) -> None:
    asked = Asked(busy, person, "{ __typename }", language=language)
    async with both_ways.context(asked) as context:
        visible = both_ways.schema.visible(context)
    document = data.draw(documents(visible.schema, known))
    errors = visible.checked(document.text)
    assume(not any("than" in error.message or "nested" in error.message for error in errors))  # beyond the limits
    assert not errors, (errors, document.text)
    asked.query, asked.variables = document.text, document.variables
    before = both_ways.planned
    # Of a wrong value below which nothing stands the plan may be the first to know.
    answer = await both_ways.answer(asked, strict=not document.is_wrong)
    event("by the plan" if both_ways.planned > before else "a field failed")
    if "[{" in json.dumps(answer["data"]):
        event("a list has rows")
