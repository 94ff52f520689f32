"""Following a run while it is at work."""

from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import strawberry

from core.errors import Forbidden, NotFound, Unauthenticated
from core.runs.store import RunRead
from schema.context import Context, Info
from schema.run import Run, run, run_of
from schema.run_roots import NO_RUN, RunId, run_code
from schema.run_watch import Follower
from tenants.callers import require

F = TypeVar("F", bound=Callable[..., Any])

ENDED = ("complete", "failed", "cancelled")


def _subscribed(*, description: str, name: str) -> Callable[[F], F]:
    """Strawberry's decorator, with the types it forgets."""
    decorate: Callable[[F], F] = strawberry.subscription(description=description, name=name)
    return decorate


@strawberry.type
class RunProgressing:
    """The subscription."""

    @_subscribed(
        name="runProgress",
        description="A run as it stands now, and again whenever its status or progress changes; ends when the run has "
        "ended. Needs run:read; an error with NOT_FOUND if there is no such run.",
    )
    async def progress(self, info: Info, run_id: RunId) -> AsyncIterator[Run]:
        """Checked before the first event, and at every event again: what a person may do can change meanwhile."""
        context = info.context
        require(context.caller, "run:read")
        return _events(context, run_code(context, run_id))


async def _events(context: Context, code: str) -> AsyncIterator[Run]:
    await context.transactions.close()  # no connection is held while one waits
    async with context.works.run_watch.follow(context.bank, code, context.caller.person) as follower:
        # Followed first and read then, so that no change falls between the two.
        if await run_of(context, code) is None:
            raise NotFound(NO_RUN)
        last = await context.loaders.runs.load(code)
        while last is not None:
            yield run(context, last)
            if last.status in ENDED:
                return
            last = await _next(context, follower, last)


async def _next(context: Context, follower: Follower, last: RunRead) -> RunRead | None:
    """The run's next state that differs; Unauthenticated or Forbidden for whoever may no longer know it."""
    while True:
        news = await follower.next()
        caller = news.callers.get(context.caller.person)
        if caller is None:
            raise Unauthenticated("This person may no longer log in.", code="PERSON_UNKNOWN")
        if not caller.decide("run:read").allowed:
            raise Forbidden(caller.decide("run:read").reason, permission="run:read")
        if news.run != last:
            context.renew(caller, news.catalogue)
            return news.run
