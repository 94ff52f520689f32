"""Plans are made once, kept within bounds, and never another's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql.execution.values import VariableValues, get_variable_values

from schema import checking
from schema.checking import CheckedSchema, operation_of, parsed
from schema.planning.compiler import Compiler
from schema.planning.plans import MOST
from schema.query import make_schema
from tests.schema.planning.both_ways import Asked, BothWays

if TYPE_CHECKING:
    from tests.schema.conftest import Town

QUERY = """query($on: Boolean! = true, $first: Int, $locale: String) {
  scorecards(runId: "run-odd", first: $first) { nodes { rank @include(if: $on) manager { name } } }
  branches { nodes { name(locale: $locale) } } }"""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operation of every plan that is made from now on."""
    made: list[str] = []

    class Watched(Compiler):
        def plan(self) -> Any:
            name = self._operation.name
            made.append(name.value if name else "")
            return super().plan()

    monkeypatch.setattr(checking, "Compiler", Watched)
    return made


@pytest.fixture
def fresh(both_ways: BothWays) -> BothWays:
    """A schema that has answered nothing yet."""
    return BothWays(make_schema(), both_ways.reception)


async def _visible(both_ways: BothWays, town: Town, person: str) -> CheckedSchema:
    async with both_ways.context(Asked(town, person, "")) as context:
        return both_ways.schema.visible(context)


async def test_the_second_request_makes_no_plan(busy: Town, there: Town, fresh: BothWays, made: list[str]) -> None:
    """Whatever its variables and language, and in another bank: they are no part of a plan."""
    for town, variables, language in (
        (busy, {}, "en"),
        (busy, {}, "en"),
        (busy, {"first": 1, "locale": "zh-CN"}, "en"),
        (busy, {"on": True}, "zh-CN"),
        (there, {}, "en"),
    ):
        assert await fresh.by_plan(Asked(town, "auditor", QUERY, variables, language)) is not None or town is there
    assert len(made) == (1 if await _visible(fresh, busy, "auditor") is await _visible(fresh, there, "auditor") else 2)


async def test_what_decides_over_fields_has_plans_of_its_own(busy: Town, fresh: BothWays, made: list[str]) -> None:
    for on in (True, False, True, False):
        answer = await fresh.answer(Asked(busy, "auditor", QUERY, {"on": on}))
        assert all(("rank" in row) is on for row in answer["data"]["scorecards"]["nodes"])
    assert len(made) == 2


async def test_each_operation_of_a_document_has_its_plan(busy: Town, fresh: BothWays, made: list[str]) -> None:
    query = "query A { me { code } } query B { bank { currency } }"
    for name in ("A", "B", "A", "B"):
        answer = await fresh.answer(Asked(busy, "auditor", query, operation=name))
        assert answer["data"] == ({"me": {"code": "auditor"}} if name == "A" else {"bank": {"currency": "CNY"}})
    assert made == ["A", "B"]


async def test_introspection_is_known_to_have_no_plan(busy: Town, fresh: BothWays, made: list[str]) -> None:
    for _ in range(2):
        assert await fresh.by_plan(Asked(busy, "auditor", "{ __schema { queryType { name } } }")) is None
    assert len(made) == 1


async def test_plans_are_kept_within_bounds(busy: Town, fresh: BothWays, made: list[str]) -> None:
    """The one not asked for longest goes first; a document too long to keep leaves nothing."""
    visible = await _visible(fresh, busy, "auditor")

    def plan(query: str) -> None:
        variables = get_variable_values(visible.schema, (), {})
        assert isinstance(variables, VariableValues)
        visible.plan(query, operation_of(parsed(query), None), variables)

    queries = [f"{{ me {{ a{n}: code }} }}" for n in range(MOST + 1)]
    for query in (*queries[:MOST], queries[0], queries[MOST]):
        plan(query)
    assert len(made) == len(visible._plans) + 1 == MOST + 1
    plan(queries[0])  # which was made newest in between
    assert len(made) == MOST + 1
    plan(queries[1])
    assert len(made) == MOST + 2
    for _ in range(2):
        plan(f"{{ me {{ code }} }} # {'x' * checking.LONGEST_KEPT}")
    assert len(made) == MOST + 4
    assert len(visible._plans) == MOST


async def test_who_sees_another_schema_gets_another_plan_and_who_sees_the_same_his_own_rows(
    busy: Town, fresh: BothWays, made: list[str]
) -> None:
    query = """{ runs { nodes { code scorecards { totalCount nodes { manager { code branch { code } } } } } }
                 managers { totalCount nodes { code } } }"""
    seen: dict[str, Any] = {}
    for person in ("auditor", "branch_head", "manager", "assessor", "branch_head", "auditor"):
        answer = await fresh.answer(Asked(busy, person, query))
        assert seen.setdefault(person, answer) == answer
    counts = {person: answer["data"]["managers"]["totalCount"] for person, answer in seen.items()}
    assert counts["manager"] == 1
    assert counts["manager"] < counts["branch_head"] < counts["auditor"]
    schemas = {await _visible(fresh, busy, person) for person in seen}
    assert await _visible(fresh, busy, "auditor") is not await _visible(fresh, busy, "manager")
    assert len(made) == len(schemas)
