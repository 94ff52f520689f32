"""What customers can be filtered by."""

from typing import Annotated, Any

import strawberry

from core.statement import Arguments
from schema.facets import Facet, Facets, Related
from schema.manager_facets import MANAGERS
from schema.needs import both
from schema.operators import TEXT
from tenants.callers import Caller


def _holder(caller: Caller, arguments: Arguments) -> str:
    """Of holders whose share and whose own row the caller may read: another's is as if there were none."""
    today = arguments.add(caller.today)
    readable = " AND ".join(
        caller.rows(permission).where(arguments, "held.manager", "p.branch")
        for permission in ("share:read", "manager:read")
    )
    return f"""k.customer IN (SELECT held.customer FROM bank.shares held
        JOIN bank.managers m ON m.manager = held.manager LEFT JOIN bank.postings p
          ON p.manager = m.manager AND p.valid_from <= {today} AND {today} < p.valid_until
        WHERE held.valid_from <= {today} AND {today} < held.valid_until AND {readable} AND {{}})"""  # noqa: S608


CUSTOMERS = Facets(
    name="Customer",
    permission="customer:read",
    module=__name__,
    fields=(
        Facet("code", "k.customer", TEXT, "The bank's code of him."),
        Facet("name", "k.name", TEXT, "His name."),
    ),
    related=(
        Related(
            "holder",
            MANAGERS,
            _holder,
            "One of the managers who hold him today and whose shares the caller may read.",
            needs=both("manager:read", "share:read"),
        ),
    ),
)
CustomerFilter = CUSTOMERS.filter_type

CustomerFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=CustomerFilter | None)
]
