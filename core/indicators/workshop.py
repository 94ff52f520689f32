"""Where engine work is done: off the event loop, a bounded number of sessions at once, each with a memory limit."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from core.indicators.engine import Engine

T = TypeVar("T")


@dataclass(frozen=True)
class Workshop:
    """`sessions` engine sessions at once in this process; whoever comes later waits."""

    memory: str
    threads: int
    sessions: int
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", asyncio.Semaphore(self.sessions))

    @asynccontextmanager
    async def engine(self, folder: Path) -> AsyncIterator[Engine]:
        """A session that sees `folder` (one bank's fact files) and nothing else."""
        async with self._places:
            engine = await asyncio.to_thread(Engine, folder, self.memory, self.threads)
            try:
                yield engine
            finally:
                await asyncio.to_thread(engine.close)


async def aside(function: Callable[..., T], *arguments: object) -> T:
    """Run blocking work in a thread, so that the event loop goes on."""
    return await asyncio.to_thread(function, *arguments)
