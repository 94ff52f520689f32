"""What branches can be filtered and grouped by."""

from typing import Annotated, Any

import strawberry

from core.codes import is_code
from core.facets import Condition
from core.scopes import under
from schema.facets import Facet, Facets, Special
from schema.operators import TEXT


def _under(code: str) -> Condition:
    return lambda arguments: under("b.branch", arguments.add([code])) if is_code(code) else "FALSE"


BRANCHES = Facets(
    name="Branch",
    permission="branch:read",
    module=__name__,
    fields=(
        Facet("code", "b.branch", TEXT, "The bank's code."),
        Facet("kind", "b.kind", TEXT, "What it is: head_office, branch, …", grouped=str, shown=str),
        Facet("name", "b.name", TEXT, "Its name in English."),
        Facet("name_zh", "b.name_zh", TEXT, "Its name in Chinese; empty where it has none."),
        Facet(
            "parent_code",
            "b.parent",
            TEXT,
            "Code of the one it belongs to; none at the top.",
            grouped=str,
            shown=str,
        ),
    ),
    special=(Special("under", str, _under, "It is the branch of this code or lies below it."),),
)
BranchFilter = BRANCHES.filter_type

BranchFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=BranchFilter | None)
]
