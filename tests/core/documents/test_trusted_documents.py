"""Trusted documents: manifests read, and a table that holds each text to its hash."""

import hashlib
from typing import Any

import asyncpg
import orjson
import pytest

from core.documents.document import LONGEST, Offered, read_document_id, sha256_of
from core.documents.manifest import read_manifest
from core.documents.store import documents, register, remove, text_of_document
from core.errors import InputError
from tenants.binding import Opener

QUERY = "query 李 { me { code } }"
HASH = hashlib.sha256(QUERY.encode()).hexdigest()
APOLLO = {"format": "apollo-persisted-query-manifest", "version": 1}


def test_a_document_is_named_by_the_hash_of_its_text_in_utf8() -> None:
    assert sha256_of(QUERY) == HASH
    assert read_document_id(HASH) == read_document_id(f"sha256:{HASH}") == HASH
    assert [read_document_id(text) for text in ("", HASH[1:], HASH.upper(), f"sha512:{HASH}", f"{HASH}\n")] == [
        None
    ] * 5


@pytest.mark.parametrize(
    "body",
    [
        {HASH: QUERY},
        {f"sha256:{HASH}": QUERY},
        APOLLO | {"operations": [{"id": HASH, "name": "李", "type": "query", "body": QUERY}]},
    ],
)
def test_the_manifests_of_front_end_tools_are_read(body: dict[str, Any]) -> None:
    [read] = read_manifest(orjson.dumps(body))
    assert (read.sha256, read.text) == (HASH, QUERY)


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "MANIFEST_INVALID", "not JSON"),
        (b"\xff", "MANIFEST_INVALID", "not JSON"),
        (b"[]", "MANIFEST_INVALID", "a JSON object"),
        (orjson.dumps({HASH: 1}), "MANIFEST_INVALID", "is not a text"),
        (orjson.dumps(APOLLO | {"operations": [{"id": HASH}]}), "MANIFEST_INVALID", "an `id` and a `body`"),
        (orjson.dumps(APOLLO | {"operations": ["x"]}), "MANIFEST_INVALID", "an `id` and a `body`"),
        (orjson.dumps({"0" * 64: QUERY}), "DOCUMENT_INVALID", f"is not the SHA-256 of its document, {HASH}"),
        (orjson.dumps({"d41d8cd98f00b204e9800998ecf8427e": QUERY}), "DOCUMENT_INVALID", "hash with sha256"),
        (orjson.dumps({HASH: ""}), "DOCUMENT_INVALID", f"1 to {LONGEST} characters"),
        (orjson.dumps({HASH: "x" * (LONGEST + 1)}), "DOCUMENT_INVALID", f"1 to {LONGEST} characters"),
    ],
)
def test_a_manifest_that_is_none_is_refused(content: bytes, code: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        read_manifest(content)
    assert refused.value.code == code
    assert words in refused.value.message


async def test_a_document_is_registered_once_and_removed(open_bank: Opener) -> None:
    offered = [Offered(HASH, QUERY, "李")]
    async with open_bank() as session:
        assert await register(session, offered, dry_run=True) == [HASH]
        assert await text_of_document(session, HASH) is None
        assert await register(session, offered) == [HASH]
        assert await register(session, offered) == []
        assert await text_of_document(session, HASH) == QUERY
        [held] = await documents(session)
        assert (held.sha256, held.name, held.registered_by) == (HASH, "李", "tester")
        assert await remove(session, [HASH, "0" * 64]) == [HASH]
        assert await documents(session) == []
        trail = await session.rows("SELECT action, person FROM bank.audit ORDER BY record")
    assert [tuple(row) for row in trail] == [("document:register", "tester"), ("document:remove", "tester")]


INSERT = "INSERT INTO bank.documents (sha256, text, name, registered_by, at) VALUES ($1, $2, '', $3, now())"


@pytest.mark.parametrize(
    ("text", "person", "state"), [(f"{QUERY} ", "tester", "23514"), (QUERY, "ghost", "MG008")], ids=["text", "name"]
)
async def test_the_database_refuses_a_document_that_is_not_its_hash_or_not_signed(
    open_bank: Opener, text: str, person: str, state: str
) -> None:
    with pytest.raises(asyncpg.PostgresError) as refused:
        async with open_bank() as session:
            await session.execute(INSERT, HASH, text, person)
    assert refused.value.sqlstate == state
    async with open_bank() as session:
        assert await documents(session) == []


async def test_a_registered_document_never_changes(open_bank: Opener) -> None:
    async with open_bank() as session:
        await register(session, [Offered(HASH, QUERY)])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with open_bank() as session:
            await session.execute("UPDATE bank.documents SET name = 'other'")
