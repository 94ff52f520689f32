"""What customers can be ordered by."""

import enum
from collections.abc import Sequence
from typing import Annotated

import strawberry

from core.customers.read import CODE, NAME
from core.paging import Order, SortKey
from schema.order import OrderDirection, orders


@strawberry.enum(description="What customers can be ordered by.")
class CustomerOrderField(enum.Enum):
    """Keys."""

    CODE = strawberry.enum_value("code", description="Their code, by code points.")
    NAME = strawberry.enum_value("name", description="Their name, by code points.")


@strawberry.input(description="One key of an order of customers.")
class CustomerOrder:
    """Key and direction."""

    field: CustomerOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


CustomerOrders = Annotated[
    list[CustomerOrder] | None,
    strawberry.argument(description="Order: most important key first; code unless told."),
]

_KEYS: dict[CustomerOrderField, SortKey] = {
    CustomerOrderField.CODE: CODE,
    CustomerOrderField.NAME: NAME,
}


def customer_order(asked: Sequence[CustomerOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the code."""
    return orders(asked or None, _KEYS, [Order(CODE)], CODE)
