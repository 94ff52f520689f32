"""What arrivals can be ordered by."""

import enum
from typing import Annotated

import strawberry

from core.arrivals.store import ARRIVED_AT, BUSINESS_DAY, BYTES, FINISHED_AT, NAME, NUMBER
from core.paging import Order
from schema.order import OrderDirection, orders


@strawberry.enum(description="What arrivals can be ordered by.")
class ArrivalOrderField(enum.Enum):
    """Keys."""

    ARRIVED_AT = strawberry.enum_value("arrived_at", description="When they were taken.")
    BUSINESS_DAY = strawberry.enum_value("business_day", description="The day they speak of.")
    BYTES = strawberry.enum_value("bytes", description="Their size.")
    FINISHED_AT = strawberry.enum_value("finished_at", description="When all was done.")
    NAME = strawberry.enum_value("name", description="The name they came with, by code points.")
    NUMBER = strawberry.enum_value("number", description="The bank's running number.")


@strawberry.input(description="One key of an order of arrivals. Equals come by number, smallest first.")
class ArrivalOrder:
    """Key and direction."""

    field: ArrivalOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


ArrivalOrders = Annotated[
    list[ArrivalOrder] | None,
    strawberry.argument(description="Order: most important key first; newest first unless told."),
]

_KEYS = {
    ArrivalOrderField.ARRIVED_AT: ARRIVED_AT,
    ArrivalOrderField.BUSINESS_DAY: BUSINESS_DAY,
    ArrivalOrderField.BYTES: BYTES,
    ArrivalOrderField.FINISHED_AT: FINISHED_AT,
    ArrivalOrderField.NAME: NAME,
    ArrivalOrderField.NUMBER: NUMBER,
}


def arrival_order(asked: list[ArrivalOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the arrival's number."""
    return orders(asked or None, _KEYS, [Order(NUMBER, descending=True)], NUMBER)
