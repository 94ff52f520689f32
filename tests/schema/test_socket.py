"""graphql-transport-ws as we speak it: the greeting, the door, and what ends a connection."""

from __future__ import annotations

import json
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt

from schema.places import SocketLimits
from service.app import create_app
from tenants.keys import signing_key
from tenants.tokens import LEEWAY
from tests.schema.wire import FOLLOW, Port, add_run, following, serving, token

if TYPE_CHECKING:
    from tests.schema.conftest import House, Town


def short_token(town: Town, seconds: int) -> str:
    """One that is taken for `seconds` more."""
    key, now = signing_key(town.keys, town.row.code), int(time.time())
    claims = {"iss": town.row.issuer, "sub": "assessor", "aud": "meritgraph", "iat": now - 60}
    claims["exp"] = now - LEEWAY + seconds
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])


@pytest.mark.parametrize(
    ("payload", "header"),
    [
        ({}, ""),
        (None, ""),
        ({"Authorization": "Bearer nonsense"}, ""),
        ({"Authorization": ""}, ""),
        ({"Authorization": 7}, ""),
        ({"token": "x"}, ""),
        ({}, "Bearer nonsense"),
        ({"Authorization": "Bearer not.this.one"}, ""),
    ],
)
async def test_an_anonymous_client_is_shown_the_door_and_learns_nothing(
    port: Port, payload: dict[str, Any] | None, header: str
) -> None:
    async with port.open(authorization=header) as wire:
        await wire.say(type="connection_init", payload=payload)
        assert await wire.end() == (4403, "Forbidden")


async def test_a_person_who_may_not_log_in_is_shown_the_door(port: Port, here: Town) -> None:
    async with port.open() as wire:
        await wire.say(type="connection_init", payload={"Authorization": f"Bearer {token(here, 'stranger')}"})
        assert await wire.end() == (4403, "Forbidden")


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
async def test_the_token_may_stand_in_the_first_message(port: Port, here: Town, name: str) -> None:
    async with port.open() as wire:
        await wire.greet(token(here), name)


async def test_the_token_may_stand_in_the_header_of_the_request(port: Port, here: Town) -> None:
    async with port.open(authorization=f"Bearer {token(here)}") as wire:
        await wire.say(type="connection_init")
        assert await wire.hear() == {"type": "connection_ack"}


SUBSCRIBE = {"type": "subscribe", "id": "1", "payload": {"query": FOLLOW, "variables": {"id": "x"}}}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (SUBSCRIBE, 4401),
        ("not json", 4400),
        ("[]", 4400),
        ("null", 4400),
        ('{"type": "hello"}', 4400),
        ({"type": "connection_init", "payload": []}, 4400),
        ({"type": "start", "id": "1", "payload": {"query": FOLLOW}}, 4400),  # the legacy protocol's word
        (b"\x00", 4400),
    ],
)
async def test_what_is_against_the_protocol_before_the_greeting_ends_the_connection(
    port: Port, said: Any, code: int
) -> None:
    async with port.open() as wire:
        await wire.socket.send(json.dumps(said) if isinstance(said, dict) else said)
        assert (await wire.end())[0] == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"type": "connection_init"}, 4429),
        ({"type": "subscribe", "payload": {"query": FOLLOW}}, 4400),
        ({"type": "subscribe", "id": "", "payload": {"query": FOLLOW}}, 4400),
        ({"type": "subscribe", "id": 1, "payload": {"query": FOLLOW}}, 4400),
        ({"type": "subscribe", "id": "1"}, 4400),
        ({"type": "subscribe", "id": "1", "payload": {"query": 7}}, 4400),
        ({"type": "subscribe", "id": "1", "payload": {"query": FOLLOW, "variables": []}}, 4400),
        ({"type": "complete"}, 4400),
    ],
)
async def test_what_is_against_the_protocol_after_the_greeting_ends_the_connection(
    port: Port, here: Town, said: dict[str, Any], code: int
) -> None:
    async with port.open() as wire:
        await wire.greet(token(here))
        await wire.say(**said)
        assert (await wire.end())[0] == code


