"""How large a document may be, and that refusing it costs next to nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from graphql import get_introspection_query, parse

from schema.execution import MOST_TOKENS
from schema.limits import MOST_ALIKE, MOST_DEPTH, MOST_FIELDS, MOST_NESTING, excess
from schema.query import make_schema

if TYPE_CHECKING:
    from tests.schema.conftest import Town

GRAPHQL = "application/graphql-response+json"

DEEP = f"The document selects fields more than {MOST_DEPTH} levels deep."
NESTED = f"The document is nested too deeply: at most {MOST_NESTING} fields and fragments inside one another."
MANY = f"The document selects more than {MOST_FIELDS} fields, those of its fragments among them."
ALIKE = f"The document selects one field more than {MOST_ALIKE} times in one place."


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


WITHIN = {
    "as deep as may be": _parents(MOST_DEPTH),
    "as deep through fragments": _through_fragments(MOST_DEPTH),
    "as nested as may be": _spreads(MOST_NESTING - 2),
    "as nested, leaves first": _spreads(MOST_NESTING - 2, backwards=True),
    "as many fields": _aliases(MOST_FIELDS),
    "as many alike": "{" + "__typename " * MOST_ALIKE + "}",
    "as many through fragments": _spreads(3, times=7, leaves="a: __typename").replace("...F1 " * 7, "...F1 "),
}
BEYOND = {
    "one level deeper": (_parents(MOST_DEPTH + 1), DEEP),
    "one level deeper through fragments": (_through_fragments(MOST_DEPTH + 1), DEEP),
    "in circles through the schema": (
        "{" + 'run(id: "x"){scorecards{nodes{' * 63 + "points" + "}}}" * 63 + "}",
        DEEP,
    ),
    "one spread further": (_spreads(MOST_NESTING - 1), NESTED),
    "one spread further, leaves first": (_spreads(MOST_NESTING - 1, backwards=True), NESTED),
    "spreads beyond Python's recursion": (_spreads(400), NESTED),
    "inline fragments": ("{ me " + "{ ... " * MOST_NESTING + "{ code }" + "}" * MOST_NESTING + "}", NESTED),
    "one field more": (_aliases(MOST_FIELDS + 1), MANY),
    "one field more in another operation": (f"query A {_aliases(MOST_FIELDS)} query B {{ __typename }}", MANY),
    "one field more in a fragment nobody spreads": (
        f"{_aliases(MOST_FIELDS)} fragment F on Query {{ __typename }}",
        MANY,
    ),
    "one field more in the first of two fragments of one name": (
        f"{{ ...F }} fragment F on Query {_aliases(MOST_FIELDS)} fragment F on Query {{ __typename }}",
        MANY,
    ),
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
    assert excess(parse(WITHIN[name], max_tokens=MOST_TOKENS)) is None


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
    started = time.process_time()
    schema.checked(query)
    assert time.process_time() - started < 2
