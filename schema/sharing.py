"""What is the same for many who listen is made once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field


@dataclass(eq=False)
class _Making:
    task: "asyncio.Task[str]"
    waiting: int = 0


@dataclass(eq=False)
class Shared:
    """What is told of one piece of news, kept as long as anybody who was told of it still has it before him.

    `places`: how many are made at once, over all news, so that requests find connections in the pool.
    """

    places: asyncio.Semaphore
    _made: dict[Hashable, _Making] = field(default_factory=dict)

    async def once(self, key: Hashable, make: Callable[[], Awaitable[str]]) -> str:
        """The text under this key: the first who asks has it made, all others get the same one.

        When nobody waits for it any more, the making ends. A making that failed is tried again by who asks later.
        """
        making = self._made.get(key)
        if making is None:
            making = self._made[key] = _Making(asyncio.create_task(self._make(make)))
        making.waiting += 1
        try:
            return await asyncio.shield(making.task)
        finally:
            making.waiting -= 1
            unfinished = not making.task.done()
            failed = not unfinished and (making.task.cancelled() or making.task.exception() is not None)
            if unfinished and not making.waiting:
                making.task.cancel()
            if (failed or (unfinished and not making.waiting)) and self._made.get(key) is making:
                del self._made[key]

    async def _make(self, make: Callable[[], Awaitable[str]]) -> str:
        async with self.places:
            return await make()
