"""Answers about published runs: kept for who sees the same, dropped when what they show has changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from core.people.store import revoke, set_active
from schema.kept import OF_ONE, Kept, KeptAnswers
from service.app import create_app
from tests.schema.conftest import RUN, Asker
from tests.schema.results import publish

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, House, Town

BOARD = """query($run: ID!) { scorecards(runId: $run, first: 3) {
  nodes { rank points pay { amount } manager { code name branch { name } } lines { value indicator { label } } } } }"""
PATIENCE = 250


@pytest.fixture
async def town(build_town: BuildTown) -> Town:
    """A bank whose run is published."""
    town = await build_town("KEPT")
    await publish(town, RUN)
    return town


@pytest.fixture
async def alive(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """An application that is alive: it hears PostgreSQL."""
    app = create_app(house)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
            yield client


class Reader:
    """One person who asks by GET."""

    def __init__(self, client: httpx.AsyncClient, asker: Asker) -> None:
        self._client = client
        self._token = asker.token

    async def get(self, query: str = BOARD, tag: str = "", language: str = "en", run: str = RUN) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": language}
        if tag:
            headers["If-None-Match"] = tag
        asked = {"query": query, "variables": json.dumps({"run": run})}
        return await self._client.get("/graphql", params=asked, headers=headers)

    async def tagged(self, **how: Any) -> httpx.Response:
        """The answer as soon as it is kept: the application begins to listen a moment after it is up."""
        return await self.until(lambda response: "etag" in response.headers, **how)

    async def otherwise(self, than: httpx.Response) -> httpx.Response:
        """The answer as soon as it is another."""
        return await self.until(lambda response: response.content != than.content)

    async def until(self, told: Callable[[httpx.Response], bool], **how: Any) -> httpx.Response:
        """The first answer of which this holds; what PostgreSQL says takes a moment to be heard."""
        for _ in range(PATIENCE):
            if told(response := await self.get(**how)):
                return response
            await asyncio.sleep(0.02)
        raise AssertionError(f"not within {PATIENCE} answers")


async def test_who_has_the_answer_is_told_so(town: Town, alive: httpx.AsyncClient) -> None:
    reader = Reader(alive, town.asks("assessor"))
    first = await reader.tagged()
    assert first.status_code == 200
    assert first.headers["cache-control"] == "private, no-cache"
    again = await reader.get()
    assert (again.headers["etag"], again.content) == (first.headers["etag"], first.content)
    known = await reader.get(tag=f'"other", {first.headers["etag"]}')
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (await reader.get(tag='"other"')).content == first.content


async def test_it_is_the_same_answer_to_who_sees_the_same_and_to_nobody_else(
    town: Town, alive: httpx.AsyncClient
) -> None:
    whole = await Reader(alive, town.asks("assessor")).tagged()
    own = await Reader(alive, town.asks("manager")).tagged()
    assert [card["manager"]["code"] for card in own.json()["data"]["scorecards"]["nodes"]] == ["m1"]
    assert own.headers["etag"] != whole.headers["etag"]
    chinese = await Reader(alive, town.asks("assessor")).tagged(language="zh-CN")
    assert chinese.headers["etag"] != whole.headers["etag"]
    assert chinese.content != whole.content


async def test_another_bank_with_the_tag_and_the_id_gets_nothing(
    town: Town, here: Town, alive: httpx.AsyncClient
) -> None:
    theirs = await Reader(alive, town.asks("assessor")).tagged()
    response = await Reader(alive, here.asks("assessor")).get(tag=theirs.headers["etag"], run="run-running")
    assert response.status_code == 200
    assert "etag" not in response.headers


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE bank.managers SET name = 'Another' WHERE manager = 'm1'",
        "UPDATE bank.branches SET name = 'Another' WHERE branch = 'B11'",
        "UPDATE bank.postings SET branch = 'B2' WHERE manager = 'm1'",
    ],
)
async def test_a_changed_name_or_post_is_seen(town: Town, alive: httpx.AsyncClient, change: str) -> None:
    reader = Reader(alive, town.asks("assessor"))
    before = await reader.tagged()
    async with town.open() as session:
        await session.execute(change)
    after = await reader.otherwise(before)
    assert after.status_code == 200
    assert (await reader.get(tag=before.headers["etag"])).status_code == 200


async def test_who_may_no_longer_read_it_gets_it_no_longer(town: Town, alive: httpx.AsyncClient) -> None:
    reader = Reader(alive, town.asks("auditor"))
    before = await reader.tagged()
    async with town.open() as session:
        await revoke(session, "auditor", "auditor")
    after = await reader.otherwise(before)
    assert after.json()["data" if "data" in after.json() else "errors"] is not None
    assert "m1" not in after.text
    async with town.open() as session:
        await set_active(session, "auditor", False)
    await reader.until(lambda response: response.status_code == 401)


async def test_what_may_change_is_not_kept(town: Town, alive: httpx.AsyncClient) -> None:
    reader = Reader(alive, town.asks("assessor"))
    await reader.tagged()  # the application listens
    for query in (
        "query($run: ID!) { run(id: $run) { isInForce } }",
        "query($run: ID!) { scorecards(runId: $run) { nodes { rank run { isInForce } } } }",
        "query($run: ID!) { scorecards(runId: $run) { nodes { rank manager { shares { totalCount } } } } }",
        "query($run: ID!) { scorecards(runId: $run) { nodes { rank } } branches { nodes { code } } }",
    ):
        response = await reader.get(query)
        assert (response.status_code, response.headers["cache-control"]) == (200, "no-store"), response.text
        assert "etag" not in response.headers


async def test_a_run_that_is_not_published_is_not_kept(here: Town, town: Town, alive: httpx.AsyncClient) -> None:
    await Reader(alive, town.asks("assessor")).tagged()
    response = await Reader(alive, here.asks("assessor")).get()
    assert response.json()["data"]["scorecards"]["nodes"]
    assert "etag" not in response.headers


async def test_a_post_with_the_tag_is_answered_whole(town: Town, alive: httpx.AsyncClient) -> None:
    reader = Reader(alive, town.asks("assessor"))
    tag = (await reader.tagged()).headers["etag"]
    headers = {"Authorization": f"Bearer {town.asks('assessor').token}", "If-None-Match": tag}
    response = await alive.post("/graphql", json={"query": BOARD, "variables": {"run": RUN}}, headers=headers)
    assert (response.status_code, response.json()["data"]["scorecards"]["nodes"][0]["rank"]) == (200, 1)


async def test_what_a_client_sends_beside_its_question_takes_no_room() -> None:
    kept = KeptAnswers(most_bytes=10_000)
    kept._hearing = True
    epoch = kept.epoch(1)
    assert epoch is not None
    for n in range(100):
        kept._put((epoch, "scope", n), Kept("tag", b"x" * 10, 1))
    assert len(kept._answers) == 10_000 // (OF_ONE + 10)
