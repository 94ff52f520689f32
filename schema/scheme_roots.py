"""Entries to schemes."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from core.errors import NotFound
from core.schemes.read import SCHEMES, scheme_read
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.listing import Asked, connection
from schema.resolved import resolved
from schema.scheme import Scheme, SchemeConnection, scheme_of
from schema.scheme_facets import SCHEMES as FACETS
from schema.scheme_facets import SchemeFiltered, SchemeOrders, scheme_order
from tenants.callers import require


@strawberry.type
class SchemeRoots:
    """Entries to schemes."""

    @resolved(
        description="The bank's schemes, by code unless told.", needs="scheme:read", gives=SchemeConnection | None
    )
    async def schemes(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: SchemeOrders = UNSET,
        filter: SchemeFiltered = UNSET,
    ) -> Connection[Scheme] | None:
        """Those without an approved version too."""
        require(info.context.caller, "scheme:read")
        return connection(
            info,
            "schemes",
            await FACETS.narrow(info.context, SCHEMES, filter),
            scheme_order(order_by),
            lambda row: Scheme(read=scheme_read(row)),
            Asked(first, after, last, before),
            kind=SchemeConnection,
        )

    @resolved(
        name="scheme", description="The scheme of this code; null with NOT_FOUND if there is none.", needs="scheme:read"
    )
    async def one_scheme(
        self, info: Info, code: Annotated[str, strawberry.argument(description="The bank's code of it.")]
    ) -> Scheme | None:
        """By natural code."""
        require(info.context.caller, "scheme:read")
        found = await scheme_of(info.context, code)
        if found is None:
            raise NotFound("There is no such scheme.")
        return found
