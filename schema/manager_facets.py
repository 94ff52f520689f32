"""What managers can be filtered and grouped by."""

from core.statement import Arguments
from schema.branch_facets import BRANCHES
from schema.facets import Facet, Facets, Related
from schema.operators import DAY, TEXT
from tenants.callers import Caller

_OWN = "manager:read"


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
    ),
    related=(Related("branch", BRANCHES, _branch, "Today's branch.", everywhere=_OWN, needs="branch:read"),),
)
ManagerFilter = MANAGERS.filter_type
