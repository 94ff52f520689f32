"""One WebSocket connection from its greeting to its end."""

import asyncio
import time
from typing import Any

import orjson
from starlette.websockets import WebSocket

from core.errors import Unavailable
from schema.execution import MeritSchema
from schema.faults import UNEXPECTED, HttpFault
from schema.operation import Operation
from schema.places import Rooms, SocketLimits
from schema.reception import Reception
from schema.socket_messages import (
    ALREADY_SUBSCRIBED,
    FORBIDDEN,
    INIT_TIMEOUT,
    INIT_TWICE,
    INTERNAL,
    TRY_LATER,
    UNAUTHORIZED,
    Closing,
    Complete,
    Init,
    Ping,
    Said,
    Subscribe,
    read_message,
)
from tenants.proofs import Proof

LONGEST_STAY = 31 * 86_400.0
"""A token may live longer than a timer can be set for."""


class Conversation:
    """Ends when the client goes, when the token expires, or with the first message that is against the protocol."""

    def __init__(
        self,
        socket: WebSocket,
        reception: Reception,
        schema: MeritSchema,
        limits: SocketLimits,
        rooms: Rooms,
    ) -> None:
        self._socket = socket
        self._reception = reception
        self._schema = schema
        self._limits = limits
        self._rooms = rooms
        self._running: dict[str, asyncio.Task[None]] = {}
        self._ended: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def hold(self) -> None:
        """Until its end; Closing says with which code, WebSocketDisconnect that the client has gone."""
        try:
            with self._rooms.lobby.wait(self._put_out):
                wait = self._limits.init_seconds
                proof = await self._within(wait, self._greeted(), INIT_TIMEOUT, "Nobody said hello.")
            with self._rooms.connections.take(proof.bank.id, proof.person) as free:
                if not free:
                    raise _full()
                await self._say(type="connection_ack")
                left = min(proof.expires - time.time(), LONGEST_STAY)
                await self._within(left, self._attend(proof), FORBIDDEN, "The token has expired.")
        finally:
            if self._ended.done() and not self._ended.cancelled():
                self._ended.exception()  # else the loop complains of one that nobody heard
            tasks = list(self._running.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._ended.cancel()

    def _put_out(self) -> None:
        if not self._ended.done():
            self._ended.set_exception(_full())

    async def _within(self, seconds: float, doing: Any, code: int, reason: str) -> Any:
        clock = asyncio.timeout(max(0.0, seconds))
        try:
            async with clock:
                return await doing
        except TimeoutError:
            if clock.expired():
                raise Closing(code, reason) from None
            raise

    async def _greeted(self) -> Proof:
        """The token of connection_init, or of the request that opened the connection; Closing 4403 without one."""
        said = await self._hear()
        while not isinstance(said, Init):
            if isinstance(said, Subscribe):
                raise Closing(UNAUTHORIZED, "Unauthorized")
            await self._answer(said)
            said = await self._hear()
        try:
            proof = await self._reception.proof(_authorization(said.payload, self._socket))
            async with self._reception.context(proof, self._socket):
                pass  # the person may log in
        except HttpFault:
            raise Closing(FORBIDDEN, "Forbidden") from None
        except Unavailable:
            raise Closing(TRY_LATER, "The database is busy or away: try again in a moment.") from None
        return proof

    async def _attend(self, proof: Proof) -> None:
        while True:
            said = await self._hear()
            if isinstance(said, Init):
                raise Closing(INIT_TWICE, "Too many initialisation requests")
            if isinstance(said, Subscribe):
                await self._begin(said, proof)
            else:
                await self._answer(said)

    async def _answer(self, said: Said) -> None:
        if isinstance(said, Ping):
            await self._say(type="pong", **({"payload": said.payload} if said.payload is not None else {}))
        elif isinstance(said, Complete) and (task := self._running.pop(said.id, None)) is not None:
            task.cancel()

    async def _begin(self, said: Subscribe, proof: Proof) -> None:
        if said.id in self._running:
            raise Closing(ALREADY_SUBSCRIBED, f"Subscriber for {said.id[:60]} already exists")
        if len(self._running) >= self._limits.of_connection:
            await self._say(type="error", id=said.id, payload=[_too_many()])
            return
        task = asyncio.create_task(self._perform(said, proof))
        self._running[said.id] = task

    async def _perform(self, said: Subscribe, proof: Proof) -> None:
        """One operation; its id is free again before its last message is sent."""
        try:
            with self._rooms.subscriptions.take(proof.bank.id, proof.person) as free:
                last: dict[str, Any] = {"type": "error", "payload": [_too_many()]}
                if free:
                    operation = Operation(said, proof, self._socket, self._reception, self._schema)
                    last = await operation.perform(self._send)
            if self._running.get(said.id) is asyncio.current_task():
                del self._running[said.id]
                await self._say(id=said.id, **last)
        except Closing as end:
            if not self._ended.done():
                self._ended.set_exception(end)
        except Exception as error:
            if not self._ended.done():
                self._ended.set_exception(Closing(INTERNAL, UNEXPECTED))
            raise error

    async def _hear(self) -> Said:
        """The next message; Closing as soon as an operation asks for the connection's end."""
        hearing: asyncio.Future[Any] = asyncio.ensure_future(self._socket.receive())
        try:
            await asyncio.wait([hearing, self._ended], return_when=asyncio.FIRST_COMPLETED)
            if self._ended.done():
                self._ended.result()
            frame = await hearing
        finally:
            hearing.cancel()
        self._socket._raise_on_disconnect(frame)
        return read_message(frame.get("text"))

    async def _say(self, **message: Any) -> None:
        await self._send(orjson.dumps(message).decode())

    async def _send(self, text: str) -> None:
        await self._socket.send({"type": "websocket.send", "text": text})


def _authorization(payload: dict[str, Any], socket: WebSocket) -> str:
    """From the payload, whatever the case of its name, for browsers can send no header; else from the header."""
    for name, value in payload.items():
        if name.lower() == "authorization" and isinstance(value, str):
            return value
    return socket.headers.get("authorization", "")


def _full() -> Closing:
    return Closing(TRY_LATER, "Too many connections: try again later.")


def _too_many() -> dict[str, Any]:
    message = "Too many subscriptions at once: end one of them first."
    return {"message": message, "extensions": {"code": "TOO_MANY_SUBSCRIPTIONS"}}
