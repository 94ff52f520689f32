"""Customers as read: codes and names, within a row scope that reaches them through who holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.paging import Listing, SortKey
from core.scopes import RowScope
from core.session import BankSession
from core.statement import Arguments

CODE = SortKey("code", "k.customer", "text")
NAME = SortKey("name", "k.name", "text")


@dataclass(frozen=True, slots=True)
class CustomerRead:
    """What the bank calls him."""

    code: str
    name: str


def customer_read(row: Any) -> CustomerRead:
    """A customer of a record with the columns of `customers_in`."""
    return CustomerRead(row["customer"], row["name"])


def held_by(scope: RowScope, arguments: Arguments, customer: str) -> str:
    """A condition: the customer of this SQL expression of ours is held today by a manager in `scope`.

    In the scope of everybody: any customer, also one whom nobody holds.
    """
    if scope.everything:
        return "TRUE"
    today = arguments.add(scope.today)
    return f"""{customer} IN (SELECT held.customer FROM bank.shares held
        LEFT JOIN bank.postings q ON q.manager = held.manager AND q.valid_from <= {today} AND {today} < q.valid_until
        WHERE held.valid_from <= {today} AND {today} < held.valid_until
          AND {scope.where(arguments, "held.manager", "q.branch")})"""  # noqa: S608


def customers_in(scope: RowScope) -> Listing:
    """The customers in `scope`."""
    arguments = Arguments()
    where = held_by(scope, arguments, "k.customer")
    return Listing("k.customer, k.name", "bank.customers k", where=(where,), arguments=tuple(arguments.values))


async def customers_by_code(session: BankSession, codes: Sequence[str], scope: RowScope) -> dict[str, CustomerRead]:
    """The customers of these codes that exist in `scope`."""
    listing = customers_in(scope)
    arguments, conditions = listing.begun()
    found = await session.rows(
        f"""SELECT {listing.columns} FROM {listing.source}
            WHERE {" AND ".join(conditions)} AND k.customer = ANY({arguments.add(list(codes))}::text[])""",  # noqa: S608
        *arguments.values,
    )
    return {row["customer"]: customer_read(row) for row in found}
