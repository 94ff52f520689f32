"""How far an arrival's work is, told on its row while the delivery's own transaction is open."""

import asyncio
import time

from core.arrivals.store import tell_stage
from core.runs.perform import Open

PAUSE = 0.5


class StageTeller:
    """Called with each stage; writes at most one every PAUSE seconds, in a transaction of its own."""

    def __init__(self, open_bank: Open, number: int) -> None:
        self._open = open_bank
        self._number = number
        self._told = 0.0
        self._task: asyncio.Task[None] | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """One stage is reached. Never waits."""
        busy = self._task is not None and not self._task.done()
        if not busy and time.monotonic() - self._told >= PAUSE:
            self._told = time.monotonic()
            self._task = asyncio.create_task(self._tell(stage))

    async def settled(self) -> None:
        """Nothing of it writes any more: whoever writes the row next waits for nobody."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _tell(self, stage: str) -> None:
        async with self._open() as session:
            await tell_stage(session, self._number, stage)
