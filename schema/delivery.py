"""Deliveries of facts."""

import enum
from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry import UNSET

from core.facts.read import (
    BUSINESS_DAY,
    DELIVERED_AT,
    DELIVERIES,
    FACT,
    NUMBER,
    DeliveryRead,
    delivery_read,
)
from core.findings.store import OF_DELIVERIES
from core.paging import Order
from schema.connection import After, Connection, First
from schema.context import Context, Info
from schema.finding import Finding, findings
from schema.ids import global_id
from schema.listing import connection
from schema.node import Node
from schema.order import OrderDirection, orders
from schema.resolved import resolved
from tenants.callers import require


@strawberry.enum(description="What became of a delivery.")
class DeliveryStatus(enum.Enum):
    """States."""

    ACCEPTED = strawberry.enum_value("accepted", description="In force: its facts count.")
    SUPERSEDED = strawberry.enum_value("superseded", description="A later delivery took its place; old runs keep it.")
    REFUSED = strawberry.enum_value("refused", description="It breaks rules; nothing of it counts.")


@strawberry.type(description="A delivery (数据报送): one file of one kind of fact, accepted or refused whole.")
class Delivery(Node):
    """`read` is what core knows of it."""

    read: strawberry.Private[DeliveryRead]
    number: int = strawberry.field(description="The bank's running number of it.")
    fact: str = strawberry.field(description="The fact table it belongs to, such as balances.")
    shape: str = strawberry.field(description="How its rows add up: list, events, snapshot, transactions, …")
    business_day: date = strawberry.field(description="The day the file speaks of.")
    source: str = strawberry.field(description="The name the file came with.")
    content_hash: str = strawberry.field(description="SHA-256 of what was sent and how it was read.")
    status: DeliveryStatus = strawberry.field(description="What became of it.")
    rows: int = strawberry.field(description="Rows in the file.")
    finding_count: int = strawberry.field(description="How many findings there are.")
    delivered_by: str = strawberry.field(description="Code of the person who handed it in.")
    delivered_at: datetime = strawberry.field(description="When it was handed in.")

    @resolved(description="The delivery it took the place of; null when there was none.")
    async def supersedes(self, info: Info) -> "Delivery | None":
        """Batched."""
        return await delivery_of(info.context, self.read.supersedes) if self.read.supersedes is not None else None

    @resolved(description="What was found wrong: place, value and rule.")
    async def findings(self, info: Info, first: First = UNSET, after: After = UNSET) -> Connection[Finding]:
        """In the order of the file."""
        return await findings(info, OF_DELIVERIES, self.number, first=first, after=after)


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


def delivery(context: Context, read: DeliveryRead) -> Delivery:
    """The GraphQL object of a delivery read."""
    return Delivery(
        id=global_id(context.bank, "Delivery", str(read.number)),
        read=read,
        number=read.number,
        fact=read.fact,
        shape=read.shape,
        business_day=read.business_day,
        source=read.source,
        content_hash=read.content,
        status=DeliveryStatus(read.status),
        rows=read.rows,
        finding_count=read.findings,
        delivered_by=read.delivered_by,
        delivered_at=read.delivered_at,
    )


async def delivery_of(context: Context, number: int) -> Delivery | None:
    """The delivery of a number, batched; None if there is none or the caller may read none."""
    if not context.caller.decide("delivery:read").allowed or not 0 < number < 2**63:
        return None
    found = await context.loaders.deliveries.load(number)
    return None if found is None else delivery(context, found)


@strawberry.type
class DeliveryRoots:
    """Entries to deliveries."""

    @resolved(description="What the bank's systems have handed in, newest first unless told.")
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
        return await connection(
            info,
            "deliveries",
            DELIVERIES,
            orders(order_by or None, _KEYS, [Order(DELIVERED_AT, descending=True)], NUMBER),
            lambda row: delivery(info.context, delivery_read(row)),
            first=first,
            after=after,
        )
