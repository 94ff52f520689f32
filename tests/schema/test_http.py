"""GraphQL over HTTP: who may speak, what is a request, which status says what."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from joserfc import jwt
from sqlalchemy.ext.asyncio import create_async_engine

from core.session import Bank, BankSession
from schema.graphiql import FIRST_QUERY, GraphiQL, examples
from schema.requests import MOST_BYTES
from service.app import create_app
from tenants.binding import Door
from tenants.keys import signing_key

if TYPE_CHECKING:
    from tests.schema.conftest import House, Town

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"


async def test_without_a_token_nothing_is_told(client: httpx.AsyncClient) -> None:
    bodies: tuple[Any, ...] = ({"query": "{ __schema { types { name } } }"}, {"query": "{"}, [], None)
    for body in bodies:
        response = await client.post("/graphql", json=body)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.json() == {
            "errors": [
                {
                    "message": "Send a token: Authorization: Bearer …",
                    "extensions": {"reason": "TOKEN_MISSING", "code": "UNAUTHENTICATED"},
                }
            ]
        }


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"null", 400, "The body must be one JSON object; batches are not served."),
        (b'"x"', 400, "The body must be one JSON object; batches are not served."),
        (b'[{"query": "{ me { code } }"}]', 400, "The body must be one JSON object; batches are not served."),
        (b"", 400, "The body is not JSON in UTF-8."),
        (b"{", 400, "The body is not JSON in UTF-8."),
        (b"[" * 100_000, 400, "The body is not JSON in UTF-8."),
        (b'{"query": "\xe9"}', 400, "The body is not JSON in UTF-8."),
        ('{"query": "{ me { code } }"}'.encode("utf-16"), 400, "The body is not JSON in UTF-8."),
        (b'{"query": "{ me { code } }", "variables": {"x": NaN}}', 400, "The body is not JSON in UTF-8."),
        (b'{"query": "{ me { code } }", "variables": {"x": "\\ud800"}}', 400, "The body is not JSON in UTF-8."),
        (b'{"query": 1}', 400, "`query` must be a string or null."),
        (b'{"query": "{ me { code } }", "variables": []}', 400, "`variables` must be an object or null."),
        (b'{"query": null}', 400, "There is no query in the request."),
        (b'{"query": ""}', 400, "There is no query in the request."),
        (b" " * (MOST_BYTES + 1), 413, f"The request is larger than {MOST_BYTES} bytes."),
    ],
)
async def test_a_body_that_is_no_request_is_a_clear_4xx(here: Town, content: bytes, status: int, sentence: str) -> None:
    headers = here.asks("manager").headers | {"content-type": JSON}
    response = await here.client.post("/graphql", content=content, headers=headers)
    assert (response.status_code, response.json()["errors"][0]["message"]) == (status, sentence)
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


async def test_a_large_body_is_refused_without_its_length_being_told(here: Town) -> None:
    async def chunks() -> Any:
        for _ in range(20):
            yield b" " * 100_000

    headers = here.asks("manager").headers | {"content-type": JSON}
    response = await here.client.post("/graphql", content=chunks(), headers=headers)
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("PUT", "/graphql", {}, 405),
        ("POST", "/graphql/", {}, 404),
        ("POST", "/graphql", {"content-type": "text/plain"}, 415),
        ("POST", "/graphql", {"content-type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "/graphql", {"content-type": "multipart/form-data; boundary=x"}, 400),
        ("POST", "/graphql", {"content-type": "application/json; charset=latin-1"}, 415),
        ("POST", "/graphql", {"content-type": JSON, "accept": "text/xml"}, 406),
        ("GET", "/graphql", {}, 400),
        ("GET", "/graphql?query={me{code}}&variables={", {}, 400),
        ("GET", "/graphql?query=mutation{startRun(input:{scheme:%22s%22,period:%222026%22}){__typename}}", {}, 405),
    ],
)
async def test_what_we_do_not_serve_has_its_status(
    here: Town, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    response = await here.client.request(
        method, path, content=b"{}" if method != "GET" else None, headers=here.asks("assessor").headers | headers
    )
    assert response.status_code == status


async def test_a_get_answers_queries(here: Town) -> None:
    response = await here.client.get(
        "/graphql", params={"query": "{ me { code } }"}, headers=here.asks("manager").headers
    )
    assert response.json()["data"] == {"me": {"code": "manager"}}
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ scorecard { points } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ mee { code } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{" + " __typename" * 6000 + "}", "GRAPHQL_PARSE_FAILED"),
        ("query A { me { code } } query B { me { code } }", "OPERATION_RESOLUTION_FAILURE"),
        ('{ runs(first: "x") { totalCount } }', "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_document_that_was_not_executed_is_400_without_data(here: Town, query: str, code: str) -> None:
    asker = here.asks("manager")
    response = await asker.post({"query": query}, accept=GRAPHQL)
    assert response.status_code == 400
    assert response.headers["content-type"].startswith(GRAPHQL)
    body = response.json()
    assert "data" not in body
    assert {error["extensions"]["code"] for error in body["errors"]} == {code}
    assert "Did you mean" not in response.text
    old = await asker.post({"query": query}, accept=JSON)
    assert old.status_code == 200
    assert old.json() == body


@pytest.mark.parametrize("period", ["2026-Q5", "26-Q1", "2026-13", 2026, 2026.5, "0000", "2026-Q1\n", None, "NaN", ""])
async def test_a_period_that_is_none_is_bad_input(here: Town, period: object) -> None:
    response = await here.asks("assessor").post(
        {
            "query": 'mutation($p: Period!) { startRun(input: {scheme: "s", period: $p}) { __typename } }',
            "variables": {"p": period},
        },
        accept=GRAPHQL,
    )
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_the_database_being_away_is_503_with_a_time_to_retry(here: Town, house: House, tmp_path: Path) -> None:
    engine = create_async_engine(f"postgresql+asyncpg://nobody@/nothing?host={tmp_path}")
    transport = httpx.ASGITransport(create_app(replace(house, engine=engine, door=Door(engine))))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        asker = replace(here.asks("manager"), client=client)
        response = await asker.post({"query": "{ me { code } }"})
        assert (response.status_code, response.headers["retry-after"]) == (503, "2")
        assert response.json()["errors"][0]["extensions"] == {"code": "SERVICE_UNAVAILABLE"}
        assert str(tmp_path) not in response.text
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200
    await engine.dispose()


class CutDoor(Door):
    """A door whose connections are cut the moment they are open, as when the server is shot."""

    @asynccontextmanager
    async def open(
        self, bank: Bank, person: str, *, read_only: bool = False, frozen: bool = False
    ) -> AsyncIterator[BankSession]:
        async with super().open(bank, person, read_only=read_only, frozen=frozen) as session:
            session.driver.terminate()
            yield session


async def test_a_connection_lost_on_the_way_is_503_and_the_next_request_works(here: Town, house: House) -> None:
    transport = httpx.ASGITransport(create_app(replace(house, door=CutDoor(house.engine))))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        response = await replace(here.asks("manager"), client=client).post({"query": "{ me { code } }"})
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert (await here.asks("manager")("{ me { code } }"))["data"] == {"me": {"code": "manager"}}


async def test_an_expired_token_is_401_and_says_so(here: Town) -> None:
    key, now = signing_key(here.keys, here.bank.code), int(time.time())
    claims = {"iss": here.row.issuer, "sub": "auditor", "aud": "meritgraph", "iat": now - 7200, "exp": now - 3600}
    token = jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])
    response = await replace(here.asks("auditor"), token=token).post({"query": "{ me { code } }"})
    assert response.status_code == 401
    assert response.json()["errors"] == [
        {
            "message": "The token has expired: get a new one.",
            "extensions": {"reason": "TOKEN_EXPIRED", "code": "UNAUTHENTICATED"},
        }
    ]


async def test_a_token_signed_by_another_banks_key_is_401_and_tells_nothing(here: Town, there: Town) -> None:
    key, now = signing_key(there.keys, there.bank.code), int(time.time())
    claims = {"iss": here.row.issuer, "sub": "auditor", "aud": "meritgraph", "iat": now, "exp": now + 3600}
    forged = jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])
    response = await replace(here.asks("auditor"), token=forged).post({"query": "{ bank { name } }"})
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"] == {"reason": "TOKEN_INVALID", "code": "UNAUTHENTICATED"}
    assert "HERE" not in response.text


async def test_health_and_readiness_need_no_token(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ok"}


async def test_a_browser_gets_graphiql_that_asks_no_other_host(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    linked = re.findall(r'(?:src|href)="([^"]+)"', response.text)
    assert "graphql/assets/graphiql.js" in linked
    assert [link for link in linked if "//" in link] == []
    for link in linked:
        if not link.startswith("data:"):
            assert (await client.get(f"/{link}")).status_code == 200


@pytest.mark.parametrize("name", ["index.html", "../http.py", "%2e%2e%2fhttp.py", "nothing.js", ""])
async def test_only_listed_files_are_served(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/graphql/assets/{name}")).status_code == 404


def test_what_is_written_into_the_page_cannot_leave_its_element() -> None:
    attack = "</script><script>alert(1)</script>&<!--"
    page = bytes(GraphiQL([{"role": "r", "token": attack}], attack).page().body).decode()
    assert attack not in page
    assert page.count("<script") == bytes(GraphiQL().page().body).decode().count("<script")
    held = re.findall(r'<script type="application/json" id="[^"]+">(.*?)</script>', page)
    assert [json.loads(text) for text in held] == [[{"role": "r", "token": attack}], attack, examples()]


async def test_the_first_query_of_graphiql_works_as_it_stands(here: Town) -> None:
    answer = await here.asks("auditor")(FIRST_QUERY)
    assert "errors" not in answer
    assert answer["data"]["runs"]["nodes"][0]["period"] == "2026-Q3"
