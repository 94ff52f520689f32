"""What a document can be written with, each by its plan and by graphql-core: the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schema.ids import global_id
from tests.schema.planning.bank import AWKWARD, ODD
from tests.schema.planning.both_ways import Asked, Body, BothWays

if TYPE_CHECKING:
    from tests.schema.conftest import Town

CARDS = 'scorecards(runId: "run-odd", orderBy: [{field: MANAGER}])'


@pytest.fixture
def ask(busy: Town, both_ways: BothWays) -> Any:
    """The answer to a query, the same both ways, and the plan's unless a field below a root failed."""

    async def ask(query: str, person: str = "auditor", language: str = "en", **variables: Any) -> Body:
        return await both_ways.answer(Asked(busy, person, query, variables, language))

    return ask


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(f"{{ a: {CARDS} {{ b: nodes {{ c: rank d: rank rank }} }} a2: {CARDS} {{ totalCount }} }}", id="aliases"),
        pytest.param(f"query {{ ...R }} fragment R on Query {{ {CARDS} {{ ...C }} }} fragment C on ScorecardConnection {{ nodes"
                     " { ...S ...S } } fragment S on Scorecard { rank ...T } fragment T on Node { id }", id="named fragments"),
        pytest.param(f"{{ {CARDS} {{ nodes {{ ... {{ rank }} ... on Scorecard {{ grade }} ... on Node {{ id ... on Run {{ code }}"
                     " ... on Scorecard { points } } } } }", id="inline fragments"),
        pytest.param(f"{{ __typename q: __typename {CARDS} {{ __typename pageInfo {{ __typename }} edges {{ __typename node {{ t: __typename"
                     " pay { __typename t: __typename } manager { __typename branch { __typename parent { __typename } } }"
                     " lines { __typename indicator { __typename } } run { __typename } } } } }", id="__typename everywhere"),
        pytest.param(f"{{ {CARDS} {{ nodes {{ manager {{ code }} ...F lines {{ value }} }} nodes {{ manager {{ name branch {{ name }} }}"
                     " lines { indicator { code } } } } } fragment F on Scorecard { manager { branch { code } code }"
                     " lines { indicator { label } value } }", id="one key in several places"),
        pytest.param(f"{{ {CARDS} {{ edges {{ cursor node {{ rank }} }} nodes {{ manager {{ code }} }} more: edges {{ n: node"
                     " { lines { points } } c: cursor node { grade } } } }", id="edges and nodes"),
        pytest.param(f"{{ {CARDS} {{ edges {{ cursor }} again: edges {{ __typename }} }} }}", id="cursors alone"),
        pytest.param(f"{{ {CARDS} {{ pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}", id="pageInfo alone"),
        pytest.param(f"{{ {CARDS} {{ totalCount }} }}", id="totalCount alone"),
        pytest.param("{ runs { nodes { code scorecards(first: 2) { totalCount pageInfo { endCursor hasNextPage } nodes {"
                     " run { code } } } findings(first: 1) { totalCount nodes { code message } } } } }", id="lists in lists"),
        pytest.param("{ managers { nodes { code shares { totalCount edges { node { customer share } } }"
                     " targets(first: 1) { pageInfo { hasNextPage } nodes { target indicator { code } } } } } }", id="two lists in a list"),
        pytest.param("{ branches { nodes { code name parent { code parent { code parent { code } } } } } }", id="a chain of rows"),
        pytest.param(f"{{ {CARDS} {{ nodes {{ lines {{ __typename }} again: lines {{ indicator {{ code }} }} }} }} }}", id="nothing of a line's own"),
        pytest.param(f"{{ {CARDS} {{ nodes {{ lines {{ explanation {{ sum inputs {{ name value }} }} notApplicableBecause value }} }} }} }}",
                     id="fields that only their resolvers know"),
        pytest.param("{ me { bank { name plugins } headOf { name } manager { name } permissions { name scopes } } bank { id } }", id="objects of no list"),
        pytest.param("{ feeds { nodes { code label mapping } } settings { badRows ledgerTolerance } presets(first: 1) { nodes { label } }"
                     " indicators(first: 2) { pageInfo { endCursor } nodes { code unit label } } }", id="lists that are no rows"),
    ],
)  # fmt: skip
async def test_a_plan_answers_what_a_document_can_be_written_with(ask: Any, query: str) -> None:
    answer = await ask(query)
    assert "errors" not in answer
    assert "[{" in str(answer["data"]) or "{" in str(answer["data"])


