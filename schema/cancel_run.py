"""Cancelling a run."""

from typing import Annotated

import strawberry

from core.runs.cancel import cancel_run
from schema.context import Info
from schema.resolved import resolved
from schema.run import Run
from schema.run_roots import changed_run, run_code
from tenants.callers import require


@strawberry.input(description="Which run to cancel.")
class CancelRunInput:
    """Id."""

    run_id: strawberry.ID = strawberry.field(description="The run's id, or its code.")


@strawberry.type(description="The run that was cancelled.")
class CancelRunPayload:
    """Faults come as errors with a code."""

    run: Run = strawberry.field(description="Ended without results.")


@strawberry.type
class RunCancelling:
    """The change."""

    @resolved(
        name="cancelRun",
        description="Call off a run that is queued or running; needs run:cancel. CONFLICT with reason "
        "RUN_NOT_CANCELLABLE for one that has ended.",
    )
    async def cancel_a_run(
        self, info: Info, input: Annotated[CancelRunInput, strawberry.argument(description="Which.")]
    ) -> CancelRunPayload | None:
        """Run, job and audit record in one transaction."""
        context = info.context
        require(context.caller, "run:cancel")
        code = run_code(context, input.run_id)
        async with context.changing() as session:
            await cancel_run(session, code)
        return CancelRunPayload(run=await changed_run(context, code))
