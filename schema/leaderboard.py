"""The best of a scheme and period, as they stand."""

from collections.abc import AsyncIterator, Hashable
from contextlib import aclosing

import strawberry
from strawberry import UNSET

from core.errors import InputError
from core.paging import Page
from core.runs.store import RunRead
from schema.connection import Connection, First
from schema.context import Context, Info
from schema.event import Event, Heard, hear, subscribed
from schema.listing import DEFAULT_FIRST, MOST, Asked, connected
from schema.resolved import resolved
from schema.results_topic import OfPeriod, Published, ResultsTopic, SchemeCode, results_topic
from schema.run import Run, Scorecard, ScorecardConnection, run, scorecards_of
from tenants.callers import require


@strawberry.type(description="The first of a list of scorecards, and the run they belong to.")
class Leaderboard:
    """As one event tells it."""

    read: strawberry.Private[RunRead | None]
    first: strawberry.Private[int]

    @resolved(description="The run that counts; null while there is none. Needs run:read.", needs="run:read")
    def run(self, info: Info) -> Run | None:
        """Null too where runs are not to be read."""
        readable = info.context.caller.decide("run:read").allowed
        return None if self.read is None or not readable else run(info.context, self.read)

    @resolved(
        description="Its scorecards that the caller may see, most points first; empty while there is no run.",
        gives=ScorecardConnection,
    )
    async def scorecards(self, info: Info) -> Connection[Scorecard]:
        """The page of the root of that name: its cursors go on there, with the run's id."""
        if self.read is None:
            return connected([], False, Page(0, ()), _none, kind=ScorecardConnection)
        return await scorecards_of(info, self.read.run, Asked(self.first))


async def _none() -> int:
    return 0


@strawberry.type
class Leaderboards:
    """The subscription."""

    @subscribed(
        name="leaderboard",
        gives=Leaderboard,
        needs="scorecard:read",
        description="The best of a scheme and period as they stand now, and again whenever a newer run of it is "
        "complete or published, or the caller's reach changes. Needs scorecard:read.",
    )
    async def leaderboard(
        self, info: Info, scheme: SchemeCode, period: OfPeriod, first: First = UNSET, published: Published = False
    ) -> AsyncIterator[Event]:
        """FIRST_OUT_OF_RANGE as for every list."""
        require(info.context.caller, "scorecard:read")
        count = how_many(first)
        return _events(info.context, await results_topic(info.context, scheme, period, published), count)


def how_many(first: int | None) -> int:
    """The number asked for, or the usual; FIRST_OUT_OF_RANGE."""
    wanted = DEFAULT_FIRST if first is None or first is UNSET else first
    if not 0 <= wanted <= MOST:
        raise InputError(f"`first` is 0 to {MOST}.", code="FIRST_OUT_OF_RANGE")
    return wanted


async def _events(context: Context, topic: ResultsTopic, first: int) -> AsyncIterator[Event]:
    last: Hashable = None
    async with aclosing(hear(context, topic, "scorecard:read")) as heard:
        async for now in heard:
            seen = (_version(now.news.state), now.caller.sight)
            if seen != last:
                last = seen
                yield _event(now, first)


def _version(read: RunRead | None) -> Hashable:
    """What can change of a complete run."""
    return read and (read.run, read.published_at, read.in_force)


def _event(heard: Heard, first: int) -> Event:
    async def make(context: Context) -> Leaderboard:
        return Leaderboard(read=heard.news.state, first=first)

    return Event(heard, make)
