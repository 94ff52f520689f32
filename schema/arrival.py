"""Arrivals: files that came in, and what became of them."""

import enum
from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import UNSET

from core.arrivals.store import ARRIVALS, NUMBER, ArrivalRead, arrival_read
from core.findings.store import FindingRead
from core.indicators.indicator import Labels
from core.paging import Order
from schema.connection import After, Connection, First
from schema.context import Context, Info
from schema.delivery import Delivery, delivery_of
from schema.feed import Feed, feed_of
from schema.finding import Finding, NamedText, finding, named
from schema.ids import global_id
from schema.listing import Asked, connection
from schema.needs import found_under
from schema.node import Node
from schema.resolved import resolved
from tenants.callers import require


@strawberry.enum(description="How far an arrival is.")
class ArrivalStatus(enum.Enum):
    """States."""

    WAITING = strawberry.enum_value("waiting", description="In the queue.")
    WORKING = strawberry.enum_value("working", description="A worker has it; see `stage`.")
    DONE = strawberry.enum_value("done", description="Over: taken in, unchanged, or a dry run told.")
    REFUSED = strawberry.enum_value("refused", description="Over: nothing of it counts.")


@strawberry.enum(description="Which way a file came.")
class ArrivalOrigin(enum.Enum):
    """Ways."""

    INBOX = strawberry.enum_value("inbox", description="By the bank's inbox folder.")
    UPLOAD = strawberry.enum_value("upload", description="By the mutation importDelivery.")


@strawberry.enum(description="What became of a file.")
class ArrivalResult(enum.Enum):
    """Results."""

    ACCEPTED = strawberry.enum_value("accepted", description="Its facts count.")
    UNCHANGED = strawberry.enum_value("unchanged", description="The same content was in force already.")
    REFUSED = strawberry.enum_value("refused", description="Nothing of it counts.")
    DRY_RUN = strawberry.enum_value("dry_run", description="It was only looked at.")


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
    number: int = strawberry.field(description="The bank's running number of it.")
    name: str = strawberry.field(description="The name it came with; never a path.")
    origin: ArrivalOrigin = strawberry.field(description="Which way it came.")
    business_day: date | None = strawberry.field(description="The day it speaks of; null where nothing said it.")
    bytes: str = strawberry.field(description="Its size in bytes, as text: it may exceed 32 bits.")
    status: ArrivalStatus = strawberry.field(description="How far it is.")
    stage: str | None = strawberry.field(
        description="What is done with it now, such as read, checked, derived; null while it waits and at the end."
    )
    dry_run: bool = strawberry.field(description="Whether it is only looked at.")
    outcome: ArrivalOutcome | None = strawberry.field(description="What became of it; null until that is known.")
    arrived_by: str = strawberry.field(description='Code of the person who handed it in; "inbox" of the folder.')
    arrived_at: datetime = strawberry.field(description="When it was taken.")
    finished_at: datetime | None = strawberry.field(description="When all was done; null until then.")

    @resolved(description="The feed it belongs to; null without one, or without feed:read.", needs="feed:read")
    async def feed(self, info: Info) -> Feed | None:
        """By code; null too where it has been removed since."""
        return None if self.read.feed is None else await feed_of(info.context, self.read.feed)

    @resolved(
        description="The delivery that came of it, refused ones too; null without one, or without delivery:read.",
        needs="delivery:read",
    )
    async def delivery(self, info: Info) -> Delivery | None:
        """Batched."""
        return None if self.read.delivery is None else await delivery_of(info.context, self.read.delivery)


def arrival(context: Context, read: ArrivalRead) -> Arrival:
    """The GraphQL object of an arrival read."""
    return Arrival(
        id=global_id(context.bank, "Arrival", str(read.number)),
        read=read,
        number=read.number,
        name=read.name,
        origin=ArrivalOrigin(read.origin),
        business_day=read.business_day,
        bytes=str(read.bytes),
        status=ArrivalStatus(read.status),
        stage=read.stage or None,
        dry_run=read.is_dry_run,
        outcome=None if read.outcome is None else _outcome(read.outcome),
        arrived_by=read.arrived_by,
        arrived_at=read.arrived_at,
        finished_at=read.finished_at,
    )


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
    return None if found is None else arrival(context, found)


@strawberry.type
class ArrivalRoots:
    """Entry to the arrivals."""

    @resolved(description="Files that came in, newest first; needs arrival:read.", needs="arrival:read")
    async def arrivals(self, info: Info, first: First = UNSET, after: After = UNSET) -> Connection[Arrival] | None:
        """Those still at work too."""
        require(info.context.caller, "arrival:read")
        return connection(
            info,
            "arrivals",
            ARRIVALS,
            (Order(NUMBER, descending=True),),
            lambda row: arrival(info.context, arrival_read(row)),
            Asked(first, after),
        )
