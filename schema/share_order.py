"""What shares can be ordered by."""

import enum
from collections.abc import Sequence
from typing import Annotated

import strawberry

from core.paging import Order, SortKey
from core.shares.read import CUSTOMER, FIRST, MANAGER, SHARE
from schema.order import OrderDirection, orders


@strawberry.enum(description="What shares can be ordered by.")
class ShareOrderField(enum.Enum):
    """Keys."""

    CUSTOMER = strawberry.enum_value("customer", description="Code of the customer, by code points.")
    FIRST_DAY = strawberry.enum_value("first_day", description="First day it holds.")
    MANAGER = strawberry.enum_value("manager", description="Code of the manager, by code points.")
    SHARE = strawberry.enum_value("share", description="The share.")


@strawberry.input(description="One key of an order of shares.")
class ShareOrder:
    """Key and direction."""

    field: ShareOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


ShareOrders = Annotated[
    list[ShareOrder] | None,
    strawberry.argument(description="Order: most important key first; customer, manager and first day unless told."),
]

_KEYS: dict[ShareOrderField, SortKey] = {
    ShareOrderField.CUSTOMER: CUSTOMER,
    ShareOrderField.FIRST_DAY: FIRST,
    ShareOrderField.MANAGER: MANAGER,
    ShareOrderField.SHARE: SHARE,
}


def share_order(asked: Sequence[ShareOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by customer, manager and first day."""
    return orders(asked or None, _KEYS, [], CUSTOMER, MANAGER, FIRST)
