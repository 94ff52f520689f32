"""How many connections there may be: nobody and no person, no bank takes the places of all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from schema.places import SocketLimits
from service.app import create_app
from tests.schema.wire import Port, Wire, serving, token

if TYPE_CHECKING:
    from tests.schema.conftest import House, Town

FULL = (1013, "Too many connections: try again later.")


@pytest.fixture
async def small(house: House) -> AsyncIterator[Port]:
    """Six places, four for one bank, two for one person, and two for who has not greeted."""
    limits = SocketLimits(connections=6, connections_of_bank=4, connections_of_person=2, ungreeted=2)
    async with serving(create_app(house, socket_limits=limits)) as port:
        yield port


async def refused(port: Port, town: Town, person: str) -> None:
    async with port.open() as wire:
        await wire.say(type="connection_init", payload={"Authorization": f"Bearer {token(town, person)}"})
        assert await wire.end() == FULL


async def test_who_never_greets_is_put_out_by_who_comes_later(small: Port, here: Town) -> None:
    """However many there are, whoever greets at once gets in, and who is in stays."""
    async with AsyncExitStack() as clients:
        inside = await clients.enter_async_context(small.open())
        await inside.greet(token(here))
        silent: list[Wire] = [await clients.enter_async_context(small.open()) for _ in range(12)]
        for wire in silent[:10]:
            assert await wire.end() == FULL
        late = await clients.enter_async_context(small.open())
        await late.greet(token(here, "auditor"))
        assert await silent[10].end() == FULL
        await silent[11].say(type="ping")
        assert await silent[11].hear() == {"type": "pong"}
        await inside.say(type="ping")
        assert await inside.hear() == {"type": "pong"}


async def test_one_person_and_one_bank_get_a_part_of_all_places(small: Port, here: Town, there: Town) -> None:
    async with AsyncExitStack() as clients:
        for person in ("nobody", "nobody", "auditor", "assessor"):
            wire = await clients.enter_async_context(small.open())
            await wire.greet(token(here, person))
        await refused(small, here, "nobody")
        await refused(small, here, "approver")  # the bank's four are taken
        for person in ("auditor", "auditor"):
            wire = await clients.enter_async_context(small.open())
            await wire.greet(token(there, person))
        await refused(small, there, "approver")  # all six are
    async with small.open() as wire:
        await wire.greet(token(here, "nobody"))


async def test_a_persons_third_connection_is_refused_while_others_come_in(small: Port, here: Town) -> None:
    async with AsyncExitStack() as clients:
        for _ in range(2):
            wire = await clients.enter_async_context(small.open())
            await wire.greet(token(here, "nobody"))
        await refused(small, here, "nobody")
        wire = await clients.enter_async_context(small.open())
        await wire.greet(token(here, "auditor"))
