"""What managers can be ordered by."""

import enum
from typing import Annotated

import strawberry

from core.managers.store import BRANCH, CODE, LEVEL, NAME, POSITION, POSTED_SINCE
from core.paging import Order
from schema.needs import values_under
from schema.order import OrderDirection, orders


@values_under(BRANCH="branch:read", LEVEL="manager:read", POSITION="manager:read", POSTED_SINCE="manager:read")
@strawberry.enum(description="What managers can be ordered by.")
class ManagerOrderField(enum.Enum):
    """Keys."""

    BRANCH = strawberry.enum_value("branch", description="The code of today's branch, by code points.")
    CODE = strawberry.enum_value("code", description="Their code, by code points.")
    LEVEL = strawberry.enum_value("level", description="Today's level, by code points.")
    NAME = strawberry.enum_value("name", description="Their name, by code points.")
    POSITION = strawberry.enum_value("position", description="Today's position, by code points.")
    POSTED_SINCE = strawberry.enum_value("posted_since", description="First day of today's post.")


@strawberry.input(description="One key of an order of managers.")
class ManagerOrder:
    """Key and direction."""

    field: ManagerOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


ManagerOrders = Annotated[
    list[ManagerOrder] | None, strawberry.argument(description="Order: most important key first; code unless told.")
]

_KEYS = {
    ManagerOrderField.BRANCH: BRANCH,
    ManagerOrderField.CODE: CODE,
    ManagerOrderField.LEVEL: LEVEL,
    ManagerOrderField.NAME: NAME,
    ManagerOrderField.POSITION: POSITION,
    ManagerOrderField.POSTED_SINCE: POSTED_SINCE,
}


def manager_order(asked: list[ManagerOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the code."""
    return orders(asked or None, _KEYS, [Order(CODE)], CODE)
