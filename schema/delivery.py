"""Entries to deliveries of facts."""

import strawberry
from strawberry import UNSET

from core.facts.read import DELIVERIES, delivery_read
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.delivery_facets import DELIVERIES as FACETS
from schema.delivery_facets import DeliveryFiltered
from schema.delivery_order import DeliveryOrders, delivery_order
from schema.listing import Asked, connection
from schema.resolved import resolved
from schema.run import Delivery, DeliveryConnection, delivery, delivery_beside, delivery_of
from tenants.callers import require

__all__ = ["Delivery", "DeliveryRoots", "delivery_beside", "delivery_of"]


@strawberry.type
class DeliveryRoots:
    """Entries to deliveries."""

    @resolved(
        description="What the bank's systems have handed in, newest first unless told.",
        needs="delivery:read",
        gives=DeliveryConnection | None,
    )
    async def deliveries(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: DeliveryOrders = UNSET,
        filter: DeliveryFiltered = UNSET,
    ) -> Connection[Delivery] | None:
        """Refused ones too."""
        require(info.context.caller, "delivery:read")
        return connection(
            info,
            "deliveries",
            await FACETS.narrow(info.context, DELIVERIES, filter),
            delivery_order(order_by),
            lambda row: delivery(info.context, delivery_read(row)),
            Asked(first, after, last, before),
            kind=DeliveryConnection,
        )
