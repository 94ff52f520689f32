"""What managers can be filtered and grouped by."""

from typing import Annotated, Any

import strawberry

from core.statement import Arguments
from schema.branch_facets import BRANCHES
from schema.facets import Facet, Facets, Related
from schema.needs import both
from schema.operators import DAY, TEXT
from tenants.callers import Caller

_OWN = "manager:read"
_BRANCH = both("branch:read", _OWN)


def _branch(_caller: Caller, _arguments: Arguments) -> str:
    return "EXISTS (SELECT 1 FROM bank.branches b WHERE b.branch = p.branch AND {})"


MANAGERS = Facets(
    name="Manager",
    permission="manager:read",
    module=__name__,
    fields=(
        Facet("code", "m.manager", TEXT, "The bank's code of him."),
        Facet("name", "m.name", TEXT, "His name."),
        Facet("position", "p.position", TEXT, "Today's position.", grouped=str, shown=str, everywhere=_OWN, needs=_OWN),
        Facet("level", "p.level", TEXT, "Today's level.", grouped=str, shown=str, everywhere=_OWN, needs=_OWN),
        Facet("posted_since", "p.valid_from", DAY, "First day of today's post.", everywhere=_OWN, needs=_OWN),
        Facet(
            "posted_until",
            "CASE WHEN p.valid_until < DATE '9999-12-31' THEN p.valid_until - 1 END",
            DAY,
            "Last day of today's post; none while its end is open.",
            everywhere=_OWN,
            needs=_OWN,
        ),
        Facet(
            "branch_code",
            "p.branch",
            TEXT,
            "Code of today's branch.",
            grouped=str,
            shown=str,
            everywhere=_OWN,
            needs=_BRANCH,
        ),
    ),
    related=(Related("branch", BRANCHES, _branch, "Today's branch.", everywhere=_OWN, needs=_BRANCH),),
)
ManagerFilter = MANAGERS.filter_type

ManagerFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=ManagerFilter | None)
]
