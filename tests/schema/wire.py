"""A client of graphql-transport-ws, and the application behind a real port."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

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

    async def greet(self, token: str, name: str = "Authorization") -> "Wire":
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
        try:
            heard = await asyncio.wait_for(self.socket.recv(), PATIENCE)
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code, closed.rcvd.reason
        raise AssertionError(f"heard {heard!r}")


@dataclass(frozen=True)
class Port:
    """Where the application listens."""

    number: int

    @asynccontextmanager
    async def open(self, protocols: tuple[str, ...] = ("graphql-transport-ws",), **headers: str) -> AsyncIterator[Wire]:
        url = f"ws://127.0.0.1:{self.number}/graphql"
        async with connect(url, subprotocols=list(protocols) or None, additional_headers=headers) as client:  # type: ignore[arg-type]
            yield Wire(client)


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[Port]:
    """The application behind a port of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws_max_size=1 << 20)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield Port(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await task
