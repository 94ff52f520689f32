"""Trusted documents and Apollo's handshake: what is answered by its hash, for whom, and what is not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from core.audit.read import Sought, newest
from core.documents.store import remove
from schema.documents import FRESH_SECONDS, MOST_OFFERED, MOST_OFFERED_BYTES, Documents, Offers
from schema.limit_table import LimitTable
from schema.requests import GraphQLRequest
from schema.transactions import GuardedOpener, Transactions
from service.app import create_app
from service.outage import is_outage
from tests.schema.wire import FOLLOW, serving

if TYPE_CHECKING:
    from tests.schema.conftest import Asker, House, Town

GRAPHQL = "application/graphql-response+json"
REGISTER = """mutation($documents: [DocumentInput!]!, $dry: Boolean = false) {
  registerDocuments(input: {documents: $documents, dryRun: $dry}) {
    __typename
    ... on RegisterDocumentsPayload { registered known dryRun }
    ... on InvalidInput { reason problems { path message } }
    ... on Refused { reason message } } }"""
REMOVE = """mutation($sha256: [String!]!) { removeDocuments(input: {sha256: $sha256}) {
  ... on RemoveDocumentsPayload { removed } } }"""
UNKNOWN = {"message": "No document is registered under this id.", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
APOLLO_NOT_FOUND = {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
APOLLO_NOT_SUPPORTED = {
    "message": "PersistedQueryNotSupported",
    "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"},
}
NOT_SAFE = {
    "message": "Only registered documents are answered here: send the `documentId` of one.",
    "extensions": {"code": "QUERY_NOT_IN_SAFELIST"},
}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def handshake(hashed: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hashed}}


async def register(town: Town, *texts: str) -> dict[str, Any]:
    documents = [{"text": text, "sha256": sha256(text)} for text in texts]
    answer = await town.asks("administrator")(REGISTER, documents=documents)
    told: dict[str, Any] = answer["data"]["registerDocuments"]
    return told


@asynccontextmanager
async def closed(town: Town, house: House, person: str, **limits: Any) -> AsyncIterator[Asker]:
    """Somebody where free text is refused."""
    app = create_app(house, limits=LimitTable(free_text=False, **limits))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://meritgraph") as client:
        yield replace(town.asks(person), client=client)


@pytest.mark.parametrize("prefix", ["", "sha256:"])
async def test_a_registered_document_is_answered_by_its_id_with_variables(here: Town, prefix: str) -> None:
    query = "query Mine($more: Boolean!) { me { code roles @include(if: $more) } }"
    await register(here, query)
    asker = here.asks("manager")
    id = prefix + sha256(query)
    posted = await asker.post({"documentId": id, "variables": {"more": False}})
    assert posted.json()["data"] == {"me": {"code": "manager"}}
    url = {"documentId": id, "variables": json.dumps({"more": True})}
    response = await asker.client.get("/graphql", params=url, headers=asker.headers | {"accept": "text/html, */*"})
    assert response.json()["data"] == {"me": {"code": "manager", "roles": ["manager"]}}


async def test_another_banks_document_is_as_unknown_as_a_missing_one(here: Town, there: Town) -> None:
    query = "query Theirs { me { code } }"
    await register(there, query)
    for id in (sha256(query), "0" * 64):
        response = await here.asks("manager").post({"documentId": id})
        assert (response.status_code, response.json()) == (400, {"errors": [UNKNOWN]})
    assert (await there.asks("manager").post({"documentId": sha256(query)})).status_code == 200


@pytest.mark.parametrize("id", ["", "x", "0" * 63, "0" * 65, "A" * 64, "md5:" + "0" * 32, "sha256:", "0" * 64 + "\n"])
async def test_what_is_no_document_id_is_refused(here: Town, id: str) -> None:
    response = await here.asks("manager").post({"documentId": id})
    message = "`documentId` is sha256: and 64 small hexadecimal digits, or the digits alone."
    assert response.status_code == 400
    assert response.json() == {"errors": [{"message": message, "extensions": {"code": "BAD_REQUEST"}}]}


async def test_an_id_and_a_query_contradict_each_other(here: Town) -> None:
    response = await here.asks("manager").post({"documentId": "0" * 64, "query": "{ me { code } }"})
    assert (response.status_code, response.json()["errors"][0]["message"]) == (
        400,
        "Send `query` or `documentId`, not both.",
    )


async def test_a_mutation_by_its_id_needs_post_too(here: Town) -> None:
    query = 'mutation Off { cancelRun(input: {runId: "nothing"}) { __typename } }'
    await register(here, query)
    asker = here.asks("assessor")
    response = await asker.client.get("/graphql", params={"documentId": sha256(query)}, headers=asker.headers)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert (await asker.post({"documentId": sha256(query)})).json()["data"] == {"cancelRun": {"__typename": "Refused"}}


async def test_a_removed_document_is_unknown_at_once_in_this_process(here: Town) -> None:
    query = "query Gone { me { code } }"
    await register(here, query)
    asker = here.asks("manager")
    assert (await asker.post({"documentId": sha256(query)})).status_code == 200
    removed = await here.asks("administrator")(REMOVE, sha256=[sha256(query), "0" * 64, "nonsense"])
    assert removed["data"]["removeDocuments"] == {"removed": [sha256(query)]}
    assert (await asker.post({"documentId": sha256(query)})).json() == {"errors": [UNKNOWN]}


async def test_registering_is_told_audited_and_listed(here: Town) -> None:
    query, other = "query Listed { me { code } }", "query Other { me { roles } }"
    documents = [{"text": query}, {"text": query}, {"text": other, "sha256": "sha256:" + sha256(other)}]
    asker = here.asks("administrator")
    dry = (await asker(REGISTER, documents=documents, dry=True))["data"]["registerDocuments"]
    assert (sorted(dry["registered"]), dry["known"], dry["dryRun"]) == (sorted([sha256(query), sha256(other)]), 0, True)
    assert (await asker.post({"documentId": sha256(query)})).json() == {"errors": [UNKNOWN]}
    done = (await asker(REGISTER, documents=documents))["data"]["registerDocuments"]
    assert (sorted(done["registered"]), done["known"]) == (sorted([sha256(query), sha256(other)]), 0)
    again = (await asker(REGISTER, documents=documents))["data"]["registerDocuments"]
    assert (again["registered"], again["known"]) == ([], 2)
    listed = await here.asks("auditor")(
        "{ documents(first: 500) { nodes { name sha256 registeredBy } } bank { code } }"
    )
    assert {"name": "Listed", "sha256": sha256(query), "registeredBy": "administrator"} in listed["data"]["documents"][
        "nodes"
    ]
    async with here.open("auditor") as session:
        [record] = await newest(session, Sought(action="document:register"), 1)
    assert (record.person, record.subject) == ("administrator", "2 documents")
    assert sha256(query) in record.detail


@pytest.mark.parametrize(
    ("text", "hashed", "path", "message"),
    [
        ("{ me { code } }", "0" * 64, "documents[0]", "is not the SHA-256 of its document"),
        ("{ me { code } }", "0" * 32, "documents[0]", "have your tool hash with sha256"),
        ("", None, "documents[0]", "A document has 1 to 200000 characters"),
        ("{ me { code } }\0", None, "documents[0]", "NUL not among them"),
        ("{", None, "documents[0].text", "Syntax Error"),
        ("{ mee { code } }", None, "documents[0].text", "Cannot query field 'mee'"),
        ("{a" * 3000, None, "documents[0].text", "nested too deeply"),
        ("{" + " ".join(f"f{n}" for n in range(1001)) + "}", None, "documents[0].text", "more than 1000 fields"),
    ],
)
async def test_what_could_never_be_answered_is_not_registered(
    here: Town, text: str, hashed: str | None, path: str, message: str
) -> None:
    answer = await here.asks("administrator")(
        REGISTER, documents=[{"text": text, "sha256": hashed}, {"text": "query Beside { me { code } }"}]
    )
    refused = answer["data"]["registerDocuments"]
    assert (refused["__typename"], refused["reason"]) == ("InvalidInput", "DOCUMENT_INVALID")
    assert refused["problems"][0]["path"] == path
    assert message in refused["problems"][0]["message"]
    assert "Did you mean" not in refused["problems"][0]["message"]
    response = await here.asks("manager").post({"documentId": sha256("query Beside { me { code } }")})
    assert response.json() == {"errors": [UNKNOWN]}


@pytest.mark.parametrize("role", ["manager", "auditor", "scheme_designer", "approver"])
async def test_only_administrators_register(here: Town, role: str) -> None:
    query = f"query By{role.title().replace('_', '')} {{ me {{ code }} }}"
    response = await here.asks(role).post({"query": REGISTER, "variables": {"documents": [{"text": query}]}})
    assert "errors" in response.json()
    assert (await here.asks(role).post({"documentId": sha256(query)})).json() == {"errors": [UNKNOWN]}


async def test_apollos_handshake_remembers_what_it_was_given(here: Town, there: Town) -> None:
    query = "query Handshake { me { code } }"
    extensions, asker = handshake(sha256(query)), here.asks("manager")
    for accept in ("*/*", GRAPHQL):
        unknown = await asker.post({"extensions": extensions}, accept=accept)
        assert (unknown.status_code, unknown.json()) == (200, {"errors": [APOLLO_NOT_FOUND]})
        assert unknown.headers["cache-control"] == "no-store"
    assert (await asker.post({"query": query, "extensions": extensions})).json()["data"] == {"me": {"code": "manager"}}
    assert (await asker.post({"extensions": extensions})).json()["data"] == {"me": {"code": "manager"}}
    url = {"extensions": json.dumps(extensions)}
    got = await asker.client.get("/graphql", params=url, headers=here.asks("auditor").headers)
    assert got.json()["data"] == {"me": {"code": "auditor"}}
    theirs = await there.asks("manager").post({"extensions": extensions})
    assert theirs.json() == {"errors": [APOLLO_NOT_FOUND]}


async def test_a_registered_document_is_known_to_the_handshake(here: Town) -> None:
    query = "query Both { me { code } }"
    await register(here, query)
    answer = await here.asks("manager").post({"extensions": handshake(sha256(query))})
    assert answer.json()["data"] == {"me": {"code": "manager"}}


async def test_a_hash_of_another_query_is_refused_and_not_remembered(here: Town) -> None:
    hashed = sha256("query Promised { me { code } }")
    response = await here.asks("manager").post({"query": "{ me { roles } }", "extensions": handshake(hashed)})
    assert response.status_code == 400
    message = "`sha256Hash` is not the SHA-256 of the query."
    assert response.json() == {"errors": [{"message": message, "extensions": {"code": "BAD_USER_INPUT"}}]}
    assert (await here.asks("manager").post({"extensions": handshake(hashed)})).json() == {"errors": [APOLLO_NOT_FOUND]}


@pytest.mark.parametrize(
    "persisted",
    [
        {},
        [],
        "x",
        1,
        False,
        {"version": 1},
        {"version": 2, "sha256Hash": "0" * 64},
        {"version": "1", "sha256Hash": "0" * 64},
        {"version": 1, "sha256Hash": None},
        {"version": 1, "sha256Hash": "sha256:" + "0" * 64},
        {"version": 1, "sha256Hash": "0" * 63},
    ],
)
async def test_a_handshake_that_is_none_is_refused(here: Town, persisted: Any) -> None:
    response = await here.asks("manager").post({"extensions": {"persistedQuery": persisted}})
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"].startswith("`extensions.persistedQuery` is {version: 1, sha256Hash}")


async def test_where_free_text_is_off_only_registered_documents_are_answered(here: Town, house: House) -> None:
    query, other = "query Trusted { me { code } }", "query Untrusted { me { code } }"
    await register(here, query)
    async with closed(here, house, "manager") as asker:
        for asked in ({"documentId": sha256(query)}, {"query": query}, {"extensions": handshake(sha256(query))}):
            assert (await asker.post(asked)).json()["data"] == {"me": {"code": "manager"}}
        free = await asker.post({"query": other})
        assert (free.status_code, free.json()) == (403, {"errors": [NOT_SAFE]})
        spaced = await asker.post({"query": query + " "})
        assert spaced.json() == {"errors": [NOT_SAFE]}
        for asked in ({}, {"query": other}):
            apollo = await asker.post(asked | {"extensions": handshake(sha256(other))})
            assert (apollo.status_code, apollo.json()) == (200, {"errors": [APOLLO_NOT_SUPPORTED]})
        assert (await asker.post({"query": "{ __schema { types { name } } }"})).json() == {"errors": [NOT_SAFE]}
        assert (await asker.post({"query": "{"})).json() == {"errors": [NOT_SAFE]}


async def test_a_role_may_have_free_text_where_it_is_off(here: Town, house: House) -> None:
    roles = {"roles": {"administrator": {"free_text": True}}}
    async with closed(here, house, "administrator", **roles) as asker:
        assert (await asker.post({"query": "query Free { me { code } }"})).status_code == 200
    async with closed(here, house, "manager", **roles) as asker:
        assert (await asker.post({"query": "query Free { me { code } }"})).status_code == 403


async def test_a_socket_keeps_the_same_rules(here: Town, house: House) -> None:
    trusted = FOLLOW + " # registered"
    await register(here, trusted)
    app = create_app(house, limits=LimitTable(free_text=False))
    async with serving(app) as port, port.open() as wire:
        await wire.greet(here.asks("auditor").token)
        await wire.say(type="subscribe", id="1", payload={"query": FOLLOW, "variables": {"id": "run-complete"}})
        assert await wire.hear() == {"type": "error", "id": "1", "payload": [NOT_SAFE]}
        await wire.say(type="subscribe", id="2", payload={"documentId": "0" * 64})
        assert await wire.hear() == {"type": "error", "id": "2", "payload": [UNKNOWN]}
        payload = {"documentId": sha256(trusted), "variables": {"id": "run-complete"}}
        await wire.say(type="subscribe", id="3", payload=payload)
        assert (await wire.event("3"))["status"] == "COMPLETE"


async def test_another_process_forgets_a_removed_document_within_seconds(here: Town) -> None:
    query, now = "query Elsewhere { me { code } }", [0.0]
    await register(here, query)
    elsewhere = Documents(lambda: now[0])
    asked = GraphQLRequest(None, None, None, None, sha256(query))

    async def text() -> str:
        transactions = Transactions(GuardedOpener(here.door.opener(here.bank, "manager"), is_outage))
        try:
            return await elsewhere.text_of(asked, transactions, free_text=False)
        finally:
            await transactions.close()

    assert await text() == query
    async with here.open("administrator") as session:
        assert await remove(session, [sha256(query)]) == [sha256(query)]
    now[0] = FRESH_SECONDS - 0.1
    assert await text() == query
    now[0] = FRESH_SECONDS
    with pytest.raises(Exception, match="No document is registered"):
        await text()


def test_what_clients_make_known_is_bounded() -> None:
    offers = Offers()
    for number in range(MOST_OFFERED + 1):
        offers.keep(str(number), f"{{ a{number} }}")
        offers.find("0")
    assert offers.find("0") is not None
    assert offers.find("1") is None
    assert offers.find(str(MOST_OFFERED)) is not None
    offers.keep("large", "x" * (MOST_OFFERED_BYTES // 8))
    assert offers.find("large") is None
    many = Offers()
    for number in range(20):
        many.keep(str(number), "x" * (MOST_OFFERED_BYTES // 10))
    assert [number for number in range(20) if many.find(str(number))] == list(range(10, 20))
