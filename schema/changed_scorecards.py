"""Scorecards that a newer run has changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated

import strawberry
from strawberry import UNSET

from core.codes import is_code
from core.errors import NotFound
from core.runs.changed import changed_cards
from core.runs.store import RunRead
from schema.connection import First
from schema.context import Context, Info
from schema.event import Event, Heard, hear, subscribed
from schema.leaderboard import how_many
from schema.manager import Manager, scored_manager
from schema.resolved import resolved
from schema.results_topic import OfPeriod, Published, ResultsTopic, SchemeCode, results_topic
from schema.run import Run, Scorecard, run, scorecard_of
from tenants.callers import require

ManagerCode = Annotated[
    str | None, strawberry.argument(description="Only this manager's; of everybody in reach unless told.")
]


@strawberry.type(description="One manager's scorecard as it was and as it is.")
class ScorecardChange:
    """Of two runs."""

    code: strawberry.Private[str]
    scorecard: Scorecard | None = strawberry.field(
        description="The scorecard that counts now; null where the manager has none in the newer run, or it is out of "
        "the caller's reach."
    )
    before: Scorecard | None = strawberry.field(
        description="The one that counted before; null where there was none, or it is out of the caller's reach."
    )

    @resolved(description="The manager who was scored.")
    async def manager(self, info: Info) -> Manager:
        """Batched over all changes of the event."""
        return await scored_manager(info.context, self.code)


@strawberry.type(description="What a newer run has changed within the caller's reach.")
class ScorecardChanges:
    """One event."""

    now: strawberry.Private[RunRead]
    earlier: strawberry.Private[RunRead | None]
    changes: list[ScorecardChange] = strawberry.field(description="Scorecards that differ, by the manager's code.")
    total_count: int = strawberry.field(description="How many differ in all, also beyond `first`.")

    @resolved(description="The run that counts now. Needs run:read.", needs="run:read")
    def run(self, info: Info) -> Run | None:
        """Null where runs are not to be read."""
        return run(info.context, self.now) if info.context.caller.decide("run:read").allowed else None

    @resolved(description="The run that counted before; null when there was none. Needs run:read.", needs="run:read")
    def run_before(self, info: Info) -> Run | None:
        """Null too where runs are not to be read."""
        readable = info.context.caller.decide("run:read").allowed
        return run(info.context, self.earlier) if self.earlier is not None and readable else None


@strawberry.type
class ChangedScorecards:
    """The subscription."""

    @subscribed(
        name="scorecardChanged",
        gives=ScorecardChanges,
        needs="scorecard:read",
        description="Scorecards that a newer run of a scheme and period has changed, all of them in one event; nothing "
        "is told before there is a newer run, nor of one that changes nothing the caller can see. Needs "
        "scorecard:read; NOT_FOUND for a manager of whom the caller can see no scorecard.",
    )
    async def changed(
        self,
        info: Info,
        scheme: SchemeCode,
        period: OfPeriod,
        manager_code: ManagerCode = UNSET,
        first: First = UNSET,
        published: Published = False,
    ) -> AsyncIterator[Event]:
        """A card differs where anything does that the caller may read of it or of its lines."""
        context = info.context
        require(context.caller, "scorecard:read")
        count = how_many(first)
        manager = manager_code or None
        topic = await results_topic(context, scheme, period, published)
        if manager is not None and not await _may_be_followed(context, topic, manager):
            raise NotFound("There is no such manager.")
        return _events(context, topic, manager, count)


async def _may_be_followed(context: Context, topic: ResultsTopic, manager: str) -> bool:
    """Whose row is in reach, or whose card that counts now is: he may have left since."""
    if not is_code(manager):
        return False
    if await context.loaders.reachable("scorecard:read").load(manager) is not None:
        return True
    async with context.transactions.read() as session:
        counts = await topic.read(session)
    return counts is not None and await scorecard_of(context, counts.run, manager) is not None


async def _events(context: Context, topic: ResultsTopic, manager: str | None, first: int) -> AsyncIterator[Event]:
    started, last = False, None
    async with aclosing(hear(context, topic, "scorecard:read")) as heard:
        async for now in heard:
            newest: RunRead | None = now.news.state
            if started and newest is not None and (last is None or newest.run != last.run):
                yield _event(now, newest, last, manager, first)
            started, last = True, newest


def _event(heard: Heard, now: RunRead, before: RunRead | None, manager: str | None, first: int) -> Event:
    async def make(context: Context) -> ScorecardChanges | None:
        return await _changes(context, now, before, manager, first)

    return Event(heard, make, since=None if before is None else before.run)


async def _changes(
    context: Context, now: RunRead, before: RunRead | None, manager: str | None, first: int
) -> ScorecardChanges | None:
    caller = context.caller
    scopes = caller.rows("scorecard:read"), caller.rows("scorecard.pay:read")
    earlier = None if before is None else before.run
    async with context.transactions.read() as session:
        found = await changed_cards(session, now.run, earlier, *scopes, manager=manager, first=first)
    if not found.count:
        return None
    changes = await asyncio.gather(*(_change(context, code, now.run, earlier) for code in found.managers))
    return ScorecardChanges(now=now, earlier=before, changes=list(changes), total_count=found.count)


async def _change(context: Context, manager: str, now: str, before: str | None) -> ScorecardChange:
    cards = [now] if before is None else [now, before]
    found = await asyncio.gather(*(scorecard_of(context, code, manager) for code in cards))
    return ScorecardChange(code=manager, scorecard=found[0], before=found[1] if len(found) > 1 else None)
