"""Following a run while it is at work."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

import strawberry

from core.errors import NotFound
from core.notices import RUNS, Notice
from core.runs.store import RunRead, runs_by_id
from core.session import Bank, BankSession
from schema.context import Context, Info
from schema.event import Event, Heard, hear, subscribed
from schema.run import Run, run
from schema.run_roots import NO_RUN, RunId, run_code
from tenants.callers import require

ENDED = ("complete", "failed", "cancelled")


@dataclass(frozen=True)
class RunTopic:
    """One run."""

    bank: Bank
    run: str

    def concerns(self, notice: Notice) -> bool:
        """What is said of the run itself."""
        return notice.channel == RUNS and notice.run == self.run

    async def read(self, session: BankSession) -> RunRead | None:
        """None: there is no such run."""
        return (await runs_by_id(session, [self.run])).get(self.run)


@strawberry.type
class RunProgressing:
    """The subscription."""

    @subscribed(
        name="runProgress",
        gives=Run,
        needs="run:read",
        description="A run as it stands now, and again whenever its status or progress changes; ends when the run has "
        "ended. Needs run:read; an error with NOT_FOUND if there is no such run.",
    )
    async def progress(self, info: Info, run_id: RunId) -> AsyncIterator[Event]:
        """Checked before the first event, and at every event again: what a person may do can change meanwhile."""
        require(info.context.caller, "run:read")
        return _events(info.context, RunTopic(info.context.bank, run_code(info.context, run_id)))


async def _events(context: Context, topic: RunTopic) -> AsyncIterator[Event]:
    last: RunRead | None = None
    async with aclosing(hear(context, topic, "run:read")) as heard:
        async for now in heard:
            if now.news.state is None:
                raise NotFound(NO_RUN)
            if now.news.state == last:
                continue
            last = now.news.state
            yield _event(now, last)
            if last.status in ENDED:
                return


def _event(heard: Heard, read: RunRead) -> Event:
    async def make(context: Context) -> Run:
        return run(context, read)

    return Event(heard, make)
