"""What shares can be filtered, summed and grouped by."""

from typing import Annotated, Any

import strawberry

from core.customers.read import held_by
from core.statement import Arguments
from schema.customer_facets import CUSTOMERS
from schema.facets import Facet, Facets, Related, Summed
from schema.manager_facets import MANAGERS
from schema.operators import DAY, TEXT, scaled
from tenants.callers import Caller


def _manager(caller: Caller, arguments: Arguments) -> str:
    today = arguments.add(caller.today)
    return f"""EXISTS (SELECT 1 FROM bank.managers m LEFT JOIN bank.postings p
        ON p.manager = m.manager AND p.valid_from <= {today} AND {today} < p.valid_until
        WHERE m.manager = s.manager AND {{}})"""  # noqa: S608


def _customer(caller: Caller, arguments: Arguments) -> str:
    """Who held a customer before may not read his name now: such a row is as if there were no customer."""
    readable = held_by(caller.rows("customer:read"), arguments, "k.customer")
    return f"EXISTS (SELECT 1 FROM bank.customers k WHERE k.customer = s.customer AND {readable} AND {{}})"  # noqa: S608


SHARES = Facets(
    name="Share",
    permission="share:read",
    module=__name__,
    fields=(
        Facet("customer_code", "s.customer", TEXT, "Code of the customer."),
        Facet("manager_code", "s.manager", TEXT, "Code of the manager.", grouped=str, shown=str),
        Facet("share", "s.share_ppm", scaled(6), "Above 0 and at most 1, 6 decimals.", summed=Summed(6)),
        Facet("first_day", "s.valid_from", DAY, "First day it holds."),
        Facet(
            "last_day",
            "CASE WHEN s.valid_until < DATE '9999-12-31' THEN s.valid_until - 1 END",
            DAY,
            "Last day it holds; none while its end is open.",
        ),
    ),
    related=(
        Related(
            "manager", MANAGERS, _manager, "The manager who holds.", everywhere="manager:read", needs="manager:read"
        ),
        Related(
            "customer",
            CUSTOMERS,
            _customer,
            "The customer who is held, if the caller may read him today.",
            everywhere="customer:read",
            needs="customer:read",
        ),
    ),
)
ShareFilter = SHARES.filter_type

ShareFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=ShareFilter | None)
]
