"""Publishing a run."""

from typing import Annotated

import strawberry

from core.publications.store import publish_run
from schema.context import Info
from schema.resolved import resolved
from schema.run import Run
from schema.run_roots import changed_run, run_code
from tenants.callers import require


@strawberry.input(description="Which run to publish.")
class PublishRunInput:
    """Id."""

    run_id: strawberry.ID = strawberry.field(description="The run's id, or its code.")


@strawberry.type(description="The run that was published.")
class PublishRunPayload:
    """Faults come as errors with a code."""

    run: Run = strawberry.field(description="In force for its scheme and period from now on.")


@strawberry.type
class RunPublishing:
    """The change."""

    @resolved(
        name="publishRun",
        description="Make a complete run the bank's word on its period; needs run:publish. FORBIDDEN with reason "
        "FOUR_EYES for who asked for it, CONFLICT with reason RUN_NOT_COMPLETE or RUN_ALREADY_PUBLISHED.",
    )
    async def publish_a_run(
        self, info: Info, input: Annotated[PublishRunInput, strawberry.argument(description="Which.")]
    ) -> PublishRunPayload | None:
        """Publication and audit record in one transaction."""
        context = info.context
        require(context.caller, "run:publish")
        code = run_code(context, input.run_id)
        async with context.changing() as session:
            await publish_run(session, code)
        return PublishRunPayload(run=await changed_run(context, code))
