"""What a document can be written with, each by its plan and by graphql-core: the same answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import parse, print_ast
from graphql.utilities import separate_operations

from schema.ids import global_id
from tests.schema.planning.bank import AWKWARD, ODD
from tests.schema.planning.both_ways import Asked, Body, BothWays

if TYPE_CHECKING:
    from tests.schema.conftest import Town

WRITTEN = separate_operations(parse(Path(__file__).with_name("written.graphql").read_text(encoding="utf-8")))
"""By its name, every operation with the fragments it spreads."""
PLAIN = [name for name, one in WRITTEN.items() if "($" not in print_ast(one)]
FAILING = ("masksOfAFailure", "waiting")


@pytest.fixture
def ask(busy: Town, both_ways: BothWays) -> Any:
    """The answer to an operation, or a text; the same both ways, the plan's unless a field below a root failed."""

    async def ask(name: str, person: str = "auditor", language: str = "en", **variables: Any) -> Body:
        query = name if "{" in name else print_ast(WRITTEN[name])
        return await both_ways.answer(Asked(busy, person, query, variables, language))

    return ask


@pytest.mark.parametrize("name", [name for name in PLAIN if name not in FAILING])
async def test_a_plan_answers_what_a_document_can_be_written_with(ask: Any, name: str) -> None:
    answer = await ask(name)
    assert "errors" not in answer
    assert (answer["data"] == {}) is (name == "nothingAtAll")


@pytest.mark.parametrize(
    "key",
    [
        ("Bank", ""),
        ("Branch", "B3"),
        ("Delivery", "900001"),
        ("Feed", "fees"),
        ("Indicator", "deposits.daily_average"),
        ("Manager", "m7"),
        ("Run", ODD),
        ("Scheme", "test"),
        ("SchemeVersion", "test", "1"),
        ("Scorecard", ODD, "m3"),
    ],
)
async def test_the_object_of_an_id_is_read_by_fragments_on_its_type(ask: Any, busy: Town, key: tuple[str, ...]) -> None:
    asked = global_id(busy.bank, key[0], *((busy.bank.code,) if key[0] == "Bank" else key[1:]))
    answer = await ask("node", id=asked)
    assert answer["data"]["node"]["id"] == answer["data"]["b"]["id"] == asked
    assert answer["data"]["node"]["__typename"] == key[0]
    assert len(answer["data"]["node"]) > 2


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("off", [True, False, None])
async def test_what_is_skipped_is_not_there(ask: Any, on: bool, off: bool | None) -> None:
    """The same document for every value of its variables: each has a plan of its own."""
    answer = await ask("conditions", locale="zh-CN", on=on, **({} if off is None else {"off": off}))
    assert ("scorecards" in answer["data"]) is on
    assert ("bank" in answer["data"]) is not on
    assert answer["data"]["me"] == ({"roles": ["auditor"]} if off else {"code": "auditor"})
    if on:
        row = next(row for row in answer["data"]["scorecards"]["nodes"] if row["lines"])
        assert row.keys() == {"rank", "manager", "lines"} | ({"points"} if off else {"level"})
        assert ("label" in row["lines"][0]["indicator"]) is not off


@pytest.mark.parametrize(
    "given",
    [
        {"field": "RANK"},
        {"field": "POINTS", "way": "ASC", "n": 2, "orders": [{"field": "RANK"}]},
        {"field": "BRANCH", "n": 0, "orders": []},
        {"field": "MANAGER", "n": None, "orders": None},
    ],
)
async def test_variables_stand_anywhere_in_an_argument(ask: Any, given: dict[str, Any]) -> None:
    answer = await ask("variables", run=ODD, **given)
    assert (given["field"] == "MANAGER") is ("errors" in answer)  # an order names a field once
    assert len(answer["data"]["two"]["nodes"]) == 5
    assert len(answer["data"]["three"]["nodes"]) == (5 if given.get("n") is None else given["n"])


