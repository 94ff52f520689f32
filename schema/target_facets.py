"""What targets can be filtered, summed and grouped by."""

from typing import Annotated, Any

import strawberry

from core.periods import Period
from core.statement import Arguments
from schema.facets import Facet, Facets, Related, Summed
from schema.manager_facets import MANAGERS
from schema.operators import BOOL, EXACT, PERIOD, TEXT
from tenants.callers import Caller


def _manager(caller: Caller, arguments: Arguments) -> str:
    today = arguments.add(caller.today)
    return f"""EXISTS (SELECT 1 FROM bank.managers m LEFT JOIN bank.postings p
        ON p.manager = m.manager AND p.valid_from <= {today} AND {today} < p.valid_until
        WHERE m.manager = t.manager AND {{}})"""  # noqa: S608


TARGETS = Facets(
    name="Target",
    permission="target:read",
    module=__name__,
    fields=(
        Facet("manager_code", "t.manager", TEXT, "Code of the manager.", grouped=str, shown=str),
        Facet("indicator_code", "t.indicator", TEXT, "Code of what is measured.", grouped=str, shown=str),
        Facet("period", "t.period", PERIOD, "For which period.", grouped=Period.parse, shown=Period),
        Facet(
            "target",
            "t.target",
            EXACT,
            "In the indicator's unit: sums mean something of one indicator alone.",
            summed=Summed(6, sql="t.target * 1000000"),
        ),
        Facet("prorate", "t.prorate", BOOL, "Whether who holds his post for part of the period owes his days'."),
    ),
    related=(
        Related(
            "manager", MANAGERS, _manager, "Whom it was agreed with.", everywhere="manager:read", needs="manager:read"
        ),
    ),
)
TargetFilter = TARGETS.filter_type

TargetFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=TargetFilter | None)
]
