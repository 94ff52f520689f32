"""What an operation costs: a point for every field of every row it may have to write."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse

from schema.cost import SIZES, WEIGHTS, Cost
from schema.limit_table import LimitTable
from schema.query import make_schema
from service.app import create_app

if TYPE_CHECKING:
    from tests.schema.conftest import House, Town

GRAPHQL = "application/graphql-response+json"
LEADERBOARD = """query Leaderboard($run: ID!) {
  scorecards(runId: $run, first: 100, orderBy: [{field: POINTS, direction: DESC}]) { nodes {
    rank points grade manager { code name branch { name } } lines { indicator { code } value target points } } } }"""
CODES = (
    "query($n: Int, $more: Boolean = false) { runs(first: $n) { nodes { code id @include(if: $more) } totalCount } }"
)


@cache
def _schema() -> GraphQLSchema:
    return make_schema()._schema


def cost(query: str, **variables: Any) -> int:
    document = parse(query)
    [operation, *_] = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    return Cost(_schema(), document, operation).of(variables)


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ me { code roles } }", 1 + 2),
        ("{ runs { nodes { code } } }", 1 + 50 * (1 + 1)),
        ("{ runs(first: 3) { nodes { code } } }", 1 + 3 * (1 + 1)),
        ("{ runs(first: 3) { edges { node { code } cursor } pageInfo { endCursor } totalCount } }", 1 + 3 * 4 + 2 + 10),
        ("{ runs(first: 0) { nodes { code } totalCount } }", 1 + 0 + 10),
        ("{ scorecards(runId: 1, first: 0) { aggregates { count points { sum } } } }", 1 + 100 + 1 + 1 + 1),
        ("{ runs(first: null, last: 500) { nodes { code } } }", 1 + 500 * 2),
        ("{ runs(last: 7) { nodes { code } } }", 1 + 7 * 2),
        ("mutation { ...F } fragment F on Mutation { a: cancelRun(input: {runId: 1}) { __typename } }", 100 + 1 + 1),
        ("{ runs(first: 3) { a: nodes { code } nodes { code } } }", 1 + 3 * 2 + 3 * 2),
        ("{ runs(first: 3) { ...F } } fragment F on RunConnection { nodes { code } }", 1 + 3 * (1 + 1)),
        ("{ a: me { ...F } b: me { ...F } } fragment F on Me { code roles }", 2 * (1 + 2)),
        ("{ runs(first: 3) { ... { nodes { ... on Run { code } } } } }", 1 + 3 * (1 + 1)),
        ("{ bank { plugins } me { roles } }", 2 + 2),
        ('{ scorecard(runId: "x", managerCode: "y") { lines { points } } }', 1 + 1 + SIZES["Scorecard.lines"]),
        ("{ me { code @skip(if: true) roles @include(if: false) person: code } }", 1 + 1),
        # scorecards, and of 100: nodes, rank points grade, manager code name branch name, and of 12 lines:
        # indicator code value target points.
        (LEADERBOARD, 1 + 100 * (1 + 3 + 5 + 1 + 12 * 5)),
        ('mutation { cancelRun(input: {runId: "x"}) { __typename } }', 100 + 1 + 1),
    ],
)
def test_an_operation_costs_rows_times_fields(query: str, points: int) -> None:
    assert cost(query) == points


@pytest.mark.parametrize(
    ("variables", "points"),
    [
        ({"n": 3}, 1 + 3 * 2 + 10),
        ({"n": 3, "more": True}, 1 + 3 * 3 + 10),
        ({}, 1 + 50 * 2 + 10),
        ({"n": None}, 1 + 50 * 2 + 10),
        ({"n": -1}, 1 + 0 + 10),
        ({"n": 10**9}, 1 + 500 * 2 + 10),
        ({"n": "many"}, 1 + 50 * 2 + 10),
    ],
)
def test_variables_count(variables: dict[str, Any], points: int) -> None:
    assert cost(CODES, **variables) == points


def test_null_leaves_the_other_end_to_count() -> None:
    query = "query($f: Int, $l: Int) { runs(first: $f, last: $l) { nodes { code } } }"
    assert cost(query, f=None, l=500) == cost(query, l=500) == 1 + 500 * 2
    assert cost(query) == 1 + 50 * 2


def test_the_default_of_a_variable_counts() -> None:
    query = "query($n: Int = 7) { runs(first: $n) { nodes { code } } }"
    assert cost(query) == 1 + 7 * 2
    assert cost(query, n=2) == 1 + 2 * 2


def test_a_list_of_ids_counts_as_long_as_it_is() -> None:
    schema = build_schema("type Query { nodes(ids: [ID!]!): [Thing]! } type Thing { id: ID! }")
    document = parse("query($ids: [ID!]!) { nodes(ids: $ids) { id } }")
    [operation] = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert Cost(schema, document, operation).of({"ids": ["a", "b", "c"]}) == 1 + 3


def test_what_is_declared_of_sizes_and_weights_is_there() -> None:
    for name in (*SIZES, *WEIGHTS):
        of, field = name.split(".")
        assert _schema().get_field(_schema().type_map[of], field) is not None, name  # type: ignore[arg-type]


async def test_every_answer_tells_its_cost_and_the_limit(here: Town) -> None:
    response = await here.asks("auditor").post({"query": CODES, "variables": {"n": 5}})
    assert response.json()["extensions"]["cost"] == {"requested": 1 + 5 * 2 + 10, "limit": 200_000}


async def test_above_the_limit_an_operation_is_refused_with_its_cost(here: Town, house: House) -> None:
    limits = LimitTable.model_validate({"cost": 20, "roles": {"auditor": {"cost": 21}}})
    transport = httpx.ASGITransport(create_app(house, limits=limits))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        allowed = await replace(here.asks("auditor"), client=client).post({"query": CODES, "variables": {"n": 5}})
        refused = await replace(here.asks("assessor"), client=client).post(
            {"query": CODES, "variables": {"n": 5}}, accept=GRAPHQL
        )
    assert "errors" not in allowed.json()
    assert refused.status_code == 400
    sentence = "The operation costs 21 points, and 20 are allowed: ask for fewer rows or fields."
    assert refused.json() == {
        "errors": [
            {"message": sentence, "extensions": {"code": "GRAPHQL_VALIDATION_FAILED", "reason": "COST_EXCEEDED"}}
        ],
        "extensions": {"cost": {"requested": 21, "limit": 20}},
    }
