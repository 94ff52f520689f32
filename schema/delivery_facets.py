"""What deliveries can be filtered, summed and grouped by."""

from typing import Annotated, Any

import strawberry

from core.statement import Arguments
from schema.delivery_state import DeliveryStatus
from schema.facets import Facet, Facets, Related, Summed
from schema.finding_facets import FINDINGS
from schema.operators import DAY, INT, MOMENT, TEXT, named
from tenants.callers import Caller


def _findings(_caller: Caller, _arguments: Arguments) -> str:
    return "EXISTS (SELECT 1 FROM bank.findings f WHERE f.delivery = d.delivery AND {})"


DELIVERIES = Facets(
    name="Delivery",
    permission="delivery:read",
    module=__name__,
    fields=(
        Facet("number", "d.delivery", INT, "The bank's running number."),
        Facet("fact", "d.fact", TEXT, "The fact table.", grouped=str, shown=str),
        Facet("shape", "d.shape", TEXT, "How its rows add up: snapshot, events, …", grouped=str, shown=str),
        Facet("business_day", "d.business_day", DAY, "The day the file speaks of."),
        Facet("source", "d.source", TEXT, "The name the file came with."),
        Facet("content_hash", "d.content", TEXT, "SHA-256 of what was sent and how it was read."),
        Facet(
            "status",
            "d.status",
            named(DeliveryStatus),
            "What became of it.",
            grouped=DeliveryStatus,
            shown=DeliveryStatus,
        ),
        Facet("rows", "d.rows", INT, "Rows in the file.", summed=Summed()),
        Facet("finding_count", "d.findings", INT, "How many findings there are.", summed=Summed()),
        Facet("delivered_by", "d.delivered_by", TEXT, "Code of who handed it in.", grouped=str, shown=str),
        Facet("delivered_at", "d.delivered_at", MOMENT, "When it was handed in."),
        Facet("first_day", "d.first_day", DAY, "The earliest day it says anything about; none of a refused one."),
        Facet("correction", "nullif(d.reason, '')", TEXT, "Why it corrects closed facts; none unless it does."),
        Facet("supersedes", "d.supersedes", INT, "Number of the delivery it took the place of; none without one."),
    ),
    related=(Related("findings", FINDINGS, _findings, "There is one of its findings of which this holds."),),
)
DeliveryFilter = DELIVERIES.filter_type

DeliveryFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=DeliveryFilter | None)
]
