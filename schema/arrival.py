"""Arrivals: files that came in, and what became of them."""

from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import UNSET

from core.arrivals.store import ARRIVALS, ArrivalRead, arrival_read
from core.findings.store import FindingRead
from core.indicators.indicator import Labels
from schema.arrival_facets import ARRIVALS as FACETS
from schema.arrival_facets import ArrivalFiltered
from schema.arrival_order import ArrivalOrders, arrival_order
from schema.arrival_state import ArrivalOrigin, ArrivalResult, ArrivalStatus
from schema.connection import After, Before, Connection, First, Last
from schema.context import Context, Info
from schema.delivery import Delivery, delivery_beside, delivery_of
from schema.feed import Feed, feed_beside, feed_of
from schema.finding import Finding, NamedText, finding, named
from schema.listing import Asked, connection
from schema.needs import found_under
from schema.node import ID, Node
from schema.planning.kinds import BOOL, DAY, FILLED, INT, LONG, MOMENT, TEXT, enumerated, global_id_of
from schema.planning.reads import column
from schema.resolved import resolved
from schema.tallies import connection_type
from tenants.callers import require


@strawberry.type(description="What became of a file that came in.")
class ArrivalOutcome:
    """Of the delivery report, or of what stopped it."""

    told: strawberry.Private[dict[str, Any]]
    result: ArrivalResult = strawberry.field(description="In a word.")
    code: str | None = strawberry.field(description="Code of what stopped it before a row was read; null otherwise.")
    message: str | None = strawberry.field(description="The sentence of that; null otherwise.")
    rows: int = strawberry.field(description="Rows that count, or would.")
    set_aside: int = strawberry.field(description="Rows left out as wrong, or that would be; see `delivery`.")
    is_refused: bool = strawberry.field(description="Whether it is refused or, of a dry run, would be.")
    supersedes: int | None = strawberry.field(
        description="Number of the delivery it took, or would take, the place of; null without one."
    )
    counts: list[NamedText] = strawberry.field(description="How many findings there are of each rule.")
    changes: list[NamedText] = strawberry.field(
        description="Of a file of a bank's own list: how many rows were, or would be, added, changed, ended, unchanged."
    )
    zeroes: int | None = strawberry.field(
        description="How many balances an empty snapshot makes, or would make, zero; null of any other file."
    )

    @resolved(description="The first 100 findings: place, value and rule.")
    def findings(self) -> list[Finding]:
        """Of a dry run too, which leaves no delivery."""
        return [_finding(one) for one in self.told.get("findings") or []]


@found_under("arrival:read")
@strawberry.type(description="An arrival (到达文件): a file that came in by inbox or upload, from then to its end.")
class Arrival(Node):
    """`read` is what core knows of it."""

    read: strawberry.Private[ArrivalRead]
    id: strawberry.ID = column("arrival", kind=global_id_of("Arrival"), attribute="number", description=ID)
    number: int = column("arrival", kind=INT, attribute="number", description="The bank's running number of it.")
    name: str = column("name", kind=TEXT, description="The name it came with; never a path.")
    origin: ArrivalOrigin = column("origin", kind=enumerated(ArrivalOrigin), description="Which way it came.")
    business_day: date | None = column(
        "business_day", kind=DAY, description="The day it speaks of; null where nothing said it."
    )
    bytes: str = column("bytes", kind=LONG, description="Its size in bytes, as text: it may exceed 32 bits.")
    status: ArrivalStatus = column("status", kind=enumerated(ArrivalStatus), description="How far it is.")
    stage: str | None = column(
        "stage",
        kind=FILLED,
        description="What is done with it now, such as read, checked, derived; null while it waits and at the end.",
    )
    dry_run: bool = column("dry_run", kind=BOOL, attribute="is_dry_run", description="Whether it is only looked at.")
    arrived_by: str = column(
        "arrived_by", kind=TEXT, description='Code of the person who handed it in; "inbox" of the folder.'
    )
    arrived_at: datetime = column("arrived_at", kind=MOMENT, description="When it was taken.")
    finished_at: datetime | None = column("finished_at", kind=MOMENT, description="When all was done; null until then.")

    @resolved(description="What became of it; null until that is known.")
    def outcome(self) -> ArrivalOutcome | None:
        """Of what the worker told."""
        return None if self.read.outcome is None else _outcome(self.read.outcome)

    @resolved(
        description="The feed it belongs to; null without one, or without feed:read.",
        needs="feed:read",
        reads=feed_beside("feed"),
    )
    async def feed(self, info: Info) -> Feed | None:
        """Batched; null too where it has been removed since."""
        return None if self.read.feed is None else await feed_of(info.context, self.read.feed)

    @resolved(
        description="The delivery that came of it, refused ones too; null without one, or without delivery:read.",
        needs="delivery:read",
        reads=delivery_beside("delivery"),
    )
    async def delivery(self, info: Info) -> Delivery | None:
        """Batched."""
        return None if self.read.delivery is None else await delivery_of(info.context, self.read.delivery)


ArrivalConnection = connection_type(FACETS, Arrival)


def _outcome(told: dict[str, Any]) -> ArrivalOutcome:
    return ArrivalOutcome(
        told=told,
        result=ArrivalResult(told["status"]),
        code=told.get("code"),
        message=told.get("message"),
        rows=told.get("rows") or 0,
        set_aside=told.get("set_aside") or 0,
        is_refused=told["status"] == "refused" or bool(told.get("is_refused")),
        supersedes=told.get("supersedes"),
        counts=named(told.get("counts") or {}),
        changes=named(told.get("changes") or {}),
        zeroes=told.get("zeroes"),
    )


def _finding(one: dict[str, Any]) -> Finding:
    places = ("file", "row", "line", "column", "source_column", "value")
    return finding(
        FindingRead(
            number=0,
            code=one["rule"],
            severity="error",
            subject=one.get("column") or "",
            message=Labels(one["message"], one["message_zh"]),
            fields={place: one.get(place) for place in places},
        )
    )


async def arrival_of(context: Context, number: int) -> Arrival | None:
    """The arrival of a number, batched; None if there is none or the caller may read none."""
    if not context.caller.decide("arrival:read").allowed or not 0 < number < 2**63:
        return None
    found = await context.loaders.arrivals.load(number)
    return None if found is None else Arrival(read=found)


@strawberry.type
class ArrivalRoots:
    """Entry to the arrivals."""

    @resolved(
        description="Files that came in, newest first unless told; needs arrival:read.",
        needs="arrival:read",
        gives=ArrivalConnection | None,
    )
    async def arrivals(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: ArrivalOrders = UNSET,
        filter: ArrivalFiltered = UNSET,
    ) -> Connection[Arrival] | None:
        """Those still at work too."""
        require(info.context.caller, "arrival:read")
        return connection(
            info,
            "arrivals",
            await FACETS.narrow(info.context, ARRIVALS, filter),
            arrival_order(order_by),
            lambda row: Arrival(read=arrival_read(row)),
            Asked(first, after, last, before),
            kind=ArrivalConnection,
        )
