"""Shares: who holds which customer."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from core.codes import is_code
from core.paging import ROOT
from core.shares.read import ShareRead, share_read, shares_in
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.listing import Asked, connection
from schema.planning.kinds import DAY, LAST_DAY, TEXT, scaled
from schema.planning.reads import column
from schema.resolved import resolved
from schema.share_facets import SHARES, ShareFiltered
from schema.share_order import ShareOrders, share_order
from schema.tallies import connection_type
from tenants.callers import require

PPM_DIGITS = 6

On = Annotated[date | None, strawberry.argument(description="Those that hold on this day; of all days unless told.")]


@strawberry.type(description="A share (业绩关联度系数): which part of a customer counts for a manager, on which days.")
class Share:
    """Codes and figures."""

    read: strawberry.Private[ShareRead]
    customer: str = column("customer", kind=TEXT, description="Code of the customer.")
    manager: str = column("manager", kind=TEXT, description="Code of the manager.")
    share: Decimal = column("share_ppm", kind=scaled(PPM_DIGITS), description="Above 0 and at most 1, 6 decimals.")
    first_day: date = column("valid_from", kind=DAY, attribute="first", description="First day it holds.")
    last_day: date | None = column(
        "valid_until", kind=LAST_DAY, attribute="last", description="Last day it holds; null while its end is open."
    )


ShareConnection = connection_type(SHARES, Share)


def share(read: ShareRead) -> Share:
    """The GraphQL object of a share read."""
    return Share(read=read)


async def held_shares(
    info: Info,
    listed: str,
    page: Asked,
    order_by: ShareOrders,
    filter: ShareFiltered,
    *,
    on: date | None = None,
    customer: str | None = None,
    of: tuple[str, Any] = ("", ROOT),
) -> Connection[Share]:
    """The page of shares the caller may read; of many parents at once it is one statement. `of`: key and parent."""
    key, parent = of
    scope = info.context.caller.rows("share:read")
    listing = shares_in(scope, on=on or None, customer=customer, parent=key or None)
    return connection(
        info,
        listed,
        await SHARES.narrow(info.context, listing, filter),
        share_order(order_by),
        lambda row: share(share_read(row)),
        page,
        parent=parent,
        kind=ShareConnection,
    )


@strawberry.type
class ShareRoots:
    """Entry to shares."""

    @resolved(
        description="Who holds which customer, within the caller's reach, by customer, manager and first day unless "
        "told.",
        needs="share:read",
        gives=ShareConnection | None,
    )
    async def shares(
        self,
        info: Info,
        customer: Annotated[str | None, strawberry.argument(description="Those of this customer.")] = UNSET,
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
        named = customer or None
        if named is not None and not is_code(named):
            named = ""  # nobody has it
        page = Asked(first, after, last, before)
        return await held_shares(info, "shares", page, order_by, filter, on=on, customer=named)
