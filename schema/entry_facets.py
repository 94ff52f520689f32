"""What entries can be filtered and grouped by, and ordered by."""

import enum
from typing import Annotated, Any

import strawberry

from core.entries.read import BUSINESS_DAY, DECIDED_AT, FACT, MADE_AT, NUMBER, REVERSED_BY
from core.paging import Order
from core.statement import Arguments
from schema.delivery_facets import DELIVERIES
from schema.facets import Facet, Facets, Related
from schema.operators import DAY, INT, MOMENT, TEXT, named
from schema.order import OrderDirection, orders
from tenants.callers import Caller


@strawberry.enum(description="What became of an entry.")
class EntryStatus(enum.Enum):
    """States."""

    WAITING = strawberry.enum_value("waiting", description="A second person has yet to decide.")
    APPROVED = strawberry.enum_value("approved", description="Its rows were delivered, or taken back by a reversal.")
    REFUSED = strawberry.enum_value("refused", description="A second person said no.")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="Its maker took it back.")


def _delivery(_caller: Caller, _arguments: Arguments) -> str:
    return "EXISTS (SELECT 1 FROM bank.deliveries d WHERE d.delivery = e.delivery AND {})"


ENTRIES = Facets(
    name="Entry",
    permission="entry:read",
    module=__name__,
    fields=(
        Facet("number", "e.entry", INT, "The bank's running number."),
        Facet("fact", "e.fact", TEXT, "The fact table its rows are for.", grouped=str, shown=str),
        Facet("business_day", "e.business_day", DAY, "The business day."),
        Facet("reason", "e.reason", TEXT, "Why it is entered by hand."),
        Facet("status", "e.status", named(EntryStatus), "What became of it.", grouped=EntryStatus, shown=EntryStatus),
        Facet("made_by", "e.made_by", TEXT, "Code of who made it.", grouped=str, shown=str),
        Facet("made_at", "e.made_at", MOMENT, "When it was made."),
        Facet("decided_by", "e.decided_by", TEXT, "Code of who decided; none while it waits.", grouped=str, shown=str),
        Facet("decided_at", "e.decided_at", MOMENT, "When that was; none while it waits."),
        Facet("decision", "nullif(e.decision, '')", TEXT, "Why it was refused; none otherwise."),
        Facet("reverses", "e.reverses", INT, "Number of the entry it takes back; none of an ordinary one."),
        Facet("reversed_by", REVERSED_BY, INT, "Number of the entry that took it back; none if none did."),
    ),
    related=(
        Related(
            "delivery",
            DELIVERIES,
            _delivery,
            "The delivery its approval made.",
            everywhere="delivery:read",
            needs="delivery:read",
        ),
    ),
)
EntryFilter = ENTRIES.filter_type

EntryFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=EntryFilter | None)
]


@strawberry.enum(description="What entries can be ordered by.")
class EntryOrderField(enum.Enum):
    """Keys."""

    BUSINESS_DAY = strawberry.enum_value("business_day", description="The business day.")
    DECIDED_AT = strawberry.enum_value("decided_at", description="When they were decided on.")
    FACT = strawberry.enum_value("fact", description="The fact table, by code points.")
    MADE_AT = strawberry.enum_value("made_at", description="When they were made.")
    NUMBER = strawberry.enum_value("number", description="The bank's running number.")


@strawberry.input(description="One key of an order of entries. Equals come by number, smallest first.")
class EntryOrder:
    """Key and direction."""

    field: EntryOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


EntryOrders = Annotated[
    list[EntryOrder] | None,
    strawberry.argument(description="Order: most important key first; newest first unless told."),
]

_KEYS = {
    EntryOrderField.BUSINESS_DAY: BUSINESS_DAY,
    EntryOrderField.DECIDED_AT: DECIDED_AT,
    EntryOrderField.FACT: FACT,
    EntryOrderField.MADE_AT: MADE_AT,
    EntryOrderField.NUMBER: NUMBER,
}


def entry_order(asked: list[EntryOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the entry's number."""
    return orders(asked or None, _KEYS, [Order(NUMBER, descending=True)], NUMBER)
