"""The audit trail."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from core.audit.read import Sought, TrailRecord, trail, trail_record
from schema.audit_facets import AUDIT, AuditFiltered
from schema.audit_order import AuditOrders, audit_order
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.listing import Asked, connection
from schema.needs import everywhere
from schema.planning.kinds import INT, MOMENT, TEXT
from schema.planning.reads import column
from schema.resolved import resolved
from schema.tallies import connection_type
from tenants.callers import require_everywhere


@strawberry.type(description="A record of the audit trail (审计记录): one act, written with the act and never changed.")
class AuditRecord:
    """Codes and figures, no names of people. `read` is what core knows of it."""

    read: strawberry.Private[TrailRecord]
    number: int = column(
        "record",
        kind=INT,
        attribute="number",
        description="Its running number: of two records of one moment the later is larger.",
    )
    at: datetime = column("at", kind=MOMENT, description="When it was done.")
    person: str = column(
        "person", kind=TEXT, description='Code of the person who did it, or "system" for the product\'s own steps.'
    )
    action: str = column("action", kind=TEXT, description='What was done, such as "run:start".')
    subject: str = column(
        "subject",
        kind=TEXT,
        description="What it was done to: a run's code, a delivery's number, a scheme's code.",
    )
    detail: str = column(
        "detail", kind=TEXT, description="More about it, as JSON text: an object of codes and figures."
    )


AuditRecordConnection = connection_type(AUDIT, AuditRecord)


def _given(argument: Any) -> Any:
    return None if argument is UNSET else argument


@strawberry.type
class AuditRoots:
    """Entry to the audit trail."""

    @resolved(
        description="The bank's audit trail, newest first unless told; needs audit:read. What its own arguments and "
        "`filter` say holds together.",
        needs=everywhere("audit:read"),
        gives=AuditRecordConnection | None,
    )
    async def audit_trail(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        person: Annotated[str | None, strawberry.argument(description="Only what this person did, by code.")] = UNSET,
        action: Annotated[
            str | None, strawberry.argument(description='Only this action, such as "run:start".')
        ] = UNSET,
        subject: Annotated[str | None, strawberry.argument(description="Only what was done to this thing.")] = UNSET,
        since: Annotated[datetime | None, strawberry.argument(description="Only from this moment on.")] = UNSET,
        until: Annotated[datetime | None, strawberry.argument(description="Only before this moment.")] = UNSET,
        order_by: AuditOrders = UNSET,
        filter: AuditFiltered = UNSET,
    ) -> Connection[AuditRecord] | None:
        """Two statements at most: the page, and the count where it is asked for."""
        require_everywhere(info.context.caller, "audit:read")
        listing = trail(Sought(*map(_given, (person, action, subject, since, until))))
        return connection(
            info,
            "auditTrail",
            await AUDIT.narrow(info.context, listing, filter),
            audit_order(order_by),
            lambda row: AuditRecord(read=trail_record(row)),
            Asked(first, after, last, before),
            kind=AuditRecordConnection,
        )
