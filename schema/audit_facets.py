"""What the audit trail can be filtered and grouped by."""

from typing import Annotated, Any

import strawberry

from schema.facets import Facet, Facets
from schema.operators import INT, MOMENT, TEXT

AUDIT = Facets(
    name="AuditRecord",
    permission="audit:read",
    module=__name__,
    fields=(
        Facet("number", "a.record", INT, "The running number."),
        Facet("at", "a.at", MOMENT, "When it was done."),
        Facet("person", "a.person", TEXT, "Code of the person who did it.", grouped=str, shown=str),
        Facet("action", "a.action", TEXT, "What was done.", grouped=str, shown=str),
        Facet("subject", "a.subject", TEXT, "What it was done to.", grouped=str, shown=str),
    ),
)
AuditRecordFilter = AUDIT.filter_type

AuditFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=AuditRecordFilter | None)
]
