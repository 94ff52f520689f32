"""What a delivery says of itself: its file, its state, what was found."""

import enum
from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import UNSET

from core.facts.read import DeliveryRead
from core.findings.store import OF_DELIVERIES
from schema.connection import After, Connection, First
from schema.context import Info
from schema.finding import Finding, findings
from schema.node import Node
from schema.resolved import resolved


@strawberry.enum(description="What became of a delivery.")
class DeliveryStatus(enum.Enum):
    """States."""

    ACCEPTED = strawberry.enum_value("accepted", description="In force: its facts count.")
    SUPERSEDED = strawberry.enum_value("superseded", description="A later delivery took its place; old runs keep it.")
    REFUSED = strawberry.enum_value("refused", description="It breaks rules; nothing of it counts.")


@strawberry.type
class DeliveryState(Node):
    """Everything of a delivery but what it changed. `read` is what core knows of it."""

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
    first_day: date | None = strawberry.field(
        description="The earliest day it says anything about; null of a refused one."
    )
    correction: str | None = strawberry.field(description="Why it corrects closed facts; null unless it does.")

    @resolved(description="What was found wrong: place, value and rule.")
    async def findings(self, info: Info, first: First = UNSET, after: After = UNSET) -> Connection[Finding]:
        """In the order of the file."""
        return await findings(info, OF_DELIVERIES, self.number, first=first, after=after)


def delivery_fields(read: DeliveryRead) -> dict[str, Any]:
    """The plain fields of DeliveryState."""
    return {
        "read": read,
        "number": read.number,
        "fact": read.fact,
        "shape": read.shape,
        "business_day": read.business_day,
        "source": read.source,
        "content_hash": read.content,
        "status": DeliveryStatus(read.status),
        "rows": read.rows,
        "finding_count": read.findings,
        "delivered_by": read.delivered_by,
        "delivered_at": read.delivered_at,
        "first_day": read.first_day,
        "correction": read.reason or None,
    }
