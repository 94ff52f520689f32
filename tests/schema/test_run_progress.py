"""Following a run over WebSocket: who may, what he hears, and when it ends."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from core.people.store import add_person, grant, revoke, set_active
from schema.places import SocketLimits
from service.app import create_app
from tenants.binding import Door
from tests.schema.wire import Port, add_run, following, move, serving, token

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from core.session import Bank
    from service.database import Database
    from tests.schema.conftest import BuildTown, House, Town


@dataclass(frozen=True)
class CountingDoor(Door):
    """Remembers what the process itself read, without anybody asking."""

    readings: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, bank: Bank, person: str, **how: bool) -> AsyncIterator[Any]:
        if person == "system":
            self.readings.append(bank.code)
        async with super().open(bank, person, **how) as session:
            yield session


async def test_who_follows_a_run_hears_its_state_now_and_every_change_until_it_ends(port: Port, here: Town) -> None:
    run = await add_run(here)
    async with port.open() as wire:
        await wire.greet(token(here))
        await wire.follow(here.id("Run", run))
        first = await wire.event()
        assert first == {"code": run, "status": "QUEUED", "progress": {"stage": "queued", "done": 0, "total": 0}}
        await move(here, run, done=3)
        assert await wire.event() == first | {
            "status": "RUNNING",
            "progress": {"stage": "measure", "done": 3, "total": 9},
        }
        await move(here, run, "complete", "complete", 9)
        assert (await wire.event())["status"] == "COMPLETE"
        assert await wire.hear() == {"type": "complete", "id": "1"}
        await wire.follow(run)  # its id is free again, and a run that has ended says so and no more
        assert (await wire.event())["status"] == "COMPLETE"
        assert await wire.hear() == {"type": "complete", "id": "1"}


async def test_the_last_event_has_the_results_of_the_persons_own_scope(port: Port, here: Town) -> None:
    query = """subscription($id: ID!) { runProgress(runId: $id) {
      status scorecards { totalCount nodes { manager { code } } } } }"""
    async with port.open() as wire:
        await wire.greet(token(here, "manager"))
        await wire.follow("run-complete", query=query)
        run = await wire.event()
    assert run == {"status": "COMPLETE", "scorecards": {"totalCount": 1, "nodes": [{"manager": {"code": "m1"}}]}}


async def test_changes_that_come_faster_than_they_are_read_end_in_the_newest_state(port: Port, here: Town) -> None:
    run = await add_run(here)
    async with following(port, here, run) as wire:
        await asyncio.gather(*(move(here, run, done=1) for _ in range(5)))
        await move(here, run, done=8)
        heard = [await wire.event()]
        while heard[-1]["progress"]["done"] != 8:
            heard.append(await wire.event())
        assert len(heard) <= 6
        await wire.silence()


async def test_another_banks_run_is_refused_in_the_words_of_a_missing_one(port: Port, here: Town, there: Town) -> None:
    theirs = await add_run(there)
    errors = []
    async with port.open() as wire:
        await wire.greet(token(here))
        for number, id in enumerate((str(uuid.uuid4()), theirs, there.id("Run", theirs), "", "\0", "é" * 300)):
            await wire.follow(id, str(number))
            heard = await wire.hear()
            assert heard["type"] == "error"
            [error] = heard["payload"]
            errors.append((error["message"], error["extensions"]))
        await move(there, theirs, done=1)
        await wire.silence()
    assert errors == [("There is no such run.", {"code": "NOT_FOUND"})] * 6


async def test_who_may_read_no_runs_may_follow_none(port: Port, here: Town) -> None:
    run = await add_run(here)
    for person in ("administrator", "nobody"):
        async with port.open() as wire:
            await wire.greet(token(here, person))
            await wire.follow(run)
            heard = await wire.hear()
            assert heard["type"] == "error"
            assert heard["payload"][0]["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
            assert run not in json.dumps(heard)


async def test_who_wants_no_more_hears_no_more(port: Port, here: Town) -> None:
    run = await add_run(here)
    async with following(port, here, run) as wire:
        await wire.say(type="complete", id="1")
        await wire.say(type="ping")
        assert await wire.hear() == {"type": "pong"}
        await move(here, run, done=1)
        await wire.silence()
        await wire.follow(run)
        assert (await wire.event())["progress"]["done"] == 1


async def test_who_loses_his_role_hears_no_more(build_town: BuildTown, port: Port) -> None:
    town = await build_town("LOSER")
    run = await add_run(town)
    async with town.open() as session:
        await add_person(session, "li")
        await grant(session, "li", "assessor")
    async with following(port, town, run, "li") as wire:
        async with town.open() as session:
            assert await revoke(session, "li", "assessor")
        await move(town, run, done=5)
        heard = await wire.hear()
        assert (heard["type"], heard["payload"][0]["extensions"]) == (
            "error",
            {"code": "FORBIDDEN", "permission": "run:read"},
        )
        assert "progress" not in json.dumps(heard)
    async with town.open() as session:
        await grant(session, "li", "assessor")
    async with following(port, town, run, "li") as wire:
        async with town.open() as session:
            await set_active(session, "li", False)
        assert await wire.end() == (4403, "This person may no longer log in.")


async def test_one_reading_and_one_listener_serve_however_many_follow_a_run(
    house: House, here: Town, owner: AsyncEngine
) -> None:
    door = CountingDoor(house.engine)
    run = await add_run(here)
    async with serving(create_app(replace(house, door=door))) as port, AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(following(port, here, run)) for _ in range(12)]
        await asyncio.sleep(0.3)
        before = len(door.readings)
        await move(here, run, done=4)
        heard = await asyncio.gather(*(wire.event() for wire in wires))
        assert {one["progress"]["done"] for one in heard} == {4}
        assert len(door.readings) - before == 1
        assert await _listeners(owner) == 1
    for _ in range(50):
        if not await _listeners(owner):
            break
        await asyncio.sleep(0.1)
    assert await _listeners(owner) == 0


async def _listeners(owner: AsyncEngine) -> int:
    async with owner.connect() as connection:
        found = await connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN%'"
                " AND query LIKE '%meritgraph_runs%'"
            )
        )
    return int(found or 0)


async def test_a_run_nobody_follows_is_not_read(house: House, here: Town) -> None:
    door = CountingDoor(house.engine)
    followed, other = await add_run(here), await add_run(here)
    async with serving(create_app(replace(house, door=door))) as port, following(port, here, followed) as wire:
        await asyncio.sleep(0.3)
        before = len(door.readings)
        await move(here, other, done=4)
        await wire.silence()
        assert len(door.readings) == before


async def test_following_holds_no_connection_to_the_database(here: Town, house: House, database: Database) -> None:
    engine = create_async_engine(database.app_url, pool_size=1, max_overflow=0, pool_timeout=1)
    run = await add_run(here)
    async with serving(create_app(replace(house, engine=engine, door=Door(engine)))) as port, AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(following(port, here, run)) for _ in range(4)]
        async with engine.connect():
            pass  # the only one is free
        await move(here, run, done=2)
        assert [(await wire.event())["progress"]["done"] for wire in wires] == [2] * 4
    await engine.dispose()


async def test_who_follows_hears_what_changed_while_postgresql_hung_up(
    port: Port, here: Town, database: Database, owner: AsyncEngine
) -> None:
    run = await add_run(here)
    async with following(port, here, run) as wire:
        await asyncio.sleep(0.3)
        async with owner.connect() as connection:
            ended = await connection.scalar(
                text(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND usename = :app AND query ILIKE 'LISTEN%'"
                ),
                {"app": database.app_url.username},
            )
        assert ended == 1
        await move(here, run, done=7)
        assert (await wire.event())["progress"]["done"] == 7
        await asyncio.sleep(1.5)
        await move(here, run, done=8)
        assert (await wire.event())["progress"]["done"] == 8


@pytest.mark.parametrize(
    ("limits", "allowed"),
    [(SocketLimits(of_connection=2), 2), (SocketLimits(of_person=2), 2), (SocketLimits(subscriptions=3), 3)],
)
async def test_subscriptions_beyond_the_limit_are_refused_and_a_free_place_is_given_again(
    house: House, here: Town, limits: SocketLimits, allowed: int
) -> None:
    run = await add_run(here)
    async with serving(create_app(house, socket_limits=limits)) as port, port.open() as wire:
        await wire.greet(token(here))
        for number in range(allowed):
            await wire.follow(run, str(number))
            await wire.event(str(number))
        await wire.follow(run, "more")
        heard = await wire.hear()
        assert (heard["type"], heard["id"]) == ("error", "more")
        assert heard["payload"][0]["extensions"] == {"code": "TOO_MANY_SUBSCRIPTIONS"}
        await wire.say(type="complete", id="0")
        await wire.say(type="ping")
        await wire.hear()
        await wire.follow(run, "more")
        await wire.event("more")
