"""One request's transactions: a frozen one to read in, opened when first needed; one for each change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from core.session import BankSession
from tenants.binding import Opener


class Transactions:
    """Hands the request's session to one reader at a time: a connection runs one statement at once.

    Everything a request reads is of one moment, except that what follows a change sees that change.
    """

    def __init__(self, open_bank: Opener) -> None:
        self._open = open_bank
        self._turn = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._reading: BankSession | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[BankSession]:
        """The session to read with; PostgreSQL refuses writes in it."""
        async with self._turn:
            if self._reading is None:
                self._reading = await self._stack.enter_async_context(self._open(read_only=True, frozen=True))
            yield self._reading

    @asynccontextmanager
    async def write(self) -> AsyncIterator[BankSession]:
        """A transaction of its own, committed on leaving, rolled back when an exception leaves."""
        async with self._turn:
            await self._stop_reading()  # or two requests could wait for each other's second connection
            async with self._open() as session:
                yield session

    async def close(self) -> None:
        """Give the connection back."""
        async with self._turn:
            await self._stop_reading()

    async def _stop_reading(self) -> None:
        self._reading = None
        await self._stack.aclose()
