"""A client of graphql-transport-ws, the application behind a real port, and runs to follow."""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tenants.tokens import issue_token
from tests.approved import add_queued

if TYPE_CHECKING:
    from tests.schema.conftest import Town

PATIENCE = 10.0
FOLLOW = "subscription($id: ID!) { runProgress(runId: $id) { code status progress { stage done total } } }"


@dataclass
class Wire:
    """One connection."""

    socket: ClientConnection

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The next message."""
        heard: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), seconds))
        return heard

    async def silence(self, seconds: float = 0.4) -> None:
        """Nothing is said for so long."""
        try:
            heard = await self.hear(seconds)
        except TimeoutError:
            return
        raise AssertionError(f"heard {heard}")

    async def greet(self, token: str, name: str = "Authorization") -> Wire:
        """Say whose connection it is."""
        await self.say(type="connection_init", payload={name: f"Bearer {token}"})
        assert await self.hear() == {"type": "connection_ack"}
        return self

    async def follow(self, run: str, id: str = "1", query: str = FOLLOW) -> None:
        await self.say(type="subscribe", id=id, payload={"query": query, "variables": {"id": run}})

    async def event(self, id: str = "1") -> dict[str, Any]:
        """What the next event of this operation says of the run."""
        heard = await self.hear()
        assert (heard["type"], heard["id"]) == ("next", id), heard
        assert "errors" not in heard["payload"], heard
        run: dict[str, Any] = heard["payload"]["data"]["runProgress"]
        return run

    async def end(self) -> tuple[int, str]:
        """Code and reason of the connection's end; nothing may be said before it."""
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(self.socket.recv(), PATIENCE)
        frame = closed.value.rcvd
        return (frame.code, frame.reason) if frame else (1006, "")


@dataclass(frozen=True)
class Port:
    """Where the application listens."""

    number: int

    @asynccontextmanager
    async def open(
        self, protocols: tuple[str, ...] = ("graphql-transport-ws",), authorization: str = "", language: str = ""
    ) -> AsyncIterator[Wire]:
        url = f"ws://127.0.0.1:{self.number}/graphql"
        sent = {"Authorization": authorization, "Accept-Language": language}
        headers = {name: value for name, value in sent.items() if value}
        offered = [Subprotocol(name) for name in protocols]
        async with connect(url, subprotocols=offered or None, additional_headers=headers) as client:
            yield Wire(client)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the tests' own stay


@asynccontextmanager
async def serving(app: Starlette, send_buffer: int | None = None) -> AsyncIterator[Port]:
    """The application behind a port of its own. `send_buffer`: bytes the kernel takes for who does not read."""
    listening = socket.create_server(("127.0.0.1", 0))
    if send_buffer is not None:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws_max_size=1 << 20)
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    await asyncio.wait_for(server.ready.wait(), PATIENCE)
    try:
        yield Port(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await task


async def add_run(town: Town) -> str:
    run = str(uuid.uuid4())
    async with town.open() as session:
        await add_queued(session, run)
    return run


async def move(town: Town, run: str, status: str = "running", stage: str = "measure", done: int = 0) -> None:
    async with town.open() as session:
        await session.execute(
            """UPDATE bank.runs SET status = $2::text, stage = $3, done = $4, total = 9,
                      finished_at = CASE WHEN $2::text = 'complete' THEN now() END,
                      inputs_hash = CASE WHEN $2::text = 'complete' THEN 'x' END,
                      results_hash = CASE WHEN $2::text = 'complete' THEN 'x' END WHERE run = $1""",
            run,
            status,
            stage,
            done,
        )


def token(town: Town, person: str = "assessor") -> str:
    return issue_token(town.keys, town.row, person, 1)


@asynccontextmanager
async def following(port: Port, town: Town, run: str, person: str = "assessor") -> AsyncIterator[Wire]:
    """A client that has heard the first event."""
    async with port.open() as wire:
        await wire.greet(token(town, person))
        await wire.follow(run)
        await wire.event()
        yield wire
