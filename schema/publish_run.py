"""Publishing a run."""

from typing import Annotated

import strawberry

from core.answers.store import Answer
from core.publications.store import publish_run
from core.session import BankSession
from schema.change import change
from schema.context import Info
from schema.once import Keyed, once
from schema.refusals import FourEyesRefusal
from schema.run import Run
from schema.run_roots import changed_run, run_code


@strawberry.input(description="Which run to publish.")
class PublishRunInput(Keyed):
    """Id."""

    run_id: strawberry.ID = strawberry.field(description="The run's id, or its code.")


@strawberry.type(description="The run that was published.")
class PublishRunPayload:
    """Made."""

    run: Run = strawberry.field(description="In force for its scheme and period from now on.")


@strawberry.type
class RunPublishing:
    """The change."""

    @change(
        name="publishRun",
        needs="run:publish",
        refusals=(FourEyesRefusal,),
        description="Make a complete run the bank's word on its period; needs run:publish. Refused: FORBIDDEN with "
        "reason FOUR_EYES for who asked for it, CONFLICT with reason RUN_NOT_COMPLETE or RUN_ALREADY_PUBLISHED.",
    )
    async def publish_a_run(
        self, info: Info, input: Annotated[PublishRunInput, strawberry.argument(description="Which.")]
    ) -> PublishRunPayload:
        """Publication and audit record in one transaction."""
        code = run_code(info.context, input.run_id)

        async def work(session: BankSession) -> Answer:
            await publish_run(session, code)
            return {}

        await once(info, input, work)
        return PublishRunPayload(run=await changed_run(info.context, code))
