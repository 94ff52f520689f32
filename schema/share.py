"""Shares: who holds which customer."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry import UNSET

from core.codes import is_code
from core.numbers import scaled_decimal
from core.paging import Order
from core.periods import FOREVER
from core.shares.read import CUSTOMER, FIRST, MANAGER, ShareRead, share_read, shares_in
from schema.connection import After, Connection, First
from schema.context import Info
from schema.listing import Asked, connection
from schema.resolved import resolved
from tenants.callers import require

PPM_DIGITS = 6

On = Annotated[date | None, strawberry.argument(description="Those that hold on this day; of all days unless told.")]


@strawberry.type(description="A share (业绩关联度系数): which part of a customer counts for a manager, on which days.")
class Share:
    """Codes and figures."""

    customer: str = strawberry.field(description="Code of the customer.")
    manager: str = strawberry.field(description="Code of the manager.")
    share: Decimal = strawberry.field(description="Above 0 and at most 1, 6 decimals.")
    first_day: date = strawberry.field(description="First day it holds.")
    last_day: date | None = strawberry.field(description="Last day it holds; null while its end is open.")


def share(customer: str, manager: str, share_ppm: int, first: date, until: date) -> Share:
    """The GraphQL object; `until` is exclusive."""
    return Share(
        customer=customer,
        manager=manager,
        share=scaled_decimal(share_ppm, PPM_DIGITS),
        first_day=first,
        last_day=None if until == FOREVER else until - timedelta(days=1),
    )


def _share(read: ShareRead) -> Share:
    return share(read.customer, read.manager, read.share_ppm, read.first, read.until)


async def shares_of(
    info: Info, manager: str, *, on: date | None, first: int | None, after: str | None
) -> Connection[Share]:
    """One manager's shares, whom the caller may read them of; of many managers at once it is one statement."""
    return connection(
        info,
        "Manager.shares",
        shares_in(info.context.caller.rows("share:read"), on=on or None, by_manager=True),
        (Order(CUSTOMER), Order(FIRST)),
        lambda row: _share(share_read(row)),
        Asked(first, after),
        parent=manager,
    )


@strawberry.type
class ShareRoots:
    """Entry to shares."""

    @resolved(
        description="Who holds which customer, within the caller's reach, by customer, manager and first day.",
        needs="share:read",
    )
    async def shares(
        self,
        info: Info,
        customer: Annotated[str | None, strawberry.argument(description="Those of this customer.")] = UNSET,
        on: On = UNSET,
        first: First = UNSET,
        after: After = UNSET,
    ) -> Connection[Share] | None:
        """Rows whose manager is in the caller's scope."""
        caller = info.context.caller
        require(caller, "share:read")
        named = customer or None
        if named is not None and not is_code(named):
            named = ""  # nobody has it
        return connection(
            info,
            "shares",
            shares_in(caller.rows("share:read"), on=on or None, customer=named),
            (Order(CUSTOMER), Order(MANAGER), Order(FIRST)),
            lambda row: _share(share_read(row)),
            Asked(first, after),
        )
