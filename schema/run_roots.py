"""Entries to runs and scorecards."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from core.codes import is_code
from core.errors import NotFound
from core.runs.store import RUNS, run_read
from schema.connection import After, Before, Connection, First, Last
from schema.context import Context, Info
from schema.ids import key_of
from schema.listing import Asked, connection
from schema.resolved import resolved
from schema.run import (
    Run,
    RunConnection,
    Scorecard,
    ScorecardConnection,
    run,
    run_of,
    scorecard_of,
    scorecards_of,
)
from schema.run_facets import RUNS as FACETS
from schema.run_facets import RunFiltered
from schema.run_order import RunOrders, run_order
from schema.scorecard_facets import ScorecardFiltered
from schema.scorecard_order import ScorecardOrders
from tenants.callers import require

MOST_SEEN = 100_000
NO_RUN = "There is no such run."


RunId = Annotated[strawberry.ID, strawberry.argument(description="The run's id, or its code.")]


@strawberry.type
class RunRoots:
    """Entries to runs and scorecards."""

    @resolved(
        description="The bank's runs in every state, newest first unless told.",
        needs="run:read",
        gives=RunConnection | None,
    )
    async def runs(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: RunOrders = UNSET,
        filter: RunFiltered = UNSET,
    ) -> Connection[Run] | None:
        """A run belongs to no manager: who may read runs may read all."""
        require(info.context.caller, "run:read")
        return connection(
            info,
            "runs",
            await FACETS.narrow(info.context, RUNS, filter),
            run_order(order_by),
            lambda row: run(info.context, run_read(row)),
            Asked(first, after, last, before),
            kind=RunConnection,
        )

    @resolved(name="run", description="One run; null with NOT_FOUND if there is none.", needs="run:read")
    async def one_run(self, info: Info, id: RunId) -> Run | None:
        """By id or code."""
        require(info.context.caller, "run:read")
        return await _run(info, id)

    @resolved(
        description="The scorecards of a run that the caller may see; none until it is complete. Null with NOT_FOUND "
        "if there is no such run.",
        needs="scorecard:read",
        gives=ScorecardConnection | None,
    )
    async def scorecards(
        self,
        info: Info,
        run_id: RunId,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: ScorecardOrders = UNSET,
        filter: ScorecardFiltered = UNSET,
    ) -> Connection[Scorecard] | None:
        """The leaderboard."""
        require(info.context.caller, "scorecard:read")
        code = await _known_run(info, run_id)
        return await scorecards_of(info, code, Asked(first, after, last, before), order_by, filter)

    @resolved(
        name="scorecard",
        description="One manager's scorecard in a complete run; null with NOT_FOUND if the caller can see none.",
        needs="scorecard:read",
    )
    async def one_scorecard(
        self,
        info: Info,
        run_id: RunId,
        manager_code: Annotated[str, strawberry.argument(description="The bank's code of the manager.")],
    ) -> Scorecard | None:
        """Missing, of another bank, out of reach and not complete yet: one sentence for all."""
        context = info.context
        require(context.caller, "scorecard:read")
        code = key_of(context.bank, run_id, "Run")
        found = await scorecard_of(context, code, manager_code) if code and is_code(manager_code) else None
        if found is None:
            raise NotFound("There is no such scorecard.")
        return found


def run_code(context: Context, id: str) -> str:
    """The code an id or code names; NotFound for what can be no run of this bank."""
    code = key_of(context.bank, id, "Run")
    if code is None:
        raise NotFound(NO_RUN)
    return code


async def changed_run(context: Context, code: str) -> Run:
    """The run as a change has left it. Whoever may change runs may read them."""
    found = await run_of(context, code)
    if found is None:
        raise LookupError("the run just changed cannot be read")
    return found


async def _known_run(info: Info, id: str) -> str:
    """The code of a run that there is; NotFound. One that was there stays: it is looked for once."""
    context = info.context
    code = run_code(context, id)
    key, seen = (context.bank.id, code), context.works.known_runs
    if key not in seen or not context.caller.decide("run:read").allowed:
        await _run(info, id)
        if len(seen) > MOST_SEEN:
            seen.clear()
        seen.add(key)
    return code


async def _run(info: Info, id: str) -> Run:
    found = await run_of(info.context, run_code(info.context, id))
    if found is None:
        raise NotFound(NO_RUN)
    return found
