"""Following runs: one listener in the process, one reading for each change, however many people follow a run.

Whoever follows hears of the newest state only: while he is busy, what he would have heard is replaced.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from core.plugins.host import Catalogue, Host
from core.plugins.store import catalogue as read_catalogue
from core.runs.notices import CHANNEL, read_notice
from core.runs.store import RunRead, runs_by_id
from core.session import Bank
from tenants.binding import Door
from tenants.callers import Caller, load_callers

log = logging.getLogger("meritgraph.graphql")

SYSTEM = "system"
READINGS = 2
"""At once, so that followers leave the pool's other connections to requests."""


@dataclass(frozen=True)
class RunNews:
    """A run as it stands, and as whom each of its followers may still log in; who may not is missing."""

    run: RunRead | None
    catalogue: Catalogue
    callers: Mapping[str, Caller]


class Listen(Protocol):
    """Hears notices on a channel of PostgreSQL."""

    def __call__(self, channel: str, heard: Callable[[str], None]) -> AbstractAsyncContextManager[asyncio.Event]:
        """Inside, `heard` gets every notice's text; the event is set once PostgreSQL has hung up."""
        ...


@dataclass(eq=False)
class Follower:
    """One person who follows one run."""

    person: str
    _news: RunNews | None = None
    _told: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, news: RunNews) -> None:
        """The newest state, in place of what he has not heard yet."""
        self._news = news
        self._told.set()

    async def next(self) -> RunNews:
        """The newest state, once there is one he has not heard."""
        await self._told.wait()
        self._told.clear()
        if self._news is None:
            raise LookupError("told, but of nothing")
        return self._news


@dataclass(eq=False)
class _Followed:
    bank: Bank
    run: str
    followers: set[Follower] = field(default_factory=set)
    stale: bool = False
    reading: "asyncio.Task[None] | None" = None


class RunWatch:
    """Listens while anybody follows a run. After PostgreSQL was away it listens anew and tells everybody of now."""

    def __init__(
        self, door: Door, host: Host, listen: Listen, is_outage: Callable[[BaseException], bool], pause: float = 0.5
    ) -> None:
        self._door = door
        self._host = host
        self._listen = listen
        self._is_outage = is_outage
        self._pause = pause
        self._followed: dict[tuple[int, str], _Followed] = {}
        self._listening = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None
        self._places = asyncio.Semaphore(READINGS)

    @asynccontextmanager
    async def follow(self, bank: Bank, run: str, person: str) -> AsyncIterator[Follower]:
        """Hear of every change of the run from now on; whether it exists, the caller has to look."""
        followed = self._followed.setdefault((bank.id, run), _Followed(bank, run))
        follower = Follower(person)
        followed.followers.add(follower)
        if self._listener is None:
            self._listener = asyncio.create_task(self._keep_listening())
        try:
            await self._listening.wait()
            yield follower
        finally:
            followed.followers.discard(follower)
            if not followed.followers and self._followed.get((bank.id, run)) is followed:
                del self._followed[bank.id, run]
                await _end(followed.reading)
            if not self._followed:
                # At once, not when the old listener has hung up: a new one may be listening by then.
                listener, self._listener = self._listener, None
                self._listening.clear()
                await _end(listener)

    async def _keep_listening(self) -> None:
        pause = self._pause
        while True:
            try:
                async with self._listen(CHANNEL, self._hear) as gone:
                    pause = self._pause
                    self._listening.set()
                    for followed in self._followed.values():
                        self._refresh(followed)
                    await gone.wait()
            except Exception as error:
                if not self._is_outage(error):
                    log.exception("cannot listen for changes of runs")
            self._listening.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _hear(self, payload: str) -> None:
        key = read_notice(payload)
        if key is not None and (followed := self._followed.get(key)) is not None:
            self._refresh(followed)

    def _refresh(self, followed: _Followed) -> None:
        """Read it anew; what changes while it is read makes one more reading."""
        followed.stale = True
        if followed.reading is None or followed.reading.done():
            followed.reading = asyncio.create_task(self._read_until_fresh(followed))

    async def _read_until_fresh(self, followed: _Followed) -> None:
        while followed.stale and followed.followers:
            followed.stale = False
            try:
                async with self._places:
                    news = await self._read(followed)
            except Exception as error:
                if not self._is_outage(error):
                    log.exception("cannot read a run that is followed")
                followed.stale = True
                await asyncio.sleep(self._pause)
                continue
            for follower in followed.followers:
                follower.tell(news)

    async def _read(self, followed: _Followed) -> RunNews:
        persons = sorted({follower.person for follower in followed.followers})
        async with self._door.open(followed.bank, SYSTEM, read_only=True, frozen=True) as session:
            found = await runs_by_id(session, [followed.run])
            catalogue = await read_catalogue(session, self._host)
            return RunNews(found.get(followed.run), catalogue, await load_callers(session, catalogue, persons))


async def _end(task: "asyncio.Task[None] | None") -> None:
    if task is not None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