async def test_a_list_of_none_tells_whether_there_are_any(ask: Any) -> None:
    assert (await ask("none"))["data"]["scorecards"] == {
        "nodes": [],
        "edges": [],
        "totalCount": 5,
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


@pytest.mark.parametrize("order", ["BRANCH", "GRADE", "MANAGER", "PAY", "POINTS", "RANK", "RANK_IN_BRANCH"])
async def test_a_cursor_of_one_is_a_cursor_of_the_other(busy: Town, both_ways: BothWays, order: str) -> None:
    """The plan's cursors are the executor's, and page the same list in any order."""
    after, found = None, []
    for number in range(3):
        asked = Asked(busy, "auditor", print_ast(WRITTEN["pages"]), {"after": after, "order": order})
        answered = await (both_ways.by_plan(asked) if number % 2 else both_ways.executed(asked))
        assert answered is not None
        page = (await both_ways.answer(asked))["data"]["run"]["scorecards"]
        assert answered["data"]["run"]["scorecards"] == page
        found += [edge["node"]["manager"]["code"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert sorted(found) == ["m1", "m2", "m3", "m4", "m7"]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_awkward_figures_and_names_are_written_alike(ask: Any, language: str) -> None:
    answer = await ask("awkward", language=language)
    cards = {card["manager"]["code"]: card for card in answer["data"]["scorecards"]["nodes"]}
    assert cards["m1"]["points"] == "-0.0001"
    assert cards["m2"]["pay"] == {"amount": "-0.01", "currency": "CNY"}
    assert cards["m3"]["branch"] is None
    assert cards["m1"]["grade"] == cards["m7"]["manager"]["name"] == AWKWARD
    assert cards["m1"]["lines"][1]["value"] == "1" + "0" * 31 + ".000000"
    assert cards["m1"]["lines"][1]["completion"] == "-10.000000"
    posted = {manager["code"]: manager["postedUntil"] for manager in answer["data"]["managers"]["nodes"]}
    # Of m1 the day without end is stored as 9999-12-31, of m7 as infinity.
    assert (posted["m1"], posted["m7"], posted["m8"], posted["m9"]) == (None, None, None, "2999-02-28")


async def test_labels_are_in_the_language_asked_for_and_else_in_the_readers(ask: Any) -> None:
    chinese, english = await ask("labels", language="zh-CN"), await ask("labels")
    assert (await ask("labels", locale="zh-CN"))["data"] == chinese["data"]
    assert (await ask("labels", language="zh-CN", locale="en"))["data"] == english["data"]
    assert chinese["data"]["branches"]["nodes"][0]["name"] == "BUSY B0 支行"
    assert (
        chinese["data"]["branches"]["nodes"][-1]["name"] == english["data"]["branches"]["nodes"][-1]["name"] == AWKWARD
    )


def _paths(answer: Body) -> list[list[str | int]]:
    return [error["path"] for error in answer["errors"]]


BANK = {"currency": "CNY"}


@pytest.mark.parametrize(
    ("query", "paths", "data"),
    [
        (
            '{ scorecards(runId: "no") { totalCount } bank { currency } }',
            [["scorecards"]],
            {"scorecards": None, "bank": BANK},
        ),
        (
            '{ a: run(id: "no") { id } b: manager(code: "no") { id } c: me { code } }',
            [["a"], ["b"]],
            {"a": None, "b": None, "c": {"code": "auditor"}},
        ),
        ("{ runs(first: -1) { totalCount } runs(first: -1) { nodes { id } } }", [["runs"]], {"runs": None}),
        ('query($i: ID! = "x") { node(id: $i) { id } bank { currency } }', [["node"]], {"node": None, "bank": BANK}),
        ('{ bank { name(locale: "fr") } me { code } }', [["bank", "name"]], {"bank": None, "me": {"code": "auditor"}}),
        ('{ me { bank { name(locale: "fr") } } bank { currency } }', [["me", "bank", "name"]], None),
        (
            '{ branch(code: "B11") { code parent { code parent { name(locale: "fr") } } } }',
            [["branch", "parent", "parent", "name"]],
            {"branch": {"code": "B11", "parent": {"code": "B1", "parent": None}}},
        ),
        (
            '{ branches(first: 1) { nodes { name(locale: "fr") } } bank { currency } }',
            [["branches", "nodes", 0, "name"]],
            {"branches": None, "bank": BANK},
        ),
        (
            '{ run(id: "run-odd") { code scorecards(first: 999) { totalCount } } }',
            [["run", "scorecards"]],
            {"run": {"code": "run-odd", "scorecards": None}},
        ),
        (
            '{ run(id: "run-odd") { scorecards(first: 999) { totalCount } } b: run(id: "n") { id } bank { currency } }',
            [["b"], ["run", "scorecards"]],
            {"run": {"scorecards": None}, "b": None, "bank": BANK},
        ),
        (
            '{ scheme(code: "test") { versions(first: 999) { totalCount } } bank { currency } }',
            [["scheme", "versions"]],
            {"scheme": None, "bank": BANK},
        ),
    ],
)
async def test_what_fails_is_null_up_to_where_null_may_be(
    ask: Any, query: str, paths: list[list[str | int]], data: Any
) -> None:
    answer = await ask(query)
    assert _paths(answer) == paths
    assert answer["data"] == data


async def test_masks_stand_where_the_row_stands(ask: Any) -> None:
    """The head of B1 sees the scorecard that m7 had in B11, and not where he went."""
    answer = await ask("masks", person="branch_head")
    [odd] = [n for n, run in enumerate(answer["data"]["runs"]["nodes"]) if run["code"] == ODD]
    rows = [edge["n"]["manager"]["code"] for edge in answer["data"]["runs"]["nodes"][odd]["s"]["edges"]]
    assert rows == ["m1", "m2", "m3", "m7"]
    masked = [path[3:] for path in answer["extensions"]["masked"] if path[2] == odd]
    assert masked == [["s", "edges", 3, "n", "manager", "postedSince"], ["s", "edges", 3, "n", "manager", "w"]]


async def test_masks_of_an_answer_in_which_a_field_failed_are_told_once(ask: Any) -> None:
    """He reads his own pay alone; the labels fail beside."""
    answer = await ask("masksOfAFailure", person="scored_designer")
    assert answer["errors"]
    assert answer["extensions"]["masked"] == [["scorecards", "nodes", n, "pay"] for n in (0, 2, 3, 4)]


async def test_a_field_that_fails_takes_nothing_from_another_that_waits_for_the_same(ask: Any) -> None:
    """Both lists wait for the same branches when the label in the first fails."""
    answer = await ask("waiting")
    assert {path[0] for path in _paths(answer)} == {"a"}
    assert answer["data"]["a"] is None
    assert answer["data"]["b"]["nodes"][0] == {"branch": {"parent": {"parent": {"code": "B0"}}}}
    assert answer["data"]["c"] == {"parent": {"parent": {"code": "B0"}}}
