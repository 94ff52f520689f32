"""How large a document may be, and that refusing it costs next to nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from graphql import get_introspection_query, parse

from schema.checking import MOST_TOKENS
from schema.limit_table import MOST_FIELDS, Limits
from schema.limits import MOST_ALIKE, MOST_INPUT_DEPTH, MOST_NESTING, Size, input_excess, measured
from schema.query import make_schema
from schema.visible import Visible

if TYPE_CHECKING:
    from tests.schema.conftest import Town

GRAPHQL = "application/graphql-response+json"

MOST_DEPTH, MOST_ALIASES, MOST_DIRECTIVES = Limits().depth, Limits().aliases, Limits().directives

DEEP = f"The document selects fields more than {MOST_DEPTH} levels deep."
NESTED = f"The document is nested too deeply: at most {MOST_NESTING} fields and fragments inside one another."
MANY = f"The document selects more than {MOST_FIELDS} fields, those of its fragments among them."
ALIKE = f"The document selects one field more than {MOST_ALIKE} times in one place."

ALIASES = f"The document has more than {MOST_ALIASES} aliases, those of its fragments among them."
DIRECTIVES = f"The document has more than {MOST_DIRECTIVES} directives, those of its fragments among them."
INPUT = f"An input is nested too deeply: at most {MOST_INPUT_DEPTH} objects inside one another."


def _parents(levels: int) -> str:
    return "{branch(code: 1)" + "{parent" * (levels - 2) + "{code}" + "}" * (levels - 2) + "}"


def _through_fragments(levels: int) -> str:
    chain = "".join(f"fragment F{n} on Branch {{ parent {{ ...F{n + 1} }} }} " for n in range(levels - 2))
    return f"{{ branch(code: 1) {{ ...F0 }} }} {chain} fragment F{levels - 2} on Branch {{ code }}"


def _spreads(length: int, *, times: int = 1, leaves: str = "__typename", backwards: bool = False) -> str:
    spread = " ".join("...F{}" for _ in range(times))
    chain = [f"fragment F{n} on Query {{ {spread.replace('{}', str(n + 1))} }}" for n in range(length)]
    chain.append(f"fragment F{length} on Query {{ {leaves} }}")
    return "\n".join(["{ ...F0 }", *(reversed(chain) if backwards else chain)])


def _doubling(length: int) -> str:
    chain = [f"fragment F{n} on Branch{{a:parent{{...F{n + 1}}} b:parent{{...F{n + 1}}}}}" for n in range(length)]
    return "\n".join(["{branch(code:1){...F0}}", *chain, f"fragment F{length} on Branch{{code}}"])


def _aliases(count: int) -> str:
    return "{" + " ".join(f"a{n}: __typename" for n in range(count)) + "}"


def _fields(count: int) -> str:
    return "{" + " ".join(f"f{n}" for n in range(count)) + "}"


def _directives(count: int) -> str:
    """Two on every spread: the spread's own, and one of what is spread."""
    odd = "@skip(if: false)" if count % 2 else ""
    return (
        f"{{ {'...F @include(if: true) ' * (count // 2)} __typename {odd} }} fragment F on Query {{ me @a {{ code }} }}"
    )


def _objects(levels: int, lists: bool = False) -> str:
    """An argument's value with objects inside objects."""
    opened, closed = ("{a: [", "]}") if lists else ("{a: ", "}")
    return opened * levels + "1" + closed * levels


