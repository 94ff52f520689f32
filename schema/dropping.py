"""Answering before a body has come whole: a client hears the answer, though it is still sending."""

import asyncio
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

MOST_DROPPED = 64 << 20
DROPPING_SECONDS = 2.0


class Body:
    """A request's body as it comes. `ended`: nothing more will."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.ended = False

    async def receive(self) -> Message:
        """The next message."""
        message = await self._receive()
        self.ended = self.ended or message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def gone(self) -> None:
        """Until the client has hung up. Only when nobody else reads the body."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def send_and_drop(response: Response, scope: Scope, body: Body, send: Send) -> None:
    """Send the response, then read on for a moment and drop what comes, and only then let the connection end.

    A connection closed over unread bytes is reset, and a reset takes the answer with it.
    """

    async def held(message: Message) -> None:
        last = message["type"] == "http.response.body"
        await send({**message, "more_body": True} if last else message)

    await response(scope, body.receive, held)
    left = MOST_DROPPED
    with suppress(TimeoutError):
        async with asyncio.timeout(DROPPING_SECONDS):
            while not body.ended and left > 0:
                left -= len((await body.receive()).get("body", b""))
    await send({"type": "http.response.body", "body": b"", "more_body": False})
