"""Asking for a run."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from core.answers.store import Answer
from core.codes import is_code
from core.errors import NotFound
from core.periods import Period
from core.runs.start import start_run
from core.session import BankSession
from schema.change import change
from schema.context import Info
from schema.needs import under
from schema.once import Keyed, once
from schema.readiness import NotReady
from schema.run import Run
from schema.run_roots import changed_run
from tenants.callers import require


@strawberry.input(description="Which period to assess by which scheme.")
class StartRunInput(Keyed):
    """Codes only."""

    scheme: str = strawberry.field(description="Code of an approved scheme.")
    period: Period = strawberry.field(description='The period, such as "2026-Q3"; it must have begun.')
    version: int | None = strawberry.field(
        default=UNSET, description="An approved version of the scheme; the newest unless told."
    )
    despite: list[NotReady] | None = strawberry.field(
        default=UNSET,
        description="What of facts that are not ready shall not stop it; needs run:override.",
        metadata=under("run:override"),
    )


@strawberry.type(description="The run that was started.")
class StartRunPayload:
    """Made."""

    run: Run = strawberry.field(description="Queued: ask for its `status` and `progress` until it is complete.")


@strawberry.type
class RunChanges:
    """Changes of runs."""

    @change(
        name="startRun",
        needs="run:start",
        description="Queue an assessment; needs run:start, and run:override with `despite`. Refused: BAD_USER_INPUT "
        "for a period that has not begun or a scheme that cannot be run now, NOT_FOUND for one that is not approved.",
    )
    async def start(
        self, info: Info, input: Annotated[StartRunInput, strawberry.argument(description="What to run.")]
    ) -> StartRunPayload:
        """Run, job and audit record in one transaction."""
        context = info.context
        despite = input.despite or ()
        if despite:
            require(context.caller, "run:override")
        if not is_code(input.scheme):
            raise NotFound("There is no such scheme.")

        async def work(session: BankSession) -> Answer:
            code = await start_run(
                session,
                context.catalogue,
                input.scheme,
                input.period,
                version=None if input.version is UNSET else input.version,
                despite=[str(reason.value) for reason in despite],
                today=context.caller.today,
            )
            return {"run": code}

        started = await once(info, input, work)
        return StartRunPayload(run=await changed_run(context, started["run"]))