WITHIN = {
    "as deep as may be": _parents(MOST_DEPTH),
    "as deep through fragments": _through_fragments(MOST_DEPTH),
    "as nested as may be": _spreads(MOST_NESTING - 2),
    "as nested, leaves first": _spreads(MOST_NESTING - 2, backwards=True),
    "as many fields": _fields(MOST_FIELDS),
    "as many aliases": _aliases(MOST_ALIASES),
    "as many directives": _directives(MOST_DIRECTIVES),
    "an argument as nested": f"{{ f(a: {_objects(MOST_INPUT_DEPTH)}) }}",
    "an argument as nested, with lists": f"{{ f(a: {_objects(MOST_INPUT_DEPTH, lists=True)}) }}",
    "as many alike": "{" + "__typename " * MOST_ALIKE + "}",
    "as many through fragments": _spreads(3, times=7, leaves="a: __typename").replace("...F1 " * 7, "...F1 "),
}
BEYOND = {
    "one level deeper": (_parents(MOST_DEPTH + 1), DEEP),
    "one level deeper through fragments": (_through_fragments(MOST_DEPTH + 1), DEEP),
    "in circles through the schema": (
        "{" + 'run(id: "x"){scorecards{nodes{' * 15 + "points" + "}}}" * 15 + "}",
        DEEP,
    ),
    "one spread further": (_spreads(MOST_NESTING - 1), NESTED),
    "one spread further, leaves first": (_spreads(MOST_NESTING - 1, backwards=True), NESTED),
    "spreads beyond Python's recursion": (_spreads(400), NESTED),
    "inline fragments": ("{ me " + "{ ... " * MOST_NESTING + "{ code }" + "}" * MOST_NESTING + "}", NESTED),
    "one field more": (_fields(MOST_FIELDS + 1), MANY),
    "one field more in another operation": (f"query A {_fields(MOST_FIELDS)} query B {{ __typename }}", MANY),
    "one field more in a fragment nobody spreads": (
        f"{_fields(MOST_FIELDS)} fragment F on Query {{ __typename }}",
        MANY,
    ),
    "one field more in the first of two fragments of one name": (
        f"{{ ...F }} fragment F on Query {_fields(MOST_FIELDS)} fragment F on Query {{ __typename }}",
        MANY,
    ),
    "one alias more": (_aliases(MOST_ALIASES + 1), ALIASES),
    "one alias more through fragments": (
        f"{{ b: __typename {'...F ' * (MOST_ALIASES // 2)} }} fragment F on Query {{ a: me {{ c: code }} }}",
        ALIASES,
    ),
    "one directive more": (_directives(MOST_DIRECTIVES + 1), DIRECTIVES),
    "directives nobody knows": ("{ __typename " + "@a" * (MOST_DIRECTIVES + 1) + " }", DIRECTIVES),
    "directives of variables": ("query(" + "$a: Int @a " * (MOST_DIRECTIVES + 1) + ") { __typename }", DIRECTIVES),
    "an argument nested deeper": (f"{{ f(a: {_objects(MOST_INPUT_DEPTH + 1)}) }}", INPUT),
    "an argument nested deeper with lists": (f"{{ f(a: {_objects(MOST_INPUT_DEPTH + 1, lists=True)}) }}", INPUT),
    "an argument of lists": ("{ f(a: " + "[" * (MOST_INPUT_DEPTH + 2) + "]" * (MOST_INPUT_DEPTH + 2) + ") }", INPUT),
    "a default nested deeper": (f"query($a: X = {_objects(MOST_INPUT_DEPTH + 1)}) {{ __typename }}", INPUT),
    "a directive's argument nested deeper": (f"{{ me @a(b: {_objects(MOST_INPUT_DEPTH + 1)}) {{ code }} }}", INPUT),
    "a filter 50 deep": ("{ runs(filter: " + "{not: " * 50 + "{}" + "}" * 50 + ") { totalCount } }", INPUT),
    "doubling spreads": (_spreads(30, times=2), MANY),
    "doubling spreads of nothing": (_spreads(30, times=2).replace("F30 on", "G on"), MANY),
    "doubling fields": (_doubling(12), MANY),
    "fields compared pairwise": ("{" + "".join(f"me{{c{n}:code}}" for n in range(600)) + "}", MANY),
    "fewer fields compared pairwise": ("{" + "".join(f"me{{c{n}:code}}" for n in range(400)) + "}", ALIKE),
    "one more alike": ("{" + "__typename " * (MOST_ALIKE + 1) + "}", ALIKE),
    "one more alike, deeper": ("{" + "me { code } " * 25 + "me { ... { code } code } " * 13 + "}", ALIKE),
    "alike through fragments": (
        "{ me { code } " + "...F " * MOST_ALIKE + "} fragment F on Query { me { roles } }",
        ALIKE,
    ),
    "a fragment that spreads itself": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { __typename ...A }",
        'Fragment "A" spreads itself.',
    ),
}


