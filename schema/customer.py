"""Customers."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from core.codes import is_code
from core.customers.read import CustomerRead, customer_read, customers_in
from core.errors import NotFound
from schema.connection import After, Before, Connection, First, Last
from schema.context import Context, Info
from schema.customer_facets import CUSTOMERS, CustomerFiltered
from schema.customer_order import CustomerOrders, customer_order
from schema.listing import Asked, connection
from schema.needs import found_under
from schema.node import ID, Node
from schema.planning.kinds import TEXT, global_id_of
from schema.planning.reads import column
from schema.resolved import resolved
from schema.share import On, Share, ShareConnection, held_shares
from schema.share_facets import ShareFiltered
from schema.share_order import ShareOrders
from schema.tallies import connection_type
from tenants.callers import require


@found_under("customer:read")
@strawberry.type(description="A customer (客户): code and name; what he is and does are facts.")
class Customer(Node):
    """`read` is what core knows of him."""

    read: strawberry.Private[CustomerRead]
    id: strawberry.ID = column("customer", kind=global_id_of("Customer"), attribute="code", description=ID)
    code: str = column("customer", kind=TEXT, attribute="code", description="The bank's own code of the customer.")
    name: str = column("name", kind=TEXT, description="The customer's name.")

    @resolved(
        description="Who holds him, within the caller's reach, by manager and first day unless told.",
        needs="share:read",
        gives=ShareConnection | None,
    )
    async def shares(
        self,
        info: Info,
        on: On = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: ShareOrders = UNSET,
        filter: ShareFiltered = UNSET,
    ) -> Connection[Share] | None:
        """Rows whose manager is in the caller's scope."""
        require(info.context.caller, "share:read")
        page = Asked(first, after, last, before)
        return await held_shares(
            info, "Customer.shares", page, order_by, filter, on=on, of=("s.customer", self.read.code)
        )


CustomerConnection = connection_type(CUSTOMERS, Customer)


def customer(read: CustomerRead) -> Customer:
    """The GraphQL object of a customer read."""
    return Customer(read=read)


async def customer_of(context: Context, code: str) -> Customer | None:
    """The customer of a code, batched; None if there is none in the caller's scope."""
    found = await context.loaders.customers.load(code) if is_code(code) else None
    return None if found is None else customer(found)


@strawberry.type
class CustomerRoots:
    """Entries to customers."""

    @resolved(
        description="The customers the caller may see, by code unless told: those whom a manager in his reach holds "
        "today; with the whole bank in reach all.",
        needs="customer:read",
        gives=CustomerConnection | None,
    )
    async def customers(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: CustomerOrders = UNSET,
        filter: CustomerFiltered = UNSET,
    ) -> Connection[Customer] | None:
        """Rows of the caller's scope; the count is of the same rows."""
        caller = info.context.caller
        require(caller, "customer:read")
        return connection(
            info,
            "customers",
            await CUSTOMERS.narrow(info.context, customers_in(caller.rows("customer:read")), filter),
            customer_order(order_by),
            lambda row: customer(customer_read(row)),
            Asked(first, after, last, before),
            kind=CustomerConnection,
        )

    @resolved(
        name="customer",
        description="The customer of this code; null with NOT_FOUND if the caller can see none.",
        needs="customer:read",
    )
    async def one_customer(
        self, info: Info, code: Annotated[str, strawberry.argument(description="The bank's code of him.")]
    ) -> Customer | None:
        """By natural code."""
        require(info.context.caller, "customer:read")
        found = await customer_of(info.context, code)
        if found is None:
            raise NotFound("There is no such customer.")
        return found
