"""The known ways to attack a GraphQL server, one by one: what each is answered, and what the answer does not hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from schema.ids import global_id

if TYPE_CHECKING:
    from tests.schema.conftest import Asker, Town

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
BOOM = "Something went wrong on our side."
OURS = ("Traceback", 'File "', ".py", "asyncpg", "sqlalchemy", "strawberry", "SELECT ", "exception", "stacktrace")


def told(response: httpx.Response) -> tuple[int, str, str]:
    """Status, code and sentence of the one error; nothing else is in the body but what it cost."""
    body = response.json()
    assert set(body) <= {"errors", "extensions"}, body
    assert set(body.get("extensions", {})) <= {"cost"}
    [error] = body["errors"]
    return response.status_code, error["extensions"]["code"], error["message"]


async def asked(asker: Asker, query: str, **variables: Any) -> httpx.Response:
    return await asker.post({"query": query, "variables": variables}, accept=GRAPHQL)


INVALID = "GRAPHQL_VALIDATION_FAILED"
PATTERNS = {
    "alias overloading": (
        "{" + " ".join(f"a{n}: me {{ code }}" for n in range(101)) + "}",
        "The document has more than 100 aliases, those of its fragments among them.",
    ),
    "directive overloading": (
        "{ __typename " + "@include(if: true) " * 51 + "}",
        "The document has more than 50 directives, those of its fragments among them.",
    ),
    "field overloading": (
        "{" + "__typename " * 51 + "}",
        "The document selects one field more than 50 times in one place.",
    ),
    "circular introspection": (
        "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }",
        "Maximum introspection depth exceeded",
    ),
    "circular fragments": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        'Fragment "A" spreads itself.',
    ),
    "deep nesting": (
        "{ branch(code: 1) " + "{ parent " * 20 + "{ code }" + "}" * 20 + "}",
        "The document selects fields more than 20 levels deep.",
    ),
    "rows of rows of rows": (
        "{ runs(first: 500) { nodes { scorecards(first: 500) { nodes { rank } } } } }",
        "The operation costs 501001 points, and 200000 are allowed: ask for fewer rows or fields.",
    ),
}


@pytest.mark.parametrize("name", PATTERNS)
async def test_overloading_is_refused_before_anything_is_read(here: Town, name: str) -> None:
    query, sentence = PATTERNS[name]
    assert told(await asked(here.asks("auditor"), query)) == (400, INVALID, sentence)


async def test_batches_are_not_served(here: Town) -> None:
    response = await here.asks("auditor").post([{"query": "{ me { code } }"}] * 100)
    assert told(response) == (400, "BAD_REQUEST", "The body must be one JSON object; batches are not served.")


async def test_a_get_changes_nothing(here: Town) -> None:
    asker = here.asks("assessor")
    query = 'mutation { cancelRun(input: {runId: "run-running"}) { __typename } }'
    response = await asker.client.get("/graphql", params={"query": query}, headers=asker.headers)
    assert told(response) == (405, "BAD_REQUEST", "Mutations need POST.")
    assert response.headers["allow"] == "POST"
    async with here.open() as session:
        [row] = await session.rows("SELECT status FROM bank.runs WHERE run = 'run-running'")
    assert row["status"] == "running"


@pytest.mark.parametrize(
    ("kind", "content", "status", "sentence"),
    [
        ("application/x-www-form-urlencoded", b"query=%7Bme%7Bcode%7D%7D", 415, "Send application/json in UTF-8."),
        ("text/plain", b'{"query": "{ me { code } }"}', 415, "Send application/json in UTF-8."),
        ("", b'{"query": "{ me { code } }"}', 415, "Send application/json in UTF-8."),
        ("application/graphql", b"{ me { code } }", 415, "Send application/json in UTF-8."),
        (
            "multipart/form-data; boundary=x",
            b"--x--",
            400,
            "Uploads need the header Apollo-Require-Preflight: true.",
        ),
    ],
)
async def test_what_another_sites_page_could_send_unasked_is_refused(
    here: Town, kind: str, content: bytes, status: int, sentence: str
) -> None:
    asker = here.asks("assessor")
    headers = asker.headers | ({"content-type": kind} if kind else {})
    response = await asker.client.post("/graphql", content=content, headers=headers)
    assert told(response) == (status, "BAD_REQUEST", sentence)


@pytest.mark.parametrize(
    "query",
    [
        "{ mee { code } }",
        "{ me { cod } }",
        "{ run(idd: 1) { id } }",
        "{ runs(orderBy: [{field: POINT}]) { totalCount } }",
    ],
)
async def test_what_is_misspelt_is_not_put_right(here: Town, query: str) -> None:
    response = await asked(here.asks("auditor"), query)
    assert response.status_code == 400
    assert "Did you mean" not in response.text
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {INVALID}


async def test_nothing_traces_a_request(here: Town) -> None:
    asker = here.asks("auditor")
    switches = {"apollo-tracing": "1", "x-apollo-tracing": "1", "x-debug": "1", "apollo-query-plan-experimental": "1"}
    for extensions in ({"tracing": True}, {"tracing": {}, "debug": True, "ftv1": True}):
        response = await asker.post({"query": "{ me { code } }", "extensions": extensions}, **switches)
        assert set(response.json()["extensions"]) == {"cost"}
    answer = await asker.client.request("TRACE", "/graphql", headers=asker.headers)
    assert told(answer) == (405, "BAD_REQUEST", "Use GET or POST.")


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{"},
        {"query": "{ me { code } }", "variables": {"\0": "\0"}},
        {"query": '{ branch(code: "\\u0000") { code } }'},
        {"query": '{ node(id: "\\u0000") { id } }'},
        {"query": "query($a: Nothing) { __typename }", "variables": {"a": {}}},
        {"query": "{ scorecards { totalCount } }"},
        {"query": "{ me { code } }", "operationName": "\0"},
        {"query": "\0"},
        {"query": "{ me { code } }", "extensions": {"persistedQuery": "\0"}},
        {"documentId": "\0"},
    ],
)
async def test_no_answer_shows_how_it_is_made(here: Town, body: dict[str, Any]) -> None:
    response = await here.asks("auditor").post(body, accept=GRAPHQL)
    assert response.status_code in (200, 400)
    assert BOOM not in response.text
    assert [word for word in OURS if word in response.text] == []


async def test_an_anonymous_caller_learns_nothing_of_the_schema(client: httpx.AsyncClient) -> None:
    missing = (401, "UNAUTHENTICATED", "Send a token: Authorization: Bearer …")
    for query in ("{ __schema { types { name } } }", "{ __typename }", "{ mee }", "{"):
        assert told(await client.post("/graphql", json={"query": query})) == missing
        assert told(await client.get("/graphql", params={"query": query})) == missing
    documents: list[dict[str, Any]] = [{"documentId": "0" * 64}, {"extensions": {"persistedQuery": {}}}]
    for body in documents:
        assert told(await client.post("/graphql", json=body)) == missing


@pytest.mark.parametrize("first", [-1, 501, 10**9, 2**31 - 1])
async def test_a_page_is_0_to_500(here: Town, first: int) -> None:
    answer = await here.asks("auditor")("query($n: Int) { runs(first: $n) { nodes { code } } }", n=first)
    [error] = answer["errors"]
    assert answer["data"] == {"runs": None}
    assert error["message"] == "`first` is 0 to 500."
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "reason": "FIRST_OUT_OF_RANGE"}


@pytest.mark.parametrize("first", [2**31, -(2**31) - 1, 1.5, "1", "NaN", True, [], {}, [1, 2], 1e308])
async def test_a_page_of_no_whole_number_is_bad_input(here: Town, first: object) -> None:
    response = await asked(here.asks("auditor"), "query($n: Int) { runs(first: $n) { nodes { code } } }", n=first)
    status, code, message = told(response)
    assert (status, code) == (400, "BAD_USER_INPUT")
    assert message.startswith("Variable '$n' has invalid value")


WRONG: list[tuple[str, str, list[Any]]] = [
    ("ID!", "x: run(id: $v) { id }", [None, True, 1.5, [], {}, ["a", "b"]]),
    ("String!", "x: branch(code: $v) { code }", [None, 1, True, [], {}]),
    ("[RunOrder!]", "x: runs(orderBy: $v) { totalCount }", [1, "x", {}, [None], [{"field": "x"}], [{"field": 1}]]),
    ("Period!", "x: readiness(period: $v) { ready }", [None, 1, "2026-Q5", "NaN", [], {}, "2026-Q1\n"]),
    ("DateTime", "x: auditTrail(since: $v) { totalCount }", [1, "x", "2026-09-30", "NaN", [], {}]),
]


@pytest.mark.parametrize(
    ("kind", "field", "value"), [(kind, field, value) for kind, field, values in WRONG for value in values]
)
async def test_a_variable_of_a_wrong_type_is_bad_input(here: Town, kind: str, field: str, value: object) -> None:
    response = await asked(here.asks("auditor"), f"query($v: {kind}) {{ {field} }}", v=value)
    assert response.status_code == 400
    assert "data" not in response.json()
    for error in response.json()["errors"]:
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["message"].startswith("Variable '$v' ")


CHANGE = "mutation($v: Decimal) { changeSettings(input: {setAsidePercent: $v}) { __typename } }"
NO_DECIMAL = 'A Decimal is a string such as "12.50": no number, no exponent, no NaN.'
NANS = [
    "NaN",
    "nan",
    "-NaN",
    "sNaN",
    "NaN123",
    "Infinity",
    "-Infinity",
    "inf",
    "∞",
    "1e5",
    "1E400",
    "-",
    "",
    " 1",
    "1 ",
]
NANS += ["1_000", "0x10", "１", "٣", "+1", ".5", "5.", "01", "--1", "1,5", "1\n", "\0", "9" * 19, "0." + "1" * 19]


@pytest.mark.parametrize("text", NANS)
async def test_nan_in_every_disguise_is_no_decimal(here: Town, text: str) -> None:
    asker = here.asks("administrator")
    before = await asker("{ settings { setAsidePercent } }")
    status, code, message = told(await asked(asker, CHANGE, v=text))
    assert (status, code) == (400, "BAD_USER_INPUT")
    assert message.endswith(NO_DECIMAL)
    literal = CHANGE.replace("($v: Decimal)", "").replace("$v", json.dumps(text))
    if "\0" not in text:
        assert told(await asked(asker, literal))[:2] == (400, INVALID)
    assert await asker("{ settings { setAsidePercent } }") == before


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "nan", "+1", "01", "1.", ".5"])
async def test_json_that_is_none_is_no_request(here: Town, number: str) -> None:
    asker = here.asks("administrator")
    content = json.dumps({"query": CHANGE, "variables": {"v": 0}}).replace('{"v": 0}', f'{{"v": {number}}}')
    headers = asker.headers | {"content-type": JSON, "accept": GRAPHQL}
    response = await asker.client.post("/graphql", content=content.encode(), headers=headers)
    assert told(response) == (400, "BAD_REQUEST", "The body is not JSON in UTF-8.")


@pytest.mark.parametrize("literal", ["NaN", "1.5", "1e5", "5", "true", "[]", "{}", "$v"])
async def test_a_literal_that_is_no_text_is_no_decimal(here: Town, literal: str) -> None:
    query = CHANGE.replace("($v: Decimal)", "").replace("$v", literal)
    response = await asked(here.asks("administrator"), query)
    assert response.status_code == 400
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {INVALID}


async def test_an_id_that_is_cut_of_another_type_or_of_another_bank_is_not_found(here: Town, there: Town) -> None:
    ours, theirs = here.id("Run", "run-complete"), there.id("Run", "run-complete")
    forged = [theirs, ours[:-1], ours[1:], ours + "A", ours.swapcase(), here.id("Scorecard", "run-complete"), "", "="]
    forged += [here.id("Run"), here.id("Run", "run-complete", "m1"), global_id(here.bank, "Nothing", "run-complete")]
    query = "query($id: ID!) { node(id: $id) { id } run(id: $id) { code } }"
    assert (await here.asks("auditor")(query, id=ours))["data"]["run"] == {"code": "run-complete"}
    for id in forged:
        answer = await here.asks("auditor")(query, id=id)
        assert answer["data"] == {"node": None, "run": None}, id
        assert [error["extensions"] for error in answer["errors"]] == [{"code": "NOT_FOUND"}] * 2
        messages = {error["message"] for error in answer["errors"]}
        assert messages == {error["message"] for error in (await here.asks("auditor")(query, id="missing"))["errors"]}


async def test_a_cursor_that_is_cut_of_another_list_order_or_bank_is_refused(here: Town, there: Town) -> None:
    query = """query($after: String, $by: RunOrderField!) {
      runs(first: 1, after: $after, orderBy: [{field: $by}]) { nodes { code } pageInfo { endCursor } } }"""

    async def end(town: Town, by: str) -> str:
        answer = await town.asks("auditor")(query, by=by)
        return str(answer["data"]["runs"]["pageInfo"]["endCursor"])

    good = await end(here, "REQUESTED_AT")
    cards = '{ scorecards(runId: "run-complete", first: 1) { pageInfo { endCursor } } }'
    other = (await here.asks("auditor")(cards))["data"]["scorecards"]["pageInfo"]["endCursor"]
    bad = [good[:-1], good[1:], good + "A", good[:-2] + "AA", other, await end(there, "REQUESTED_AT")]
    bad += [await end(here, "FINISHED_AT"), "", "=", "x" * 5000, "\0", "🦊"]
    assert "errors" not in await here.asks("auditor")(query, after=good, by="REQUESTED_AT")
    for after in bad:
        answer = await here.asks("auditor")(query, after=after, by="REQUESTED_AT")
        assert answer["data"] == {"runs": None}, after
        assert [error["extensions"] for error in answer["errors"]] == [
            {"code": "BAD_USER_INPUT", "reason": "CURSOR_INVALID"}
        ]
