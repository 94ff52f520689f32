"""One request's transactions: a frozen one to read in, opened when first needed; one for each change."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

from core.errors import Unavailable
from core.session import Bank, BankSession
from tenants.binding import Opener

IsOutage = Callable[[BaseException], bool]


@contextmanager
def outages(is_outage: IsOutage) -> Iterator[None]:
    """Turns "the database is away" of whatever kind into Unavailable; leaves every other fault alone."""
    try:
        yield
    except Exception as error:
        if is_outage(error) and not isinstance(error, Unavailable):
            raise Unavailable("The database is busy or away: try again in a moment.") from error
        raise


@dataclass(frozen=True)
class GuardedOpener:
    """Opens one bank's transactions; Unavailable while the database is away."""

    opener: Opener
    is_outage: IsOutage

    @property
    def bank(self) -> Bank:
        """The bank."""
        return self.opener.bank

    @asynccontextmanager
    async def __call__(self, *, read_only: bool = False, frozen: bool = False) -> AsyncIterator[BankSession]:
        """As the opener's."""
        with outages(self.is_outage):
            async with self.opener(read_only=read_only, frozen=frozen) as session:
                yield session


class Transactions:
    """Hands the request's session to one reader at a time: a connection runs one statement at once.

    Everything a request reads is of one moment, except that what follows a change sees that change. A request
    never holds two connections: requests that wait for each other's second one would wait for ever.
    """

    def __init__(self, open_bank: GuardedOpener) -> None:
        self._open = open_bank
        self._turn = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._reading: BankSession | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[BankSession]:
        """The session to read with; PostgreSQL refuses writes in it. Unavailable while the database is away."""
        async with self._turn:
            if self._reading is None:
                self._reading = await self._stack.enter_async_context(self._open(read_only=True, frozen=True))
            with outages(self._open.is_outage):
                yield self._reading

    @asynccontextmanager
    async def write(self) -> AsyncIterator[BankSession]:
        """A transaction of its own, committed on leaving, rolled back when an exception leaves."""
        async with self.paused() as open_bank, open_bank() as session:
            yield session

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[GuardedOpener]:
        """While inside, this request reads nothing here and holds no connection: for work that opens its own."""
        async with self._turn:
            await self._stop_reading()
            yield self._open

    async def close(self) -> None:
        """Give the connection back."""
        async with self._turn:
            await self._stop_reading()

    async def _stop_reading(self) -> None:
        self._reading = None
        await self._stack.aclose()
