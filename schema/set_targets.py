"""Agreeing on targets."""

from decimal import Decimal
from typing import Annotated

import strawberry

from core.answers.store import Answer
from core.errors import InputError
from core.periods import Period
from core.session import BankSession
from core.targets.read import TargetRead
from core.targets.store import NewTarget, set_targets
from schema.change import change
from schema.context import Info
from schema.once import Keyed, once
from schema.refusals import PeriodClosed, TargetRefusal, VersionConflict
from schema.target import Target, target
from tenants.callers import require

MOST_TARGETS = 5000


@strawberry.input(description="One manager's target for one indicator.")
class TargetInput:
    """In place of what was agreed before."""

    manager: str = strawberry.field(description="Code of the manager.")
    indicator: str = strawberry.field(description='Code of the indicator, such as "deposits.daily_average".')
    target: Decimal | None = strawberry.field(
        description="In the indicator's unit, at most 6 decimals; null: there is none any more."
    )
    prorate: bool = strawberry.field(
        default=True, description="Whether who holds his post for part of the period owes his days' part."
    )
    expected_version: str | None = strawberry.field(
        default=None,
        description="The target's `version` when it was read, empty where there was none: VersionConflict if it has "
        "another by now.",
    )


@strawberry.input(description="Targets of one period.")
class SetTargetsInput(Keyed):
    """Targets that are not named stay."""

    period: Period = strawberry.field(description="The period they are agreed for.")
    targets: list[TargetInput] = strawberry.field(description="At most 5,000.")
    reason: str = strawberry.field(
        default="", description="Why; needed for a period with published results. Kept in the trail."
    )


@strawberry.type(description="What was agreed.")
class SetTargetsPayload:
    """Made."""

    targets: list[Target] = strawberry.field(description="As they stand now, in the order given, without those taken.")


@strawberry.type
class TargetChanges:
    """The change."""

    @change(
        name="setTargets",
        needs="target:set",
        refusals=(TargetRefusal, PeriodClosed, VersionConflict),
        description="Agree on targets of a period; needs target:set. Refused: BAD_USER_INPUT with reason "
        "TARGET_REFUSED for an unknown manager or indicator, PERIOD_CLOSED for a period with published results and no "
        "reason.",
    )
    async def set_the_targets(
        self, info: Info, input: Annotated[SetTargetsInput, strawberry.argument(description="What was agreed.")]
    ) -> SetTargetsPayload:
        """Rows and audit record in one transaction."""
        context = info.context
        if (input.reason or "").strip():
            require(context.caller, "delivery:correct")
        if len(input.targets) > MOST_TARGETS:
            raise InputError(f"Set at most {MOST_TARGETS} targets at once.", code="TARGETS_TOO_MANY")
        new = [
            NewTarget(one.manager, one.indicator, one.target, one.prorate, one.expected_version)
            for one in input.targets
        ]

        async def work(session: BankSession) -> Answer:
            await set_targets(session, input.period, new, known=context.catalogue.indicators, reason=input.reason)
            return {}

        await once(info, input, work)
        period = str(input.period)
        return SetTargetsPayload(
            targets=[
                target(TargetRead(one.manager, one.indicator, period, one.target, one.prorate))
                for one in new
                if one.target is not None
            ]
        )
