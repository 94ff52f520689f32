"""The audit trail."""

import enum
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from core.audit.read import ACTION, AT, NEWEST_FIRST, NUMBER, PERSON, SUBJECT, Sought, TrailRecord, trail, trail_record
from schema.connection import After, Connection, First
from schema.context import Info
from schema.listing import Asked, connection
from schema.needs import everywhere
from schema.order import OrderDirection, orders
from schema.resolved import resolved
from tenants.callers import require_everywhere


@strawberry.type(description="A record of the audit trail (审计记录): one act, written with the act and never changed.")
class AuditRecord:
    """Codes and figures, no names of people."""

    number: int = strawberry.field(description="Its running number: of two records of one moment the later is larger.")
    at: datetime = strawberry.field(description="When it was done.")
    person: str = strawberry.field(
        description='Code of the person who did it, or "system" for the product\'s own steps.'
    )
    action: str = strawberry.field(description='What was done, such as "run:start".')
    subject: str = strawberry.field(
        description="What it was done to: a run's code, a delivery's number, a scheme's code."
    )
    detail: str = strawberry.field(description="More about it, as JSON text: an object of codes and figures.")


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


_KEYS = {
    AuditOrderField.ACTION: ACTION,
    AuditOrderField.AT: AT,
    AuditOrderField.NUMBER: NUMBER,
    AuditOrderField.PERSON: PERSON,
    AuditOrderField.SUBJECT: SUBJECT,
}


def _audit_record(read: TrailRecord) -> AuditRecord:
    return AuditRecord(
        number=read.number,
        at=read.at,
        person=read.person,
        action=read.action,
        subject=read.subject,
        detail=read.detail,
    )


def _given(argument: Any) -> Any:
    return None if argument is UNSET else argument


@strawberry.type
class AuditRoots:
    """Entry to the audit trail."""

    @resolved(
        description="The bank's audit trail, newest first unless told; needs audit:read.",
        needs=everywhere("audit:read"),
    )
    async def audit_trail(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        person: Annotated[str | None, strawberry.argument(description="Only what this person did, by code.")] = UNSET,
        action: Annotated[
            str | None, strawberry.argument(description='Only this action, such as "run:start".')
        ] = UNSET,
        subject: Annotated[str | None, strawberry.argument(description="Only what was done to this thing.")] = UNSET,
        since: Annotated[datetime | None, strawberry.argument(description="Only from this moment on.")] = UNSET,
        until: Annotated[datetime | None, strawberry.argument(description="Only before this moment.")] = UNSET,
        order_by: Annotated[
            list[AuditOrder] | None, strawberry.argument(description="Order: most important key first.")
        ] = UNSET,
    ) -> Connection[AuditRecord] | None:
        """Two statements at most: the page, and the count where it is asked for."""
        require_everywhere(info.context.caller, "audit:read")
        return connection(
            info,
            "auditTrail",
            trail(Sought(*map(_given, (person, action, subject, since, until)))),
            orders(order_by or None, _KEYS, NEWEST_FIRST, NUMBER),
            lambda row: _audit_record(trail_record(row)),
            Asked(first, after),
        )
