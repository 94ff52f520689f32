"""One subscription of a conversation: its events out, one after the other."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import orjson
from starlette.websockets import WebSocket

from core.errors import Unavailable
from schema.context import Context
from schema.execution import MeritSchema
from schema.faults import UNEXPECTED, UNEXPECTED_CODE, HttpFault, away
from schema.reception import Reception
from schema.socket_messages import FORBIDDEN, Closing, Subscribe
from schema.streaming import Ended, payloads
from tenants.proofs import Proof

log = logging.getLogger("meritgraph.graphql")

Send = Callable[[str], Awaitable[None]]
"""Sends a message, which is JSON text."""


class Operation:
    """`perform` gives its last message, complete or error, for the conversation to send."""

    def __init__(
        self, said: Subscribe, proof: Proof, socket: WebSocket, reception: Reception, schema: MeritSchema
    ) -> None:
        self._said = said
        self._proof = proof
        self._socket = socket
        self._reception = reception
        self._schema = schema

    async def perform(self, send: Send) -> dict[str, Any]:
        """Send every event; Closing for a person who may no longer log in."""
        try:
            self._reception.spare(self._proof)
        except HttpFault as busy:  # before anything is read for him
            return _error([busy.error])
        try:
            async with self._reception.context(self._proof, self._socket) as context:
                return await self._follow(context, send)
        except HttpFault:
            raise Closing(FORBIDDEN, "Forbidden") from None
        except Unavailable:
            return _error([away().error])
        except Closing:
            raise
        except Ended as end:
            if end.unauthenticated:
                raise Closing(FORBIDDEN, "This person may no longer log in.") from None
            return _error(end.errors)
        except Exception:
            log.exception("unexpected exception in a subscription")
            return _error([{"message": UNEXPECTED, "extensions": {"code": UNEXPECTED_CODE}}])

    async def _follow(self, context: Context, send: Send) -> dict[str, Any]:
        # Everybody's payload is the same text: a message is written around it, it is not written anew.
        before = f'{{"type":"next","id":{orjson.dumps(self._said.id).decode()},"payload":'
        async with aclosing(payloads(self._schema, context, self._said.request)) as events:
            async for payload in events:
                await send(before + payload + "}")
        return {"type": "complete"}


def _error(errors: list[Any]) -> dict[str, Any]:
    return {"type": "error", "payload": errors}
