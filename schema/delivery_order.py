"""What deliveries can be ordered by."""

import enum
from typing import Annotated

import strawberry

from core.facts.read import BUSINESS_DAY, DELIVERED_AT, FACT, FINDING_COUNT, NUMBER, ROWS
from core.paging import Order
from schema.order import OrderDirection, orders


@strawberry.enum(description="What deliveries can be ordered by.")
class DeliveryOrderField(enum.Enum):
    """Keys."""

    BUSINESS_DAY = strawberry.enum_value("business_day", description="The day the file speaks of.")
    DELIVERED_AT = strawberry.enum_value("delivered_at", description="When it was handed in.")
    FACT = strawberry.enum_value("fact", description="The fact table, by code points.")
    FINDING_COUNT = strawberry.enum_value("finding_count", description="How many findings there are.")
    NUMBER = strawberry.enum_value("number", description="The bank's running number.")
    ROWS = strawberry.enum_value("rows", description="Rows in the file.")


@strawberry.input(description="One key of an order of deliveries.")
class DeliveryOrder:
    """Key and direction."""

    field: DeliveryOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


DeliveryOrders = Annotated[
    list[DeliveryOrder] | None,
    strawberry.argument(description="Order: most important key first; newest first unless told."),
]

_KEYS = {
    DeliveryOrderField.BUSINESS_DAY: BUSINESS_DAY,
    DeliveryOrderField.DELIVERED_AT: DELIVERED_AT,
    DeliveryOrderField.FACT: FACT,
    DeliveryOrderField.FINDING_COUNT: FINDING_COUNT,
    DeliveryOrderField.NUMBER: NUMBER,
    DeliveryOrderField.ROWS: ROWS,
}


def delivery_order(asked: list[DeliveryOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the delivery's number."""
    return orders(asked or None, _KEYS, [Order(DELIVERED_AT, descending=True)], NUMBER)
