"""More requests than connections."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import QueuePool

from service.app import create_app
from tenants.binding import Door

if TYPE_CHECKING:
    from service.database import Database
    from tests.schema.conftest import House, Town


async def test_who_gets_no_connection_in_time_is_told_to_come_again(
    here: Town, house: House, database: Database
) -> None:
    engine = create_async_engine(database.app_url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    transport = httpx.ASGITransport(create_app(replace(house, engine=engine, door=Door(engine))))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        asker = replace(here.asks("manager"), client=client)
        async with engine.connect():  # the only one
            response = await asker.post({"query": "{ me { code } }"})
        assert (response.status_code, response.headers["retry-after"]) == (503, "2")
        assert response.json()["errors"] == [
            {
                "message": "The database is busy or away: try again in a moment.",
                "extensions": {"code": "SERVICE_UNAVAILABLE"},
            }
        ]
        assert (await asker("{ me { code } }"))["data"] == {"me": {"code": "manager"}}
    await engine.dispose()


async def test_nobody_waits_longer_than_five_seconds_for_a_connection(database: Database) -> None:
    pool = database.app_engine(1).sync_engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.timeout() == 5
