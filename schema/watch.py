"""Watching what moves on: one listener in the process, one reading for each piece of news, however many listen to it.

Whoever listens hears of the newest state only: while he is busy, what he would have heard is replaced.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.notices import CHANNELS, PEOPLE, Notice, read_notice
from core.plugins.host import Catalogue, Host
from core.plugins.store import catalogue as read_catalogue
from core.session import Bank, BankSession
from schema.sharing import Shared
from tenants.binding import Door
from tenants.callers import Caller, load_callers

log = logging.getLogger("meritgraph.graphql")

SYSTEM = "system"
READINGS = 2
"""At once, so that who listens leaves the pool's other connections to requests; as many events are made at once."""


class Topic(Protocol):
    """Something of one bank that moves on. Equal topics are one."""

    @property
    def bank(self) -> Bank:
        """Whose it is: a notice of another bank's is never about it."""
        ...

    def concerns(self, notice: Notice) -> bool:
        """Whether a notice of its bank may be about it."""
        ...

    async def read(self, session: BankSession) -> Any:
        """Its state now; what is equal has not moved on."""
        ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True, eq=False)
class News:
    """A topic as it stands, and as whom each who is told may still log in; who may not is missing."""

    state: Any
    catalogue: Catalogue
    callers: Mapping[str, Caller]
    shared: Shared


class Listen(Protocol):
    """Hears notices on channels of PostgreSQL."""

    def __call__(
        self, channels: Sequence[str], heard: Callable[[str, str], None]
    ) -> AbstractAsyncContextManager[asyncio.Event]:
        """Inside, `heard` gets every notice's channel and text; the event is set once PostgreSQL has hung up."""
        ...


@dataclass(eq=False)
class Follower:
    """One person who listens to one topic."""

    person: str
    _news: News | None = None
    _told: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, news: News) -> None:
        """The newest state, in place of what he has not heard yet."""
        self._news = news
        self._told.set()

    async def next(self) -> News:
        """The newest state, once there is one he has not heard."""
        await self._told.wait()
        self._told.clear()
        if self._news is None:
            raise LookupError("told, but of nothing")
        return self._news


@dataclass(eq=False)
class _Watched:
    topic: Topic
    followers: set[Follower] = field(default_factory=set)
    newcomers: set[Follower] = field(default_factory=set)
    """Followers who have been told nothing yet."""
    stale: bool = False
    known: list[Any] = field(default_factory=list)
    """The state told last, if any."""
    reading: "asyncio.Task[None] | None" = None

    def due(self) -> set[Follower]:
        """Whom the next reading is for."""
        due = set(self.followers) if self.stale else self.newcomers & self.followers
        self.stale, self.newcomers = False, set()
        return due

    def tell(self, news: News, due: set[Follower]) -> None:
        """Tell them; where newcomers' news is news to the others too, they are due next."""
        self.stale = self.stale or (self.known not in ([], [news.state]) and not due >= self.followers)
        self.known = [news.state]
        for follower in due & self.followers:
            follower.tell(news)


class Watch:
    """Listens while anybody does. After PostgreSQL was away it listens anew and tells everybody of now."""

    def __init__(
        self, door: Door, host: Host, listen: Listen, is_outage: Callable[[BaseException], bool], pause: float = 0.5
    ) -> None:
        self._door = door
        self._host = host
        self._listen = listen
        self._is_outage = is_outage
        self._pause = pause
        self._watched: dict[int, dict[Topic, _Watched]] = defaultdict(dict)
        self._listening = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None
        self._readings = asyncio.Semaphore(READINGS)
        self._making = asyncio.Semaphore(READINGS)

    @asynccontextmanager
    async def follow(self, topic: Topic, person: str) -> AsyncIterator[Follower]:
        """Hear of its state now, and of every change from now on."""
        watched = self._watched[topic.bank.id].setdefault(topic, _Watched(topic))
        follower = Follower(person)
        watched.followers.add(follower)
        watched.newcomers.add(follower)
        if self._listener is None:
            self._listener = asyncio.create_task(self._keep_listening())
        try:
            await self._listening.wait()
            # Listening first and reading then, so that no change falls between the two.
            self._read_soon(watched)
            yield follower
        finally:
            await self._leave(watched, follower)

    async def _leave(self, watched: _Watched, follower: Follower) -> None:
        watched.followers.discard(follower)
        bank = watched.topic.bank.id
        topics = self._watched[bank]
        if not watched.followers and topics.get(watched.topic) is watched:
            del topics[watched.topic]
            if not topics:
                del self._watched[bank]
            await _end(watched.reading)
        if not self._watched:
            # At once, not when the old listener has hung up: a new one may be listening by then.
            listener, self._listener = self._listener, None
            self._listening.clear()
            await _end(listener)

    async def _keep_listening(self) -> None:
        pause = self._pause
        while True:
            try:
                async with self._listen(CHANNELS, self._hear) as gone:
                    pause = self._pause
                    self._listening.set()
                    for topics in self._watched.values():
                        self._refresh(topics.values())
                    await gone.wait()
            except Exception as error:
                if not self._is_outage(error):
                    log.exception("cannot listen for changes")
            self._listening.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _hear(self, channel: str, payload: str) -> None:
        notice = read_notice(channel, payload)
        if notice is None or notice.bank not in self._watched:
            return
        everything = notice.channel == PEOPLE
        topics = self._watched[notice.bank].values()
        self._refresh([watched for watched in topics if everything or watched.topic.concerns(notice)])

    def _refresh(self, moved: "Sequence[_Watched] | Any") -> None:
        """Read them anew, for all who listen; what changes while one is read makes one more reading."""
        for watched in moved:
            watched.stale = True
            self._read_soon(watched)

    def _read_soon(self, watched: _Watched) -> None:
        if watched.reading is None or watched.reading.done():
            watched.reading = asyncio.create_task(self._read_until_fresh(watched))

    async def _read_until_fresh(self, watched: _Watched) -> None:
        while (watched.stale or watched.newcomers) and watched.followers:
            async with self._readings:
                due = watched.due()
                try:
                    news = await self._read(watched.topic, due)
                except Exception as error:
                    if not self._is_outage(error):
                        log.exception("cannot read what is listened to")
                    watched.stale = True
                else:
                    watched.tell(news, due)
                    continue
            await asyncio.sleep(self._pause)

    async def _read(self, topic: Topic, due: set[Follower]) -> News:
        persons = sorted({follower.person for follower in due})
        async with self._door.open(topic.bank, SYSTEM, read_only=True, frozen=True) as session:
            state = await topic.read(session)
            catalogue = await read_catalogue(session, self._host)
            callers = await load_callers(session, catalogue, persons)
        return News(state, catalogue, callers, Shared(self._making))


async def _end(task: "asyncio.Task[None] | None") -> None:
    if task is not None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
