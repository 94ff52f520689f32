"""Leaderboards over WebSocket: what they tell, whom, and how often anything is read for it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from core.people.store import add_person, grant, revoke, set_active
from schema.places import SocketLimits
from service.app import create_app
from tests.schema.results import (
    BOARD,
    CARDS,
    CountingDoor,
    finish,
    listening,
    managers,
    publish,
    refusal,
    told,
)
from tests.schema.wire import Port, serving

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from service.database import Database
    from tests.schema.conftest import BuildTown, House, Town


async def test_a_leaderboard_is_told_as_it_stands_and_again_when_a_newer_run_is_complete(
    port: Port, here: Town
) -> None:
    async with listening(port, here, BOARD, period="2031-Q1", first=2) as wire:
        assert await told(wire) == {"run": None, "scorecards": {"totalCount": 0, "nodes": []}}
        run = await finish(here, "2031-Q1")
        board = await told(wire)
        assert board["run"] == {"code": run, "isInForce": False}
        assert board["scorecards"] == {
            "totalCount": 3,
            "nodes": [
                {"rank": 1, "points": "100.0000", "pay": {"amount": "100.00"}, "manager": {"code": "m1"}},
                {"rank": 2, "points": "90.0000", "pay": {"amount": "90.00"}, "manager": {"code": "m3"}},
            ],
        }
        newer = await finish(here, "2031-Q1", (("m4", "B2", 1, 5, 1),))
        board = await told(wire)
        assert (board["run"]["code"], managers(board)) == (newer, ["m4"])
        await publish(here, newer)
        assert (await told(wire))["run"] == {"code": newer, "isInForce": True}
        await finish(here, "2031-Q2")  # another period
        await wire.silence()


async def test_where_only_publications_count_the_newest_of_them_is_told(port: Port, here: Town) -> None:
    async with listening(port, here, BOARD, period="2031-Q3", published=True) as wire:
        assert (await told(wire))["run"] is None
        older, newer = await finish(here, "2031-Q3"), await finish(here, "2031-Q3")
        await wire.silence()
        await publish(here, newer)
        assert (await told(wire))["run"] == {"code": newer, "isInForce": True}
        await publish(here, older)
        assert (await told(wire))["run"] == {"code": older, "isInForce": True}


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("assessor", {"m1": "100.00", "m3": "90.00", "m4": "80.00"}),
        ("branch_head", {"m1": "100.00", "m3": "90.00"}),
        ("manager", {"m1": "100.00"}),
        ("scored_designer", {"m1": None, "m3": None, "m4": None}),
    ],
)
async def test_everybody_is_told_what_a_query_would_show_him(
    port: Port, here: Town, person: str, seen: dict[str, str | None]
) -> None:
    async with listening(port, here, BOARD, person, period="2031-H1") as wire:
        await told(wire)
        await finish(here, "2031-H1")
        heard = (await wire.hear())["payload"]
    cards = heard["data"]["leaderboard"]["scorecards"]
    assert cards["totalCount"] == len(seen)
    assert {c["manager"]["code"]: c["pay"] and c["pay"]["amount"] for c in cards["nodes"]} == seen
    masked = [["leaderboard", "scorecards", "nodes", n, "pay"] for n in range(3)]
    hidden = None in seen.values()
    assert heard.get("extensions", {}).get("masked", []) == (masked if hidden else [])


async def test_two_who_see_different_rows_are_never_told_the_same_bytes(port: Port, here: Town) -> None:
    people = ("assessor", "manager", "branch_head", "scored_designer", "auditor")
    async with AsyncExitStack() as stack:
        wires = [
            await stack.enter_async_context(listening(port, here, BOARD, person, period="2031-H2")) for person in people
        ]
        for wire in wires:
            await told(wire)
        await finish(here, "2031-H2")
        boards = [await told(wire) for wire in wires]
    assert [managers(board) for board in boards] == [
        ["m1", "m3", "m4"],
        ["m1"],
        ["m1", "m3"],
        ["m1", "m3", "m4"],
        ["m1", "m3", "m4"],
    ]
    assert [board["scorecards"]["nodes"][0]["pay"] is None for board in boards] == [False, False, False, True, False]


async def test_another_banks_runs_wake_nobody_here(house: House, here: Town, there: Town) -> None:
    door = CountingDoor(house.engine)
    async with (
        serving(create_app(replace(house, door=door))) as port,
        listening(port, here, BOARD, period="2032-Q1") as wire,
    ):
        await told(wire)
        door.statements.clear()
        await publish(there, await finish(there, "2032-Q1"))
        async with there.open() as session:
            await set_active(session, "auditor", False)
            await set_active(session, "auditor", True)
        await wire.silence()
        assert door.statements == []


@pytest.mark.parametrize(
    ("query", "variables", "code", "sentence"),
    [
        ('leaderboard(scheme: "none", period: "2031-Q1")', {}, "NOT_FOUND", "There is no such scheme."),
        ('leaderboard(scheme: "only-there", period: "2031-Q1")', {}, "NOT_FOUND", "There is no such scheme."),
        ('leaderboard(scheme: "", period: "2031-Q1")', {}, "NOT_FOUND", "There is no such scheme."),
        ('leaderboard(scheme: "s", period: "2031-Q1", first: -1)', {}, "BAD_USER_INPUT", "`first` is 0 to 500."),
        ('leaderboard(scheme: "s", period: "2031-Q1", first: 501)', {}, "BAD_USER_INPUT", "`first` is 0 to 500."),
    ],
)
async def test_what_cannot_be_listened_to_is_refused_and_the_connection_goes_on(
    port: Port, here: Town, there: Town, query: str, variables: dict[str, Any], code: str, sentence: str
) -> None:
    async with there.open() as session:
        await session.execute("INSERT INTO bank.schemes VALUES (DEFAULT, 'only-there', '', '') ON CONFLICT DO NOTHING")
    async with listening(port, here, f"subscription {{ {query} {{ run {{ code }} }} }}", **variables) as wire:
        found = await refusal(wire)
        assert (found[0], found[1]["code"]) == (sentence, code)
        await wire.say(type="ping")
        assert await wire.hear() == {"type": "pong"}


async def test_what_a_person_may_never_read_is_not_there_to_be_listened_to(port: Port, here: Town) -> None:
    async with listening(port, here, BOARD, "risk_officer", period="2031-Q1") as wire:
        assert await refusal(wire) == (
            "Cannot query field 'pay' on type 'Scorecard'.",
            {"code": "GRAPHQL_VALIDATION_FAILED"},
        )


async def test_who_may_read_no_scorecards_may_listen_to_none(port: Port, here: Town) -> None:
    for person in ("administrator", "nobody"):
        async with listening(port, here, BOARD, person, period="2031-Q1") as wire:
            heard = await wire.hear()
            codes = {error["extensions"]["code"] for error in heard["payload"]}
            assert (heard["type"], codes) == ("error", {"GRAPHQL_VALIDATION_FAILED"})


async def test_who_may_no_longer_log_in_is_shown_the_door_at_once(build_town: BuildTown, port: Port) -> None:
    town = await build_town("DOOR")
    async with town.open() as session:
        await add_person(session, "li")
        await grant(session, "li", "assessor")
    async with listening(port, town, BOARD, "li", period="2031-Q1") as wire:
        await told(wire)
        async with town.open() as session:
            await set_active(session, "li", False)
        assert await wire.end() == (4403, "This person may no longer log in.")


async def test_a_role_that_is_lost_ends_it_and_one_that_shrinks_it_is_told(build_town: BuildTown, port: Port) -> None:
    town = await build_town("SHRINK")
    async with town.open() as session:
        await add_person(session, "li", "m1")
        await grant(session, "li", "assessor")
        await grant(session, "li", "manager")
    await finish(town, "2031-Q1")
    async with listening(port, town, BOARD, "li", period="2031-Q1") as wire:
        assert managers(await told(wire)) == ["m1", "m3", "m4"]
        async with town.open() as session:
            await revoke(session, "li", "assessor")
        assert managers(await told(wire)) == ["m1"]
        async with town.open() as session:
            await revoke(session, "li", "manager")
        _, extensions = await refusal(wire)
        assert extensions == {"code": "FORBIDDEN", "permission": "scorecard:read"}
        await finish(town, "2031-Q1")
        await wire.silence()


async def test_the_number_of_statements_does_not_depend_on_how_many_listen(build_town: BuildTown, house: House) -> None:
    town = await build_town("CROWD")
    people = [f"p{number}" for number in range(30)]
    async with town.open() as session:
        for person in people:
            await add_person(session, person)
            await grant(session, person, "auditor")
    counted = [await _statements(house, town, people[:many], f"2031-Q{many % 4 + 1}") for many in (1, 10, 30)]
    assert counted[0] == counted[1] == counted[2]
    assert sum("bank.scorecards" in statement for statement in counted[0]) == 2, counted[0]  # the page, and its count


async def _statements(house: House, town: Town, people: list[str], period: str) -> list[str]:
    """What one completed run makes the process read, by itself, where these people listen."""
    door = CountingDoor(house.engine)
    limits = SocketLimits()
    app = create_app(replace(house, door=door), socket_limits=limits)
    async with serving(app) as port, AsyncExitStack() as stack:
        wires = [
            await stack.enter_async_context(listening(port, town, BOARD, person, period=period)) for person in people
        ]
        await asyncio.gather(*(told(wire) for wire in wires))
        door.statements.clear()
        run = await finish(town, period)
        boards = await asyncio.gather(*(told(wire) for wire in wires))
        assert {board["run"]["code"] for board in boards} == {run}
        return [statement for _, statement in door.statements]


async def test_each_is_told_in_his_own_language(port: Port, here: Town) -> None:
    query = """subscription { leaderboard(scheme: "s", period: "2032-Q2") {
      scorecards { nodes { lines { indicator { label } } } } } }"""
    async with AsyncExitStack() as stack:
        wires = [
            await stack.enter_async_context(listening(port, here, query, language=language))
            for language in ("en", "zh-CN")
        ]
        for wire in wires:
            await told(wire)
        await finish(here, "2032-Q2")
        boards = [await told(wire) for wire in wires]
    labels = [board["scorecards"]["nodes"][0]["lines"][0]["indicator"]["label"] for board in boards]
    assert labels == ["Daily average deposits", "存款日均"], labels


async def test_what_happened_while_postgresql_hung_up_is_told_once(
    port: Port, here: Town, database: Database, owner: AsyncEngine
) -> None:
    async with listening(port, here, BOARD, period="2032-Q3") as wire:
        await told(wire)
        async with owner.connect() as connection:
            ended = await connection.scalar(
                text(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND usename = :app AND query ILIKE 'LISTEN%'"
                ),
                {"app": database.app_url.username},
            )
        assert ended == 1
        await finish(here, "2032-Q3")
        run = await finish(here, "2032-Q3", CARDS[:1])
        assert (await told(wire))["run"]["code"] == run
        await wire.silence(1.5)
        again = await finish(here, "2032-Q3")
        assert (await told(wire))["run"]["code"] == again