@pytest.mark.parametrize("name", WITHIN)
def test_a_document_within_the_limits_passes(name: str) -> None:
    size = measured(parse(WITHIN[name], max_tokens=MOST_TOKENS))
    assert isinstance(size, Size)
    assert size.beyond(Limits()) is None


@pytest.mark.parametrize("name", BEYOND)
async def test_a_document_beyond_a_limit_is_refused_at_once_and_says_which(here: Town, name: str) -> None:
    query, sentence = BEYOND[name]
    asker = here.asks("auditor")
    started = time.process_time()
    response = await asker.post({"query": query, "operationName": "A" if "query A" in query else None}, accept=GRAPHQL)
    assert time.process_time() - started < 1
    assert response.status_code == 400
    assert response.json() == {"errors": [{"message": sentence, "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}]}


@pytest.mark.parametrize(("tokens", "code"), [(4000, "GRAPHQL_VALIDATION_FAILED"), (4001, "GRAPHQL_PARSE_FAILED")])
async def test_a_document_has_at_most_4000_tokens(here: Town, tokens: int, code: str) -> None:
    query = "{" + " __typename" * (tokens - 2) + "}"
    answer = await here.asks("auditor")(query)
    assert [error["extensions"] for error in answer["errors"]] == [{"code": code}]


async def test_the_introspection_of_tools_passes(here: Town) -> None:
    for query in (
        get_introspection_query(),
        get_introspection_query(
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
            input_value_deprecation=True,
            one_of=True,
        ),
    ):
        assert "errors" not in await here.asks("auditor")(query)


@pytest.mark.parametrize(
    "query",
    [
        "{" + " ".join("me{" + " ".join(f"c{n}:code" for n in range(19)) + "}" for _ in range(50)) + "}",
        "{"
        + " ".join(f"...F{n}" for n in range(330))
        + "}"
        + "".join(f"fragment F{n} on Query{{a{n}:__typename}}" for n in range(330)),
        "{" + "runs{nodes{scorecards{nodes{manager{code}}}}}" * 50 + "}",
    ],
    ids=["alike", "fragments", "levels"],
)
def test_what_is_within_the_limits_is_validated_in_a_fraction_of_a_second(query: str) -> None:
    schema = make_schema()
    checked = schema._checked(Visible(schema._schema, frozenset(), ()))
    started = time.process_time()
    checked.checked(query)
    assert time.process_time() - started < 2


async def test_a_bomb_of_731_bytes_is_answered_within_20_milliseconds(here: Town) -> None:
    """Sixteen fragments, each spreading the next twice: 65,536 fields in few bytes."""
    bomb = _spreads(16, times=2).replace("\n", "").replace(" { ", "{").replace(" }", "}")
    bomb += " " * (731 - len(bomb))
    assert len(bomb) == 731
    asker = here.asks("auditor")
    took = []
    for number in range(5):
        started = time.perf_counter()
        response = await asker.post({"query": bomb + "#" + str(number)}, accept=GRAPHQL)  # none of them known before
        took.append(time.perf_counter() - started)
        assert (response.status_code, response.json()["errors"][0]["message"]) == (400, MANY)
    assert min(took) <= 0.020


@pytest.mark.parametrize(
    ("levels", "lists", "refused"),
    [(10, False, False), (11, False, True), (10, True, False), (11, True, True), (50, False, True), (900, False, True)],
)
async def test_variables_are_nested_ten_deep_at_most(here: Town, levels: int, lists: bool, refused: bool) -> None:
    value: Any = 1
    for _ in range(levels):
        value = {"a": [value]} if lists else {"a": value}
    assert (input_excess({"x": value}) is not None) is refused
    query = "query($x: StartRunInput) { __typename @include(if: true) }"
    response = await here.asks("auditor").post({"query": query, "variables": {"x": value}}, accept=GRAPHQL)
    if refused:
        assert response.status_code == 400
        assert response.json() == {"errors": [{"message": INPUT, "extensions": {"code": "BAD_USER_INPUT"}}]}
    else:
        assert INPUT not in response.text
