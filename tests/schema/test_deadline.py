"""What is not worth its work is given up: after its deadline, and when its client has gone, with its SQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from schema.limit_table import LimitTable
from service.app import create_app
from tests.schema.wire import serving

if TYPE_CHECKING:
    from tests.schema.conftest import House, Town

BRANCHES = "{ branches { nodes { code } } }"
DEEPER = '{ scorecards(runId: "run-complete") { nodes { branch { code } } } }'
GIVEN_UP_CHANGE = (
    "The answer took longer than 1 s and was given up: look whether the change was made before you ask again."
)
GIVEN_UP = "The answer took longer than 1 s and was given up: ask for less at a time."


@asynccontextmanager
async def standing(owner: AsyncEngine, table: str) -> AsyncIterator[None]:
    """While inside, whoever reads the table waits: the slowest statement there is."""
    async with owner.connect() as connection:
        await connection.execute(text(f"LOCK TABLE bank.{table} IN ACCESS EXCLUSIVE MODE"))
        yield
        await connection.rollback()


async def waiting(engine: AsyncEngine) -> int:
    """How many statements of the application wait for a lock."""
    async with engine.connect() as connection:
        found = await connection.execute(
            text(
                """SELECT count(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND state = 'active' AND wait_event_type = 'Lock'"""
            )
        )
        return int(found.scalar_one())


async def until(engine: AsyncEngine, count: int) -> float:
    """Seconds until so many wait, 5 at most."""
    started = time.monotonic()
    while await waiting(engine) != count:
        took = time.monotonic() - started
        assert took < 5
        await asyncio.sleep(0.02)
    return time.monotonic() - started


@pytest.mark.parametrize(("table", "query"), [("branches", BRANCHES), ("branches", DEEPER)], ids=["root", "deeper"])
async def test_after_its_deadline_a_query_is_504_and_its_sql_is_cancelled(
    here: Town, house: House, owner: AsyncEngine, table: str, query: str
) -> None:
    transport = httpx.ASGITransport(create_app(house, limits=LimitTable(deadline_seconds=1)))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client, standing(owner, table):
        started = time.monotonic()
        response = await replace(here.asks("auditor"), client=client).post({"query": query})
        took = time.monotonic() - started
        assert await waiting(owner) == 0
    assert response.status_code == 504
    assert response.json() == {"errors": [{"message": GIVEN_UP, "extensions": {"code": "DEADLINE_EXCEEDED"}}]}
    assert 0.9 < took < 2.5
    assert (await here.asks("auditor")(query))["data"] is not None


async def test_a_role_may_have_a_longer_deadline(here: Town, house: House, owner: AsyncEngine) -> None:
    limits = LimitTable.model_validate({"deadline_seconds": 1, "roles": {"auditor": {"deadline_seconds": 60}}})
    transport = httpx.ASGITransport(create_app(house, limits=limits))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        asker = replace(here.asks("auditor"), client=client)
        async with standing(owner, "branches"):
            asking = asyncio.create_task(asker.post({"query": BRANCHES}))
            await asyncio.sleep(1.5)
            assert not asking.done()
        assert (await asking).status_code == 200


@pytest.mark.parametrize("frozen", [False, True])
async def test_postgresql_itself_ends_a_statement_that_nobody_is_left_to_cancel(
    here: Town, house: House, frozen: bool
) -> None:
    door = replace(house.door, statement_seconds=1)
    started = time.monotonic()
    with pytest.raises(Exception, match="statement timeout"):
        async with door.open(here.bank, "auditor", read_only=frozen, frozen=frozen) as session:
            await session.rows("SELECT pg_sleep(20)")
    assert time.monotonic() - started < 5
    async with house.door.open(here.bank, "auditor", read_only=frozen, frozen=frozen) as session:
        [row] = await session.rows("SHOW statement_timeout")
    assert row[0] == "0"


async def test_when_the_client_goes_away_its_sql_is_cancelled(here: Town, house: House, owner: AsyncEngine) -> None:
    async with serving(create_app(house)) as port, standing(owner, "branches"):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port.number}") as client:
            asking = asyncio.create_task(replace(here.asks("auditor"), client=client).post({"query": BRANCHES}))
            await until(owner, 1)
            asking.cancel()
        assert await until(owner, 0) < 1


CHANGE = """mutation($percent: Decimal!) { changeSettings(input: {setAsidePercent: $percent}) { __typename } }"""


async def test_a_change_that_has_begun_is_brought_to_its_end_though_its_client_has_gone(
    here: Town, house: House, owner: AsyncEngine
) -> None:
    asked = {"query": CHANGE, "variables": {"percent": "7"}}
    async with serving(create_app(house)) as port:
        async with standing(owner, "settings"):
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port.number}") as client:
                asking = asyncio.create_task(replace(here.asks("administrator"), client=client).post(asked))
                await until(owner, 1)
                asking.cancel()
            await asyncio.sleep(0.5)
            assert await waiting(owner) == 1
        await until(owner, 0)
    assert await _percent(here) == "7"


async def test_a_change_that_is_given_up_is_not_made_and_says_to_look(
    here: Town, house: House, owner: AsyncEngine
) -> None:
    before = await _percent(here)
    transport = httpx.ASGITransport(create_app(house, limits=LimitTable(deadline_seconds=1)))
    asked = {"query": CHANGE, "variables": {"percent": "9"}}
    client = httpx.AsyncClient(transport=transport, base_url="http://meritgraph")
    async with client, standing(owner, "settings"):
        response = await replace(here.asks("administrator"), client=client).post(asked)
    assert (response.status_code, response.json()["errors"][0]["message"]) == (504, GIVEN_UP_CHANGE)
    assert await _percent(here) == before


async def _percent(here: Town) -> str:
    return str(
        (await here.asks("administrator")("{ settings { setAsidePercent } }"))["data"]["settings"]["setAsidePercent"]
    )
