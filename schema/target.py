"""Targets: what was agreed."""

from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry import UNSET

from core.paging import Order
from core.periods import Period
from core.targets.read import INDICATOR, MANAGER, PERIOD, TargetRead, target_read, targets_in
from schema.connection import After, Connection, First
from schema.context import Context, Info
from schema.indicator import Indicator, indicator
from schema.listing import Asked, connection
from schema.resolved import resolved
from tenants.callers import require

OfPeriod = Annotated[Period | None, strawberry.argument(description="Those of this period; of all unless told.")]


@strawberry.type(description="A target (目标): the figure agreed for a manager, an indicator and a period.")
class Target:
    """What it comes to in a run stands on the scorecard's line."""

    manager: str = strawberry.field(description="Code of the manager.")
    indicator: Indicator = strawberry.field(description="What is measured.")
    period: Period = strawberry.field(description="For which period.")
    target: Decimal = strawberry.field(description="In the indicator's unit, at most 6 decimals.")
    prorate: bool = strawberry.field(description="Whether who holds his post for part of the period owes his days'.")
    version: str = strawberry.field(description="Opaque, for `expectedVersion`: it changes with target and prorate.")


def target(context: Context, read: TargetRead) -> Target:
    """The GraphQL object of a target read."""
    return Target(
        manager=read.manager,
        indicator=indicator(context, read.indicator),
        period=Period.parse(read.period),
        target=read.target,
        prorate=read.prorate,
        version=read.version,
    )


async def targets_of(
    info: Info, manager: str, *, period: Period | None, first: int | None, after: str | None
) -> Connection[Target]:
    """One manager's targets, whom the caller may read them of; of many managers at once it is one statement."""
    return connection(
        info,
        "Manager.targets",
        targets_in(info.context.caller.rows("target:read"), period=period or None, by_manager=True),
        (Order(PERIOD, descending=True), Order(INDICATOR)),
        lambda row: target(info.context, target_read(row)),
        Asked(first, after),
        parent=manager,
    )


@strawberry.type
class TargetRoots:
    """Entry to targets."""

    @resolved(
        description="What was agreed, within the caller's reach, by period (newest first), manager, indicator.",
        needs="target:read",
    )
    async def targets(
        self, info: Info, period: OfPeriod = UNSET, first: First = UNSET, after: After = UNSET
    ) -> Connection[Target] | None:
        """Rows whose manager is in the caller's scope."""
        caller = info.context.caller
        require(caller, "target:read")
        return connection(
            info,
            "targets",
            targets_in(caller.rows("target:read"), period=period or None),
            (Order(PERIOD, descending=True), Order(MANAGER), Order(INDICATOR)),
            lambda row: target(info.context, target_read(row)),
            Asked(first, after),
        )
