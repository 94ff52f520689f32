"""One request's transactions: a frozen one to read in, opened when first needed; one for each change."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

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
                try:
                    with outages(self.is_outage):
                        yield session
                except Unavailable as error:
                    if is_away(error):
                        await session.hang_up()
                    raise


def is_away(error: BaseException | None) -> bool:
    """Whether it is the database that is away, rather than something else we stand on (which has its own code)."""
    return isinstance(error, Unavailable) and error.code == Unavailable.code


class Transactions:
    """Hands the request's session to one reader at a time: a connection runs one statement at once.

    Everything a request reads is of one moment, except that what follows a change sees that change. A request
    never holds two connections: requests that wait for each other's second one would wait for ever. Once the
    database was away, it is for the rest of the request: what it held in its transaction is gone.
    """

    def __init__(self, open_bank: GuardedOpener) -> None:
        self._open = open_bank
        self._turn = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._reading: BankSession | None = None
        self._away: Unavailable | None = None
        self._holder: asyncio.Task[object] | None = None
        self._abandoned = False
        self.changing = False

    @property
    def bank(self) -> Bank:
        """The bank."""
        return self._open.bank

    @asynccontextmanager
    async def read(self) -> AsyncIterator[BankSession]:
        """The session to read with; PostgreSQL refuses writes in it. Unavailable while the database is away."""
        async with self._alone():
            if self._reading is None:
                self._reading = await self._stack.enter_async_context(self._open(read_only=True, frozen=True))
            yield self._reading

    @asynccontextmanager
    async def write(self) -> AsyncIterator[BankSession]:
        """A transaction of its own, committed on leaving, rolled back when an exception leaves."""
        self.changing = True
        async with self.paused() as open_bank, open_bank() as session:
            yield session

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[GuardedOpener]:
        """While inside, this request reads nothing here and holds no connection: for reading that opens its own."""
        async with self._alone():
            await self._stop_reading()
            yield self._open

    def of_nobody(self) -> "Transactions":
        """The same bank, a later moment, in nobody's name: the database lets nothing be signed. Close this one too."""
        return Transactions(GuardedOpener(replace(self._open.opener, person=""), self._open.is_outage))

    def abandon(self) -> None:
        """Nobody waits for what is being read: the statement that runs is cancelled, and no other begins.

        Loaders read in tasks of their own, which the end of the request's own task does not end.
        """
        self._abandoned = True
        if self._holder is not None and self._holder is not asyncio.current_task():
            self._holder.cancel()

    async def close(self) -> None:
        """Give the connection back."""
        async with self._turn:
            await self._stop_reading()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """One at a time, until the first to whom the database is away: after him nobody asks it again."""
        async with self._turn:
            if self._abandoned:
                raise asyncio.CancelledError
            if self._away is not None:
                raise Unavailable(self._away.message) from self._away
            self._holder = asyncio.current_task()
            try:
                with outages(self._open.is_outage):
                    yield
            except Unavailable as error:
                if is_away(error):
                    self._away = error
                raise
            finally:
                self._holder = None

    async def _stop_reading(self) -> None:
        self._reading = None
        if self._away is None:
            await self._stack.aclose()
        else:  # nothing is committed, and the connection does not go back to the pool
            await self._stack.__aexit__(type(self._away), self._away, self._away.__traceback__)
