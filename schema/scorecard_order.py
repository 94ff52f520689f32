"""What scorecards can be ordered by."""

import enum
from dataclasses import replace
from typing import Annotated

import strawberry

from core.errors import Forbidden
from core.paging import Order
from core.runs.cards import BRANCH, GRADE, MANAGER, PAY, POINTS, RANK, RANK_IN_BRANCH
from schema.needs import values_under
from schema.order import OrderDirection, orders
from tenants.callers import Caller


@values_under(BRANCH="branch:read", PAY="scorecard.pay:read")
@strawberry.enum(description="What scorecards can be ordered by.")
class ScorecardOrderField(enum.Enum):
    """Keys."""

    BRANCH = strawberry.enum_value("branch", description="Code of the branch that counted, by code points.")
    GRADE = strawberry.enum_value("grade", description="Name of the grade, by code points.")
    MANAGER = strawberry.enum_value("manager", description="Code of the manager, by code points.")
    PAY = strawberry.enum_value("pay", description="Pay; only where every pay in reach is readable.")
    POINTS = strawberry.enum_value("points", description="Total points.")
    RANK = strawberry.enum_value("rank", description="Rank in the bank.")
    RANK_IN_BRANCH = strawberry.enum_value("rank_in_branch", description="Rank in the branch.")


@strawberry.input(description="One key of an order of scorecards.")
class ScorecardOrder:
    """Key and direction."""

    field: ScorecardOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


ScorecardOrders = Annotated[
    list[ScorecardOrder] | None,
    strawberry.argument(description="Order: most important key first; points, highest first, unless told."),
]

# Ranks are stored in 32 bits: PostgreSQL is never asked for a row behind a larger one.
_RANK, _RANK_IN_BRANCH = (replace(key, kind="rank") for key in (RANK, RANK_IN_BRANCH))

_KEYS = {
    ScorecardOrderField.BRANCH: BRANCH,
    ScorecardOrderField.GRADE: GRADE,
    ScorecardOrderField.MANAGER: MANAGER,
    ScorecardOrderField.PAY: PAY,
    ScorecardOrderField.POINTS: POINTS,
    ScorecardOrderField.RANK: _RANK,
    ScorecardOrderField.RANK_IN_BRANCH: _RANK_IN_BRANCH,
}


def scorecard_order(caller: Caller, asked: list[ScorecardOrder] | None) -> tuple[Order, ...]:
    """The order; Forbidden ORDER_MASKED by pay unless the caller reads every pay he could see the row of.

    An order tells what it orders by, even where the figure itself is masked.
    """
    order = orders(asked or None, _KEYS, [Order(POINTS, descending=True)], MANAGER)
    by_pay = any(part.key == PAY for part in order)
    if by_pay and not caller.decide("scorecard.pay:read").covers(caller.decide("scorecard:read")):
        raise Forbidden("Ordering by PAY needs scorecard.pay:read on every row in reach.", code="ORDER_MASKED")
    return order
