"""What runs can be ordered by."""

import enum
from typing import Annotated

import strawberry

from core.paging import Order
from core.runs.store import FINISHED_AT, ID, PERIOD, PUBLISHED_AT, REQUESTED_AT, SCHEME, STATUS
from schema.order import OrderDirection, orders


@strawberry.enum(description="What runs can be ordered by.")
class RunOrderField(enum.Enum):
    """Keys."""

    FINISHED_AT = strawberry.enum_value("finished_at", description="When they ended.")
    PERIOD = strawberry.enum_value("period", description='The period\'s text, by code points ("2026-Q3").')
    PUBLISHED_AT = strawberry.enum_value("published_at", description="When they were published.")
    REQUESTED_AT = strawberry.enum_value("requested_at", description="When they were asked for.")
    SCHEME = strawberry.enum_value("scheme", description="Code of the scheme, by code points.")
    STATUS = strawberry.enum_value("status", description="Where they stand, by the alphabet.")


@strawberry.input(description="One key of an order of runs.")
class RunOrder:
    """Key and direction."""

    field: RunOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


RunOrders = Annotated[
    list[RunOrder] | None,
    strawberry.argument(description="Order: most important key first; newest first unless told."),
]

_KEYS = {
    RunOrderField.FINISHED_AT: FINISHED_AT,
    RunOrderField.PERIOD: PERIOD,
    RunOrderField.PUBLISHED_AT: PUBLISHED_AT,
    RunOrderField.REQUESTED_AT: REQUESTED_AT,
    RunOrderField.SCHEME: SCHEME,
    RunOrderField.STATUS: STATUS,
}


def run_order(asked: list[RunOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the run's code."""
    return orders(asked or None, _KEYS, [Order(REQUESTED_AT, descending=True)], ID)
