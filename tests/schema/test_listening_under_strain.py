"""Listening when something is in the way: slow readers, a database that is away, tokens that end."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from core.documents.document import Offered
from core.documents.store import register
from schema.limit_table import LimitTable
from service.app import create_app
from tenants.binding import Door
from tests.schema.results import BOARD, CARDS, finish, listening, refusal, told
from tests.schema.test_socket import short_token
from tests.schema.wire import Port, serving, token

if TYPE_CHECKING:
    from core.session import Bank
    from tests.schema.conftest import House, Town

ALIASED = " ".join(f"{'a' * 240}{n}: points" for n in range(90))
LARGE = f"""subscription($period: Period!) {{ leaderboard(scheme: "s", period: $period) {{
  run {{ code }} scorecards {{ nodes {{ {ALIASED} }} }} }} }}"""
EVENTS = 40


@dataclass(frozen=True)
class FlakyDoor(Door):
    """Away for whatever is shared, so many times."""

    failures: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, bank: Bank, person: str, **how: bool) -> AsyncIterator[Any]:
        if person == "" and self.failures:
            raise ConnectionRefusedError(self.failures.pop())
        async with super().open(bank, person, **how) as session:
            yield session


async def test_an_event_that_found_the_database_away_is_made_when_it_is_back(house: House, here: Town) -> None:
    door = FlakyDoor(house.engine)
    async with (
        serving(create_app(replace(house, door=door))) as port,
        listening(port, here, BOARD, period="2035-Q1") as wire,
    ):
        await told(wire)
        door.failures.extend(["away", "still away"])
        run = await finish(here, "2035-Q1")
        assert (await told(wire))["run"]["code"] == run
        assert door.failures == []
        await wire.silence()


async def test_who_reads_slowly_holds_nobody_up_and_ends_with_the_newest(house: House, here: Town) -> None:
    """A message has about 70 kB; what the two kernels keep for who does not read is bounded below."""
    async with (
        serving(create_app(house), send_buffer=4096) as port,
        _not_reading(port, here, "2035-Q2") as slow,
        listening(port, here, LARGE, period="2035-Q2") as quick,
    ):
        await told(quick)
        longest, runs = 0.0, []
        for number in range(EVENTS):
            runs.append(await finish(here, "2035-Q2", (("m1", "B11", 1, number, 0), *CARDS[1:])))
            done = time.monotonic()
            while (await told(quick))["run"]["code"] != runs[-1]:
                pass
            longest = max(longest, time.monotonic() - done)
        assert longest < 2
        heard: list[str] = []
        while not heard or heard[-1] != runs[-1]:
            message = json.loads(await asyncio.wait_for(slow.recv(), 10))
            board = message["payload"]["data"]["leaderboard"]
            heard.append(board["run"]["code"] if board["run"] else "")
    assert len(heard) < EVENTS // 2


@asynccontextmanager
async def _not_reading(port: Port, town: Town, period: str) -> AsyncIterator[Any]:
    """A subscriber to whom little fits that he has not asked for."""
    own = socket.socket()
    own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    own.setblocking(False)
    await asyncio.get_running_loop().sock_connect(own, ("127.0.0.1", port.number))
    protocols = [Subprotocol("graphql-transport-ws")]
    url = f"ws://127.0.0.1:{port.number}/graphql"
    async with connect(url, subprotocols=protocols, sock=own, max_queue=1, compression=None) as client:
        payload = {"Authorization": f"Bearer {token(town)}"}
        await client.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await client.recv()) == {"type": "connection_ack"}
        asked = {"query": LARGE, "variables": {"period": period}}
        await client.send(json.dumps({"type": "subscribe", "id": "1", "payload": asked}))
        assert json.loads(await client.recv())["type"] == "next"
        yield client


async def test_a_token_that_expires_ends_what_is_listened_to(port: Port, here: Town) -> None:
    async with port.open() as wire:
        await wire.greet(short_token(here, 2))
        asked = {"query": BOARD, "variables": {"period": "2035-Q3"}}
        await wire.say(type="subscribe", id="1", payload=asked)
        await told(wire)
        assert await wire.end() == (4403, "The token has expired.")


async def test_limits_hold_for_what_is_listened_to(house: House, here: Town) -> None:
    async with (
        serving(create_app(house, limits=LimitTable(cost=100))) as port,
        listening(port, here, BOARD, period="2035-H1") as wire,
    ):
        message, extensions = await refusal(wire)
        assert extensions == {"code": "GRAPHQL_VALIDATION_FAILED", "reason": "COST_EXCEEDED"}, message


async def test_where_free_text_is_off_a_registered_document_is_listened_to_by_its_id(house: House, here: Town) -> None:
    sha256 = hashlib.sha256(BOARD.encode()).hexdigest()
    async with here.open() as session:
        await register(session, [Offered(sha256, BOARD, "Board")])
    async with serving(create_app(house, limits=LimitTable(free_text=False))) as port, port.open() as wire:
        await wire.greet(token(here))
        other = {"query": BOARD + " ", "variables": {"period": "2035-H1"}}
        await wire.say(type="subscribe", id="1", payload=other)
        assert (await refusal(wire))[1]["code"] == "QUERY_NOT_IN_SAFELIST"
        await wire.say(type="subscribe", id="1", payload={"documentId": "0" * 64})
        assert (await refusal(wire))[1]["code"] == "PERSISTED_QUERY_NOT_FOUND"
        asked = {"documentId": f"sha256:{sha256}", "variables": {"period": "2035-H1"}}
        await wire.say(type="subscribe", id="1", payload=asked)
        assert (await told(wire))["run"] is None
