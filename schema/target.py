"""Targets: what was agreed."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from core.paging import ROOT
from core.periods import Period
from core.targets.read import TargetRead, target_read, target_version, targets_in
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.indicator import Indicator, indicator
from schema.listing import Asked, connection
from schema.planning.kinds import BOOL, EXACT, PERIOD, TEXT, Kind
from schema.planning.reads import LookedUp, column
from schema.resolved import resolved
from schema.tallies import connection_type
from schema.target_facets import TARGETS, TargetFiltered
from schema.target_order import TargetOrders, target_order
from tenants.callers import require

OfPeriod = Annotated[Period | None, strawberry.argument(description="Those of this period; of all unless told.")]


def _version(figure: Decimal, prorate: bool) -> str:
    return f'"{target_version(figure, prorate)}"'


_VERSION = Kind("{0}", _version, lambda _context, figure, prorate: target_version(figure, prorate))


@strawberry.type(description="A target (目标): the figure agreed for a manager, an indicator and a period.")
class Target:
    """What it comes to in a run stands on the scorecard's line."""

    read: strawberry.Private[TargetRead]
    manager: str = column("manager", kind=TEXT, description="Code of the manager.")

    @resolved(description="What is measured.", reads=LookedUp("indicator", indicator))
    def indicator(self, info: Info) -> Indicator:
        """From the catalogue: no statement."""
        return indicator(info.context, self.read.indicator)

    period: Period = column("period", kind=PERIOD, description="For which period.")
    target: Decimal = column("target", kind=EXACT, description="In the indicator's unit, at most 6 decimals.")
    prorate: bool = column(
        "prorate", kind=BOOL, description="Whether who holds his post for part of the period owes his days'."
    )
    version: str = column(
        "target",
        "prorate",
        kind=_VERSION,
        description="Opaque, for `expectedVersion`: it changes with target and prorate.",
    )


TargetConnection = connection_type(TARGETS, Target)


def target(read: TargetRead) -> Target:
    """The GraphQL object of a target read."""
    return Target(read=read)


async def agreed_targets(
    info: Info,
    listed: str,
    page: Asked,
    order_by: TargetOrders,
    filter: TargetFiltered,
    *,
    period: Period | None = None,
    manager: Any = ROOT,
) -> Connection[Target]:
    """The page of targets the caller may read, of one manager's if he is named; of many at once it is one statement."""
    scope = info.context.caller.rows("target:read")
    listing = targets_in(scope, period=period or None, by_manager=manager != ROOT)
    return connection(
        info,
        listed,
        await TARGETS.narrow(info.context, listing, filter),
        target_order(order_by),
        lambda row: target(target_read(row)),
        page,
        parent=manager,
        kind=TargetConnection,
    )


@strawberry.type
class TargetRoots:
    """Entry to targets."""

    @resolved(
        description="What was agreed, within the caller's reach, by period (newest first), manager, indicator unless "
        "told.",
        needs="target:read",
        gives=TargetConnection | None,
    )
    async def targets(
        self,
        info: Info,
        period: OfPeriod = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: TargetOrders = UNSET,
        filter: TargetFiltered = UNSET,
    ) -> Connection[Target] | None:
        """Rows whose manager is in the caller's scope."""
        require(info.context.caller, "target:read")
        return await agreed_targets(info, "targets", Asked(first, after, last, before), order_by, filter, period=period)
