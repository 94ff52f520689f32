"""What findings can be filtered, grouped and ordered by."""

import enum
from typing import Annotated, Any

import strawberry

from core.findings.store import CODE, NUMBER, SEVERITY, SUBJECT
from core.paging import Order
from schema.facets import Facet, Facets
from schema.operators import TEXT
from schema.order import OrderDirection, orders

FINDINGS = Facets(
    name="Finding",
    permission="run.findings:read",
    module=__name__,
    fields=(
        Facet("code", "f.code", TEXT, "Stable code for machines.", grouped=str, shown=str),
        Facet("severity", "f.severity", TEXT, '"error" or "warning".', grouped=str, shown=str),
        Facet("subject", "f.subject", TEXT, "What it is about.", grouped=str, shown=str),
    ),
)
FindingFilter = FINDINGS.filter_type

FindingFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=FindingFilter | None)
]


@strawberry.enum(description="What findings can be ordered by.")
class FindingOrderField(enum.Enum):
    """Keys."""

    CODE = strawberry.enum_value("code", description="Their code, by code points.")
    FOUND = strawberry.enum_value("found", description="As they were found; of a file: in its order.")
    SEVERITY = strawberry.enum_value("severity", description="Errors, then warnings.")
    SUBJECT = strawberry.enum_value("subject", description="What they are about, by code points.")


@strawberry.input(description="One key of an order of findings. Equals come as they were found.")
class FindingOrder:
    """Key and direction."""

    field: FindingOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


FindingOrders = Annotated[
    list[FindingOrder] | None,
    strawberry.argument(description="Order: most important key first; as they were found unless told."),
]

_KEYS = {
    FindingOrderField.CODE: CODE,
    FindingOrderField.FOUND: NUMBER,
    FindingOrderField.SEVERITY: SEVERITY,
    FindingOrderField.SUBJECT: SUBJECT,
}


def finding_order(asked: list[FindingOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the finding's number."""
    return orders(asked or None, _KEYS, [Order(NUMBER)], NUMBER)
