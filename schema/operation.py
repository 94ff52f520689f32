"""One subscription of a conversation: its events out, one after the other."""

import logging
from collections.abc import Awaitable
from contextlib import aclosing
from typing import Any, Protocol

from starlette.websockets import WebSocket
from strawberry.types import ExecutionResult

from core.errors import Unavailable
from schema.context import Context
from schema.execution import MeritSchema
from schema.faults import UNEXPECTED, UNEXPECTED_CODE, HttpFault, away
from schema.reception import Reception
from schema.socket_messages import FORBIDDEN, Closing, Subscribe
from tenants.tokens import Proof

log = logging.getLogger("meritgraph.graphql")


class Say(Protocol):
    """Sends a message."""

    def __call__(self, **message: Any) -> Awaitable[None]: ...


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

    async def perform(self, say: Say) -> dict[str, Any]:
        """Send every event; Closing for a person who may no longer log in."""
        try:
            async with self._reception.context(self._proof, self._socket) as context:
                return await self._follow(context, say)
        except HttpFault:
            raise Closing(FORBIDDEN, "Forbidden") from None
        except Unavailable:
            return _error([away().error])
        except Closing:
            raise
        except Exception:
            log.exception("unexpected exception in a subscription")
            return _error([{"message": UNEXPECTED, "extensions": {"code": UNEXPECTED_CODE}}])

    async def _follow(self, context: Context, say: Say) -> dict[str, Any]:
        async with aclosing(self._schema.follow(context, self._said.request)) as results:
            async for result in results:
                # A client that reads slowly must not keep a connection to the database meanwhile.
                await context.transactions.close()
                if _is_last(result):
                    if any((error.extensions or {}).get("code") == "UNAUTHENTICATED" for error in result.errors or ()):
                        raise Closing(FORBIDDEN, "Forbidden")
                    return _error([error.formatted for error in result.errors or ()])
                await say(type="next", id=self._said.id, payload=_payload(result, context))
        return {"type": "complete"}


def _is_last(result: ExecutionResult) -> bool:
    """Whether the operation could not begin or go on; an event's own errors lie in fields below the root."""
    return result.data is None and any(len(error.path or ()) <= 1 for error in result.errors or ())


def _payload(result: ExecutionResult, context: Context) -> dict[str, Any]:
    payload: dict[str, Any] = {"data": result.data}
    if result.errors:
        payload["errors"] = [error.formatted for error in result.errors]
    extensions = {**(result.extensions or {}), **({"masked": context.masked} if context.masked else {})}
    return payload | ({"extensions": extensions} if extensions else {})


def _error(errors: list[Any]) -> dict[str, Any]:
    return {"type": "error", "payload": errors}