async def test_one_id_stands_for_one_operation(port: Port, here: Town) -> None:
    run = await add_run(here)
    async with following(port, here, run) as wire:
        await wire.follow(run)
        assert await wire.end() == (4409, "Subscriber for 1 already exists")


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("graphql-sse", "graphql-ws")])
async def test_the_legacy_protocol_is_not_spoken(port: Port, protocols: tuple[str, ...]) -> None:
    async with port.open(protocols) as wire:
        assert wire.socket.subprotocol is None
        assert await wire.end() == (4406, "Speak graphql-transport-ws.")


async def test_who_does_not_greet_in_time_is_shown_the_door(house: House) -> None:
    async with serving(create_app(house, socket_limits=SocketLimits(init_seconds=0.1))) as port, port.open() as wire:
        assert await wire.end() == (4408, "Nobody said hello.")


async def test_a_ping_is_answered_before_the_greeting_and_after(port: Port, here: Town) -> None:
    async with port.open() as wire:
        await wire.say(type="ping")
        assert await wire.hear() == {"type": "pong"}
        await wire.greet(token(here))
        await wire.say(type="ping", payload={"n": 1})
        assert await wire.hear() == {"type": "pong", "payload": {"n": 1}}
        await wire.say(type="pong")
        await wire.silence(0.1)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ me { code } }", "BAD_REQUEST"),
        ('mutation { cancelRun(input: {runId: "run-running"}) { __typename } }', "BAD_REQUEST"),
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { runProgress { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment f on Run { id }", "OPERATION_RESOLUTION_FAILURE"),
    ],
)
async def test_a_document_that_cannot_be_followed_is_an_error_and_the_connection_goes_on(
    port: Port, here: Town, query: str, code: str
) -> None:
    async with port.open() as wire:
        await wire.greet(token(here))
        await wire.say(type="subscribe", id="q", payload={"query": query})
        heard = await wire.hear()
        assert (heard["type"], heard["id"]) == ("error", "q")
        assert heard["payload"][0]["extensions"]["code"] == code, heard
        await wire.say(type="ping")
        assert await wire.hear() == {"type": "pong"}
    async with here.open() as session:
        assert (await session.row("SELECT status FROM bank.runs WHERE run = 'run-running'"))[0] == "running"


async def test_the_connection_ends_when_the_token_expires(port: Port, here: Town) -> None:
    run = await add_run(here)
    async with port.open() as wire:
        await wire.greet(short_token(here, 2))
        await wire.follow(run)
        await wire.event()
        assert await wire.end() == (4403, "The token has expired.")


async def test_connections_beyond_the_limit_are_asked_to_come_again(house: House, here: Town) -> None:
    async with serving(create_app(house, socket_limits=SocketLimits(connections=1))) as port:
        async with port.open() as first:
            await first.greet(token(here))
            async with port.open() as second:
                await second.say(type="connection_init", payload={"Authorization": f"Bearer {token(here)}"})
                assert (await second.end())[0] == 1013
        async with port.open() as third:
            await third.greet(token(here))


async def test_a_message_that_is_too_large_ends_the_connection(port: Port, here: Town) -> None:
    async with port.open() as wire:
        await wire.greet(token(here))
        await wire.socket.send(json.dumps({"type": "ping", "payload": {"x": "y" * (1 << 20)}}))
        assert (await wire.end())[0] == 1009


async def test_a_server_that_stops_says_so_and_waits_for_nobody(house: House, here: Town) -> None:
    run = await add_run(here)
    async with AsyncExitStack() as clients:
        async with serving(create_app(house)) as port:
            wire = await clients.enter_async_context(following(port, here, run))
            begun = time.monotonic()
        assert time.monotonic() - begun < 5
        assert (await wire.end())[0] == 1012
