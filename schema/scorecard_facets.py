"""What scorecards can be filtered, summed and grouped by."""

from typing import Annotated, Any

import strawberry

from core.statement import Arguments
from schema.branch_facets import BRANCHES
from schema.facets import Facet, Facets, Related, Summed
from schema.manager_facets import MANAGERS
from schema.operators import INT, MONEY, TEXT, scaled
from tenants.callers import Caller

_PAY = "scorecard.pay:read"


def _manager(caller: Caller, arguments: Arguments) -> str:
    today = arguments.add(caller.today)
    # A post out of the caller's reach is as none: where a manager went afterwards is not his card's readers' business.
    readable = caller.rows("manager:read").where(arguments, "m.manager", "p.branch")
    return f"""EXISTS (SELECT 1 FROM bank.managers m LEFT JOIN bank.postings p
        ON p.manager = m.manager AND p.valid_from <= {today} AND {today} < p.valid_until AND {readable}
        WHERE m.manager = c.manager AND {{}})"""  # noqa: S608


def _branch(_caller: Caller, _arguments: Arguments) -> str:
    return "EXISTS (SELECT 1 FROM bank.branches b WHERE b.branch = c.branch AND {})"


SCORECARDS = Facets(
    name="Scorecard",
    permission="scorecard:read",
    module=__name__,
    fields=(
        Facet("points", "c.points_e4", scaled(4), "Total points.", summed=Summed(4)),
        Facet("rank", "c.rank", INT, "Rank in the bank."),
        Facet("rank_in_branch", "c.rank_in_branch", INT, "Rank in the branch."),
        Facet("grade", "c.grade", TEXT, "The grade.", grouped=str, shown=str),
        Facet("multiple", "c.multiple_e2", scaled(2), "The grade's pay multiple.", summed=Summed(2)),
        Facet("position", "c.position", TEXT, "The position that counted.", grouped=str, shown=str),
        Facet("level", "c.level", TEXT, "The level that counted.", grouped=str, shown=str),
        Facet("manager_code", "c.manager", TEXT, "The manager's code."),
        Facet(
            "branch_code",
            "c.branch",
            TEXT,
            "Code of the branch that counted.",
            grouped=str,
            shown=str,
            needs="branch:read",
        ),
        Facet("pay", "c.pay_minor", MONEY, "Pay.", summed=Summed(is_money=True), everywhere=_PAY, needs=_PAY),
    ),
    related=(
        Related("manager", MANAGERS, _manager, "The manager who was scored."),
        Related("branch", BRANCHES, _branch, "The branch that counted.", needs="branch:read"),
    ),
)
ScorecardFilter = SCORECARDS.filter_type

ScorecardFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=ScorecardFilter | None)
]
