"""GraphQL over WebSocket: graphql-transport-ws, subscriptions only. The token first, here too."""

import logging

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from schema.conversation import Conversation
from schema.execution import MeritSchema
from schema.places import Rooms, SocketLimits
from schema.reception import Reception
from schema.socket_messages import INTERNAL, NOT_SPOKEN, Closing

log = logging.getLogger("meritgraph.graphql")

PROTOCOL = "graphql-transport-ws"


class GraphQLOverWebSocket:
    """The endpoint. It bounds what all connections of the process may do at once."""

    def __init__(self, reception: Reception, schema: MeritSchema, limits: SocketLimits | None = None) -> None:
        self._reception = reception
        self._schema = schema
        self._limits = limits or SocketLimits()
        self._rooms = Rooms.of(self._limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        socket = WebSocket(scope, receive, send)
        try:
            await self._serve(socket)
        except Closing as end:
            await _close(socket, end.code, end.reason)
        except WebSocketDisconnect:
            return
        except Exception:
            log.exception("unexpected exception in a WebSocket conversation")
            await _close(socket, INTERNAL, "Something went wrong on our side.")

    async def _serve(self, socket: WebSocket) -> None:
        spoken = PROTOCOL in socket.scope.get("subprotocols", ())
        # Accepted in any case: before that, no client is told a code of the protocol.
        await socket.accept(PROTOCOL if spoken else None)
        if not spoken:
            raise Closing(NOT_SPOKEN, f"Speak {PROTOCOL}.")
        await Conversation(socket, self._reception, self._schema, self._limits, self._rooms).hold()


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    try:
        await socket.close(code, reason)
    except (RuntimeError, WebSocketDisconnect):
        return  # the other side was quicker
