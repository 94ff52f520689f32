"""What trusted documents can be filtered and grouped by."""

from typing import Annotated, Any

import strawberry

from schema.facets import Facet, Facets
from schema.operators import MOMENT, TEXT

DOCUMENTS = Facets(
    name="Document",
    permission="document:read",
    module=__name__,
    fields=(
        Facet("sha256", "d.sha256", TEXT, "SHA-256 of its text."),
        Facet("name", "d.name", TEXT, "Names of its operations."),
        Facet("registered_by", "d.registered_by", TEXT, "Code of who registered it.", grouped=str, shown=str),
        Facet("registered_at", "d.at", MOMENT, "When."),
    ),
)
DocumentFilter = DOCUMENTS.filter_type

DocumentFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=DocumentFilter | None)
]
