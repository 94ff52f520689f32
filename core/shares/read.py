"""Shares as read: of one manager, or of the bank, within a row scope."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.paging import Listing, SortKey
from core.periods import FOREVER
from core.scopes import RowScope
from core.statement import Arguments

CUSTOMER = SortKey("customer", "s.customer", "text")
MANAGER = SortKey("manager", "s.manager", "text")
FIRST = SortKey("first", "s.valid_from", "day")
SHARE = SortKey("share", "s.share_ppm", "int")


@dataclass(frozen=True, slots=True)
class ShareRead:
    """`share_ppm` millionths of `customer` for `manager`, from `first` until (exclusive) `until`."""

    customer: str
    manager: str
    share_ppm: int
    first: date
    until: date

    @property
    def last(self) -> date | None:
        """The last day it holds; None while its end is open."""
        return None if self.until == FOREVER else self.until - timedelta(days=1)


def share_read(row: Any) -> ShareRead:
    """A share of a record with the columns of `shares_in`."""
    return ShareRead(row["customer"], row["manager"], row["share_ppm"], row["valid_from"], row["valid_until"])


def shares_in(
    scope: RowScope, *, on: date | None = None, customer: str | None = None, parent: str | None = None
) -> Listing:
    """The shares in `scope` (whose manager is in it today): of one day, of one customer, if those are named.

    `parent`: the key whose lists they are, a column of theirs.
    """
    arguments = Arguments()
    today = arguments.add(scope.today)
    where = [scope.where(arguments, "s.manager", "p.branch")]
    if on is not None:
        day = arguments.add(on)
        where.append(f"s.valid_from <= {day} AND {day} < s.valid_until")
    if customer is not None:
        where.append(f"s.customer = {arguments.add(customer)}")
    return Listing(
        "s.customer, s.manager, s.share_ppm, s.valid_from, s.valid_until",
        f"""bank.shares s LEFT JOIN bank.postings p
            ON p.manager = s.manager AND p.valid_from <= {today} AND {today} < p.valid_until""",
        parent=parent,
        where=tuple(where),
        arguments=tuple(arguments.values),
    )
