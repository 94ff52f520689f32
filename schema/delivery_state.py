"""What a delivery says of itself: its file, its state, what was found."""

import enum
from datetime import date, datetime

import strawberry
from strawberry import UNSET

from core.facts.read import DeliveryRead
from core.findings.store import OF_DELIVERIES
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.finding import Finding, FindingConnection, findings
from schema.finding_facets import FindingFiltered, FindingOrders
from schema.listing import Asked
from schema.node import ID, Node
from schema.planning.kinds import DAY, FILLED, INT, MOMENT, TEXT, enumerated, global_id_of
from schema.planning.reads import column
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
    id: strawberry.ID = column("delivery", kind=global_id_of("Delivery"), attribute="number", description=ID)
    number: int = column("delivery", kind=INT, attribute="number", description="The bank's running number of it.")
    fact: str = column("fact", kind=TEXT, description="The fact table it belongs to, such as balances.")
    shape: str = column("shape", kind=TEXT, description="How its rows add up: list, events, snapshot, transactions, …")
    business_day: date = column("business_day", kind=DAY, description="The day the file speaks of.")
    source: str = column("source", kind=TEXT, description="The name the file came with.")
    content_hash: str = column("content", kind=TEXT, description="SHA-256 of what was sent and how it was read.")
    status: DeliveryStatus = column("status", kind=enumerated(DeliveryStatus), description="What became of it.")
    rows: int = column("rows", kind=INT, description="Rows in the file.")
    finding_count: int = column("findings", kind=INT, description="How many findings there are.")
    delivered_by: str = column("delivered_by", kind=TEXT, description="Code of the person who handed it in.")
    delivered_at: datetime = column("delivered_at", kind=MOMENT, description="When it was handed in.")
    first_day: date | None = column(
        "first_day", kind=DAY, description="The earliest day it says anything about; null of a refused one."
    )
    correction: str | None = column(
        "reason", kind=FILLED, description="Why it corrects closed facts; null unless it does."
    )

    @resolved(description="What was found wrong: place, value and rule.", gives=FindingConnection)
    async def findings(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: FindingOrders = UNSET,
        filter: FindingFiltered = UNSET,
    ) -> Connection[Finding]:
        """In the order of the file."""
        return await findings(
            info, OF_DELIVERIES, self.read.number, Asked(first, after, last, before), order_by, filter
        )
