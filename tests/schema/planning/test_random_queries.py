"""The planner's law: whatever is asked, by whomever, the plan's answer is the answer of graphql-core's executor."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLArgument, get_named_type, print_ast
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from schema.ids import global_id
from tests.schema.planning.arguments import Cursor, Known, Name, literal
from tests.schema.planning.bank import FAILED, ODD
from tests.schema.planning.both_ways import Asked, BothWays
from tests.schema.planning.documents import documents

if TYPE_CHECKING:
    from tests.schema.conftest import Town

EXAMPLES = int(os.environ.get("MERITGRAPH_RANDOM_QUERIES", "45"))
"""For each of eleven people; more of them is for whoever looks for defects."""

EVERYBODY = (
    "administrator", "approver", "assessor", "auditor", "branch_head", "data_steward", "manager", "nobody",
    "risk_officer", "scheme_designer", "scored_designer",
)  # fmt: skip


@pytest.fixture(scope="session")
async def known(busy: Town, there: Town, both_ways: BothWays) -> Known:
    """Ids, runs and cursors of the bank, and ids of the other."""
    found = await both_ways.executed(Asked(busy, "auditor", "{ runs { nodes { id code } } arrivals { nodes { id } } }"))
    runs = [code for node in found["data"]["runs"]["nodes"] for code in (node["id"], node["code"])]
    keys = [
        ("Bank", busy.bank.code),
        ("Branch", "B11"),
        ("Customer", "c1"),
        ("Delivery", "900001"),
        ("Feed", "fees"),
        ("Indicator", "deposits.daily_average"),
        ("Manager", "m1"),
        ("Manager", "m7"),
        ("Run", FAILED),
        ("Scheme", "test"),
        ("SchemeVersion", "test", "1"),
        ("SchemeVersion", "test", "2"),
        ("Scorecard", "run-complete", "m3"),
        ("Scorecard", ODD, "m4"),
    ]
    ids: list[str] = [global_id(busy.bank, *key) for key in keys]
    ids += [found["data"]["arrivals"]["nodes"][0]["id"], global_id(there.bank, "Manager", "m1"), "no", ids[0][:-2]]
    return Known(ids, [*runs, *[ODD] * 9, "no"], await _cursors(busy, both_ways))


async def _cursors(town: Town, both_ways: BothWays) -> dict[str, list[Cursor]]:
    """Of the first rows of every root list in every order, and of the scorecards of the run with awkward figures."""
    found: dict[str, list[Cursor]] = {}
    asked = Asked(town, "auditor", "")
    async with both_ways.context(asked) as context:
        roots = both_ways.schema.visible(context).schema.query_type
    assert roots is not None
    for name, root in roots.fields.items():
        if not str(root.type).endswith("Connection"):
            continue
        for order in _orders(root.args.get("orderBy")):
            arguments: dict[str, Any] = {"runId": ODD} if name == "scorecards" else {}
            arguments |= {"orderBy": order} if order else {"first": 5}
            given = ", ".join(f"{key}: {print_ast(literal(value))}" for key, value in arguments.items())
            asked.query = f"{{ list: {name}({given}) {{ __typename edges {{ cursor }} }} }}"
            answer = (await both_ways.executed(asked))["data"]["list"]
            cursors = [Cursor(order, edge["cursor"]) for edge in answer["edges"][:3]]
            found.setdefault(answer["__typename"], []).extend(cursors)
    return found


def _orders(argument: GraphQLArgument | None) -> list[Any]:
    """None, the list's own, and every key both ways."""
    if argument is None:
        return [None]
    kind: Any = get_named_type(argument.type)
    keys = kind.fields["field"].type.of_type.values
    return [None, *([{"field": Name(key), "direction": Name(way)}] for key in keys for way in ("ASC", "DESC"))]


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
