"""A defect of a plan costs time and a line in the log, and no answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import orjson
import pytest

from schema.execution import READS
from schema.planning.plan import Answer, Plan
from schema.planning.reading import Reading
from schema.query import make_schema
from schema.requests import GraphQLRequest
from tests.schema.planning.both_ways import Asked, BothWays

if TYPE_CHECKING:
    from tests.schema.conftest import Town

QUERY = '{ branch(code: "B11") { code parent { code } } managers(first: 1) { nodes { code } } }'


class Broken(Plan):
    """Asks what PostgreSQL refuses, behind a mask and a row."""

    async def answer(self, reading: Reading) -> Answer:
        reading.context.masked.append(["a"])
        assert await reading.context.loaders.branches.load("B11") is not None
        async with reading.context.transactions.read() as session:
            await session.rows("SELECT 1 / 0")
        raise AssertionError


async def test_the_executor_answers_where_a_plan_broke(
    busy: Town, both_ways: BothWays, caplog: pytest.LogCaptureFixture
) -> None:
    ways = BothWays(make_schema(), both_ways.reception)
    asked = Asked(busy, "auditor", QUERY)
    async with ways.context(asked) as context:
        visible = ways.schema.visible(context)
        ways.schema.plans.find((visible._number, QUERY, "", ()), lambda: Broken(()))
        with caplog.at_level(logging.WARNING, "meritgraph.graphql"):
            result = await ways.schema.answer(GraphQLRequest(QUERY, None, None, None), context, READS)
        assert result.errors is None
        assert orjson.loads(orjson.dumps(result.data)) == {
            "branch": {"code": "B11", "parent": {"code": "B1"}},
            "managers": {"nodes": [{"code": "m1"}]},
        }
        assert context.masked == []
    [told] = caplog.records
    assert told.message == "a plan failed; graphql-core answers instead"
