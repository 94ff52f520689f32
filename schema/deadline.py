"""Until when an answer is worth its work: its deadline, and its client being there to hear it."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect

from schema.faults import HttpFault

LOOK_AFTER = 0.2
"""Seconds. An answer that comes sooner is not worth a look whether the client is still there."""


class Deadline:
    """`async with`: what is done inside is cancelled when its time is over, or when its client has hung up.

    HttpFault 504 for the first, ClientDisconnect for the second. `gone` waits until the client has hung up;
    `changing`: whether a change has begun, which is brought to its end though its client has gone.
    """

    def __init__(self, seconds: float, gone: Callable[[], Awaitable[None]], changing: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._gone = gone
        self._changing = changing
        self._left = False
        self._looking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._begun = loop.time()
        self._clock = asyncio.timeout(self._seconds)
        await self._clock.__aenter__()
        self._first_look = loop.call_later(LOOK_AFTER, self._look)
        return self

    def extend_to(self, seconds: float) -> None:
        """Another time from the beginning on: who asks, and what he may, is known only on the way."""
        self._seconds = seconds
        self._reschedule(self._begun + seconds)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_looking()
        try:
            await self._clock.__aexit__(kind, error, trace)
        except TimeoutError:
            if self._left:
                raise ClientDisconnect from None
            raise _late(self._seconds, self._changing()) from None

    def _look(self) -> None:
        self._looking = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        await self._gone()
        if not self._changing():
            self._left = self._reschedule(asyncio.get_running_loop().time())

    def _reschedule(self, when: float) -> bool:
        if self._clock.expired():
            return False
        self._clock.reschedule(when)
        return True

    def _stop_looking(self) -> None:
        self._first_look.cancel()
        if self._looking is not None:
            self._looking.cancel()


def _late(seconds: float, changing: bool) -> HttpFault:
    """504: what was asked for takes too long."""
    advice = "look whether the change was made before you ask again" if changing else "ask for less at a time"
    sentence = f"The answer took longer than {seconds:g} s and was given up: {advice}."
    return HttpFault("DEADLINE_EXCEEDED", sentence, 504)
