"""What the audit trail can be ordered by."""

import enum
from typing import Annotated

import strawberry

from core.audit.read import ACTION, AT, NEWEST_FIRST, NUMBER, PERSON, SUBJECT
from core.paging import Order
from schema.order import OrderDirection, orders


@strawberry.enum(description="What the audit trail can be ordered by.")
class AuditOrderField(enum.Enum):
    """Keys."""

    ACTION = strawberry.enum_value("action", description="What was done, by code points.")
    AT = strawberry.enum_value("at", description="When it was done.")
    NUMBER = strawberry.enum_value("number", description="The running number.")
    PERSON = strawberry.enum_value("person", description="Code of the person, by code points.")
    SUBJECT = strawberry.enum_value("subject", description="What it was done to, by code points.")


@strawberry.input(description="One key of an order of the audit trail. Equals come by number, smallest first.")
class AuditOrder:
    """Key and direction."""

    field: AuditOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


AuditOrders = Annotated[
    list[AuditOrder] | None,
    strawberry.argument(description="Order: most important key first; newest first unless told."),
]

_KEYS = {
    AuditOrderField.ACTION: ACTION,
    AuditOrderField.AT: AT,
    AuditOrderField.NUMBER: NUMBER,
    AuditOrderField.PERSON: PERSON,
    AuditOrderField.SUBJECT: SUBJECT,
}


def audit_order(asked: list[AuditOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the record's number."""
    return orders(asked or None, _KEYS, NEWEST_FIRST, NUMBER)