NODES = """query($ids: [ID!]! = []) { NODES } fragment N on Node { id __typename
  ... on Branch { code name parent { id } } ... on Manager { code name branch { ...N } }
  ... on Run { code status progress { stage } scorecards(first: 1) { nodes { rank } } }
  ... on Scorecard { rank manager { ...M } lines { value } run { id } } ... on Bank { plugins }
  ... on Scheme { approved { version } } ... on SchemeVersion { version } ... on Indicator { code label }
  ... on Delivery { number findings { totalCount } } ... on Feed { code } ... on Arrival { number delivery { id } } }
  fragment M on Manager { posted: postedSince }"""


@pytest.mark.parametrize(
    "key",
    [
        ("Branch", "B3"), ("Manager", "m7"), ("Run", ODD), ("Scorecard", ODD, "m3"), ("Scheme", "test"), ("Feed", "fees"),
        ("SchemeVersion", "test", "1"), ("Indicator", "deposits.daily_average"), ("Delivery", "900001"), ("Bank", ""),
    ],
)  # fmt: skip
async def test_the_object_of_an_id_is_read_by_fragments_on_its_type(ask: Any, busy: Town, key: tuple[str, ...]) -> None:
    asked = global_id(busy.bank, key[0], *((busy.bank.code,) if key[0] == "Bank" else key[1:]))
    query = NODES.replace("($ids: [ID!]! = [])", "($id: ID!)").replace(
        "NODES", "node(id: $id) { ...N } b: node(id: $id) { id }"
    )
    answer = await ask(query.replace("branch { ...N }", "branch { id }"), id=asked)
    assert answer["data"]["node"]["id"] == answer["data"]["b"]["id"] == asked
    assert answer["data"]["node"]["__typename"] == key[0]
    assert len(answer["data"]["node"]) > 2


CONDITIONS = f"""query($on: Boolean!, $off: Boolean! = false, $locale: String) {{
  {CARDS} @include(if: $on) {{
    totalCount @skip(if: true)  nodes {{ rank @include(if: $on) grade @skip(if: $on) manager {{ name @include(if: $off) code }}
      ... @include(if: $off) {{ points }} ...F @skip(if: $off) lines {{ indicator {{ label(locale: $locale) @skip(if: $off) }} }} }} }}
  bank @skip(if: $on) {{ name }} me {{ code @skip(if: $off) roles @include(if: $off) }} }}
  fragment F on Scorecard {{ level }}"""


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("off", [True, False, None])
async def test_what_is_skipped_is_not_there(ask: Any, on: bool, off: bool | None) -> None:
    """The same document for every value of its variables: each has a plan of its own."""
    given = {"on": on} | ({} if off is None else {"off": off})
    answer = await ask(CONDITIONS, locale="zh-CN", **given)
    assert ("scorecards" in answer["data"]) is on
    assert ("bank" in answer["data"]) is not on
    assert answer["data"]["me"] == ({"roles": ["auditor"]} if off else {"code": "auditor"})
    if on:
        row = answer["data"]["scorecards"]["nodes"][0]
        assert row.keys() == {"rank", "manager", "lines"} | ({"points"} if off else {"level"})
        assert ("label" in row["lines"][0]["indicator"]) is not off


@pytest.mark.parametrize(
    "query",
    [
        f"{{ {CARDS} {{ nodes {{ rank @skip(if: true) }} totalCount }} }}",
        f"{{ {CARDS} {{ edges {{ cursor @skip(if: true) }} }} }}",
        f"{{ {CARDS} {{ edges {{ node {{ rank @skip(if: true) }} }} }} }}",
        f"{{ {CARDS} {{ totalCount @skip(if: true) }} }}",
        f"{{ {CARDS} {{ pageInfo {{ endCursor @skip(if: true) }} }} }}",
        f"{{ {CARDS} {{ nodes {{ manager {{ name @skip(if: true) }} pay {{ amount @skip(if: true) }} lines {{ value @skip(if: true) }} }} }} }}",
        f"{{ {CARDS} {{ nodes {{ lines {{ indicator {{ code @skip(if: true) }} }} run {{ code @skip(if: true) }} }} }} }}",
        f"{{ {CARDS} @skip(if: true) {{ totalCount }} }}",
        "{ me { bank { name @skip(if: true) } } feeds { nodes { code @skip(if: true) } } }",
    ],
)  # fmt: skip
async def test_where_all_is_skipped_an_object_is_empty(ask: Any, query: str) -> None:
    assert "errors" not in await ask(query)


