"""Cancelling a run."""

from typing import Annotated

import strawberry

from core.answers.store import Answer
from core.runs.cancel import cancel_run
from core.session import BankSession
from schema.change import change
from schema.context import Info
from schema.once import Keyed, once
from schema.run import Run
from schema.run_roots import changed_run, run_code


@strawberry.input(description="Which run to cancel.")
class CancelRunInput(Keyed):
    """Id."""

    run_id: strawberry.ID = strawberry.field(description="The run's id, or its code.")


@strawberry.type(description="The run that was cancelled.")
class CancelRunPayload:
    """Made."""

    run: Run = strawberry.field(description="Ended without results.")


@strawberry.type
class RunCancelling:
    """The change."""

    @change(
        name="cancelRun",
        needs="run:cancel",
        description="Call off a run that is queued or running; needs run:cancel. Refused: CONFLICT with reason "
        "RUN_NOT_CANCELLABLE for one that has ended.",
    )
    async def cancel_a_run(
        self, info: Info, input: Annotated[CancelRunInput, strawberry.argument(description="Which.")]
    ) -> CancelRunPayload:
        """Run, job and audit record in one transaction."""
        code = run_code(info.context, input.run_id)

        async def work(session: BankSession) -> Answer:
            await cancel_run(session, code)
            return {}

        await once(info, input, work)
        return CancelRunPayload(run=await changed_run(info.context, code))
