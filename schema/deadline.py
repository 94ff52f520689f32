"""Until when an answer is worth its work: its deadline, and its client being there to hear it."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect

from schema.faults import HttpFault

LOOK_AFTER = 0.2
"""Seconds. An answer that comes sooner is not worth a look at the clock, or whether the client is still there.

One timer a request and nothing else: at thousands of small answers a second a task or a second timer is a tenth of all.
"""


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
        self._given_up = False
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline is a task's")
        self._task = task
        self._cancelling = task.cancelling()
        loop = asyncio.get_running_loop()
        self._begun = loop.time()
        self._timer = loop.call_later(LOOK_AFTER, self._look)
        return self

    def extend_to(self, seconds: float) -> None:
        """Another time from the beginning on: who asks, and what he may, is known only on the way."""
        self._seconds = seconds
        if self._watching is not None and not self._given_up:
            self._timer.cancel()
            self._set_timer()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()
        if not self._given_up or self._task.uncancel() > self._cancelling or kind is not asyncio.CancelledError:
            return  # somebody else's cancellation goes on; work that ended all the same has its own end
        if self._left:
            raise ClientDisconnect from None
        raise _late(self._seconds, self._changing()) from None

    def _look(self) -> None:
        self._watching = asyncio.create_task(self._watch())
        self._set_timer()

    def _set_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_at(self._begun + self._seconds, self._give_up)

    async def _watch(self) -> None:
        await self._gone()
        if not self._changing() and not self._given_up:
            self._left = True
            self._give_up()

    def _give_up(self) -> None:
        if not self._given_up:
            self._given_up = True
            self._task.cancel()


def _late(seconds: float, changing: bool) -> HttpFault:
    """504: what was asked for takes too long."""
    advice = "look whether the change was made before you ask again" if changing else "ask for less at a time"
    sentence = f"The answer took longer than {seconds:g} s and was given up: {advice}."
    return HttpFault("DEADLINE_EXCEEDED", sentence, 504)