async def test_variables_stand_anywhere_in_an_argument(ask: Any) -> None:
    query = """query($field: ScorecardOrderField!, $way: OrderDirection! = DESC, $orders: [ScorecardOrder!], $n: Int, $run: ID!) {
      one: scorecards(runId: $run, first: $n, orderBy: [{field: $field, direction: $way}, {field: MANAGER}]) { nodes { rank } }
      two: scorecards(runId: $run, orderBy: $orders) { nodes { rank } } three: scorecards(runId: $run, first: $n) { nodes { rank } } }"""
    for given in (
        {"field": "RANK"},
        {"field": "POINTS", "way": "ASC", "n": 2, "orders": [{"field": "RANK"}]},
        {"field": "BRANCH", "n": 0, "orders": []},
        {"field": "MANAGER", "n": None, "orders": None},
    ):
        answer = await ask(query, run=ODD, **given)
        assert (given["field"] == "MANAGER") is ("errors" in answer)  # an order names a field once
        assert len(answer["data"]["two"]["nodes"]) == 5


async def test_a_list_of_none_tells_whether_there_are_any(ask: Any) -> None:
    parts = (
        "{ nodes { rank } edges { cursor } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
    )
    answer = await ask(
        f'{{ scorecards(runId: "{ODD}", first: 0) {parts} runs {{ nodes {{ scorecards(first: 0) {parts} }} }} }}'
    )
    assert answer["data"]["scorecards"] == {
        "nodes": [],
        "edges": [],
        "totalCount": 5,
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


@pytest.mark.parametrize("order", ["BRANCH", "GRADE", "MANAGER", "PAY", "POINTS", "RANK", "RANK_IN_BRANCH"])
async def test_a_cursor_of_one_is_a_cursor_of_the_other(busy: Town, both_ways: BothWays, order: str) -> None:
    """The plan's cursors are the executor's, and page the same list in any order."""
    query = """query($after: String, $order: ScorecardOrderField!) { run(id: "run-odd") { scorecards(first: 2, after: $after,
      orderBy: [{field: $order, direction: DESC}]) { edges { cursor node { manager { code } } } pageInfo { endCursor } } } }"""
    after, found = None, []
    for number in range(3):
        asked = Asked(busy, "auditor", query, {"after": after, "order": order})
        answered = await (both_ways.by_plan(asked) if number % 2 else both_ways.executed(asked))
        assert answered is not None
        page = (await both_ways.answer(asked))["data"]["run"]["scorecards"]
        assert answered["data"]["run"]["scorecards"] == page
        found += [edge["node"]["manager"]["code"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert sorted(found) == ["m1", "m2", "m3", "m4", "m7"]


async def test_awkward_figures_and_names_are_written_alike(ask: Any) -> None:
    query = f"""{{ {CARDS} {{ nodes {{ id level rank rankInBranch points grade multiple pay {{ amount currency }}
      manager {{ id code name position level postedSince postedUntil branch {{ id name kind }} }} branch {{ name }}
      lines {{ section rule target value completion basePoints points notApplicable }} }} }}
      managers {{ nodes {{ code name level postedSince postedUntil branch {{ name parent {{ name }} }} }} }}
      branches {{ nodes {{ name zh: name(locale: "zh-CN") }} }} arrivals {{ nodes {{ name }} }} }}"""
    for language in ("en", "zh-CN"):
        answer = await ask(query, language=language)
        cards = {card["manager"]["code"]: card for card in answer["data"]["scorecards"]["nodes"]}
        assert cards["m1"]["points"] == "-0.0001"
        assert cards["m2"]["pay"] == {"amount": "-0.01", "currency": "CNY"}
        assert cards["m3"]["branch"] is None
        assert cards["m1"]["grade"] == cards["m7"]["manager"]["name"] == AWKWARD
        assert cards["m1"]["lines"][1]["value"] == "1" + "0" * 31 + ".000000"
        assert cards["m1"]["lines"][1]["completion"] == "-10.000000"
        posted = {manager["code"]: manager["postedUntil"] for manager in answer["data"]["managers"]["nodes"]}
        assert (posted["m1"], posted["m7"], posted["m8"], posted["m9"]) == (None, None, None, "2999-02-28")


async def test_labels_are_in_the_language_asked_for_and_else_in_the_readers(ask: Any) -> None:
    query = """query($l: String) { branches { nodes { code name(locale: $l) zh: name(locale: "zh-CN") en: name(locale: "en") } }
      schemes { nodes { label(locale: $l) } } indicators(first: 1) { nodes { label(locale: $l) } } }"""
    chinese, english = await ask(query, language="zh-CN"), await ask(query)
    assert (await ask(query, l="zh-CN"))["data"] == chinese["data"]
    assert (await ask(query, language="zh-CN", l="en"))["data"] == english["data"]
    assert chinese["data"]["branches"]["nodes"][0]["name"] == "BUSY B0 支行"
    assert (
        chinese["data"]["branches"]["nodes"][-1]["name"] == english["data"]["branches"]["nodes"][-1]["name"] == AWKWARD
    )


def _paths(answer: Body) -> list[list[str | int]]:
    return [error["path"] for error in answer["errors"]]


@pytest.mark.parametrize(
    ("query", "paths", "data"),
    [
        ('{ scorecards(runId: "no") { totalCount } bank { currency } }', [["scorecards"]], {"scorecards": None, "bank": {"currency": "CNY"}}),
        ('{ a: run(id: "no") { id } b: manager(code: "no") { id } c: me { code } }', [["a"], ["b"]], {"a": None, "b": None, "c": {"code": "auditor"}}),
        ("{ runs(first: -1) { totalCount } runs(first: -1) { nodes { id } } }", [["runs"]], {"runs": None}),
        ("query($i: ID! = \"x\") { node(id: $i) { id } bank { currency } }", [["node"]], {"node": None, "bank": {"currency": "CNY"}}),
        ('{ bank { name(locale: "fr") } me { code } }', [["bank", "name"]], {"bank": None, "me": {"code": "auditor"}}),
        ('{ me { bank { name(locale: "fr") } } bank { currency } }', [["me", "bank", "name"]], None),
        ('{ branch(code: "B11") { code parent { code parent { name(locale: "fr") } } } }', [["branch", "parent", "parent", "name"]],
         {"branch": {"code": "B11", "parent": {"code": "B1", "parent": None}}}),
        ('{ branches(first: 1) { nodes { name(locale: "fr") } } bank { currency } }', [["branches", "nodes", 0, "name"]],
         {"branches": None, "bank": {"currency": "CNY"}}),
        ('{ run(id: "run-odd") { code scorecards(first: 999) { totalCount } } }', [["run", "scorecards"]],
         {"run": {"code": "run-odd", "scorecards": None}}),
        ('{ run(id: "run-odd") { scorecards(first: 999) { totalCount } } b: run(id: "no") { id } feeds { totalCount } }',
         [["b"], ["run", "scorecards"]], {"run": {"scorecards": None}, "b": None, "feeds": {"totalCount": 1}}),
        ('{ scheme(code: "test") { versions(first: 999) { totalCount } } bank { currency } }', [["scheme", "versions"]],
         {"scheme": None, "bank": {"currency": "CNY"}}),
    ],
)  # fmt: skip
async def test_what_fails_is_null_up_to_where_null_may_be(
    ask: Any, query: str, paths: list[list[str | int]], data: Any
) -> None:
    answer = await ask(query)
    assert _paths(answer) == paths
    assert answer["data"] == data


async def test_masks_stand_where_the_row_stands(ask: Any) -> None:
    """The head of B1 sees the scorecard that m7 had in B11, and not where he went; he sees nobody's pay but his own."""
    query = """{ runs { nodes { code s: scorecards(orderBy: [{field: MANAGER}]) { edges { n: node { p: pay { amount } manager {
      code w: branch { code } postedSince } } } nodes { pay { currency } } } } } }"""
    answer = await ask(query, person="branch_head")
    [odd] = [n for n, run in enumerate(answer["data"]["runs"]["nodes"]) if run["code"] == ODD]
    rows = [edge["n"]["manager"]["code"] for edge in answer["data"]["runs"]["nodes"][odd]["s"]["edges"]]
    assert rows == ["m1", "m2", "m3", "m7"]
    masked = [path[3:] for path in answer["extensions"]["masked"] if path[2] == odd]
    assert masked == [["s", "edges", 3, "n", "manager", "postedSince"], ["s", "edges", 3, "n", "manager", "w"]]


async def test_masks_of_a_failed_answer_are_told_once(ask: Any) -> None:
    query = f"""{{ {CARDS} {{ nodes {{ pay {{ amount }} branch {{ name(locale: "fr") }} }} }} }}"""
    answer = await ask(query, person="scored_designer")
    assert answer["errors"]
    masked = answer["extensions"]["masked"]
    assert masked == [["scorecards", "nodes", n, "pay"] for n in (0, 2, 3, 4)]


async def test_a_field_that_fails_takes_nothing_from_another_that_waits_for_the_same(ask: Any) -> None:
    """Both lists wait for the same branches when the label in the first fails."""
    chain = "branch { parent { parent { code } } }"
    query = f"""{{ a: {CARDS} {{ nodes {{ run {{ scheme {{ label(locale: "fr") }} }} {chain} }} }}
                  b: {CARDS} {{ nodes {{ {chain} }} }} c: branch(code: "B11") {{ {chain[9:-2]} }} }}"""
    answer = await ask(query)
    assert {tuple(path[::2]) for path in _paths(answer)} == {("a", 0, "scheme")}
    assert answer["data"]["a"] is None
    assert answer["data"]["b"]["nodes"][0] == {"branch": {"parent": {"parent": {"code": "B0"}}}}
