"""Entries to schemes."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from core.errors import NotFound
from core.paging import Order
from core.schemes.read import CODE, SCHEMES, scheme_read
from schema.connection import After, Connection, First
from schema.context import Info
from schema.listing import Asked, connection
from schema.resolved import resolved
from schema.scheme import Scheme, scheme, scheme_of
from tenants.callers import require


@strawberry.type
class SchemeRoots:
    """Entries to schemes."""

    @resolved(description="The bank's schemes, by code.", needs="scheme:read")
    async def schemes(self, info: Info, first: First = UNSET, after: After = UNSET) -> Connection[Scheme] | None:
        """Those without an approved version too."""
        require(info.context.caller, "scheme:read")
        return connection(
            info,
            "schemes",
            SCHEMES,
            (Order(CODE),),
            lambda row: scheme(info.context, scheme_read(row)),
            Asked(first, after),
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
