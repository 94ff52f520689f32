"""Entries to deliveries of facts."""

import enum
from typing import Annotated

import strawberry
from strawberry import UNSET

from core.facts.read import BUSINESS_DAY, DELIVERED_AT, DELIVERIES, FACT, NUMBER, delivery_read
from core.paging import Order
from schema.connection import After, Connection, First
from schema.context import Info
from schema.listing import Asked, connection
from schema.order import OrderDirection, orders
from schema.resolved import resolved
from schema.run import Delivery, delivery, delivery_of
from tenants.callers import require

__all__ = ["Delivery", "DeliveryRoots", "delivery_of"]


@strawberry.enum(description="What deliveries can be ordered by.")
class DeliveryOrderField(enum.Enum):
    """Keys."""

    BUSINESS_DAY = strawberry.enum_value("business_day", description="The day the file speaks of.")
    DELIVERED_AT = strawberry.enum_value("delivered_at", description="When it was handed in.")
    FACT = strawberry.enum_value("fact", description="The fact table, by code points.")


@strawberry.input(description="One key of an order of deliveries.")
class DeliveryOrder:
    """Key and direction."""

    field: DeliveryOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


_KEYS = {
    DeliveryOrderField.BUSINESS_DAY: BUSINESS_DAY,
    DeliveryOrderField.DELIVERED_AT: DELIVERED_AT,
    DeliveryOrderField.FACT: FACT,
}


@strawberry.type
class DeliveryRoots:
    """Entries to deliveries."""

    @resolved(description="What the bank's systems have handed in, newest first unless told.", needs="delivery:read")
    async def deliveries(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        order_by: Annotated[
            list[DeliveryOrder] | None, strawberry.argument(description="Order: most important key first.")
        ] = UNSET,
    ) -> Connection[Delivery] | None:
        """Refused ones too."""
        require(info.context.caller, "delivery:read")
        return connection(
            info,
            "deliveries",
            DELIVERIES,
            orders(order_by or None, _KEYS, [Order(DELIVERED_AT, descending=True)], NUMBER),
            lambda row: delivery(info.context, delivery_read(row)),
            Asked(first, after),
        )
