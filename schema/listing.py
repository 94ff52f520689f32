"""From a list in core to a connection: page in, edges with cursors out."""

from collections.abc import Callable
from typing import Any, TypeVar

from strawberry import UNSET

from core.errors import InputError
from core.paging import ROOT, Listing, Order, Page
from core.session import Bank
from schema.connection import Connection, Edge, PageInfo
from schema.context import Info
from schema.cursors import read_cursor, write_cursor

DEFAULT_FIRST = 50
MOST = 500

T = TypeVar("T")


def page_of(bank: Bank, listed: str, first: int | None, after: str | None, order: tuple[Order, ...]) -> Page:
    """The page asked for; FIRST_OUT_OF_RANGE and CURSOR_INVALID."""
    wanted = DEFAULT_FIRST if first is None or first is UNSET else first
    if not 0 <= wanted <= MOST:
        raise InputError(f"`first` is 0 to {MOST}.", code="FIRST_OUT_OF_RANGE")
    position = None if after is None or after is UNSET else read_cursor(bank, listed, order, after)
    return Page(wanted, order, position)


async def connection(
    info: Info,
    listed: str,
    listing: Listing,
    order: tuple[Order, ...],
    make: Callable[[Any], T],
    *,
    first: int | None,
    after: str | None,
    parent: Any = ROOT,
) -> Connection[T]:
    """The page of `parent`'s list, each record made into a `T`. `listed` names the list inside cursors."""
    context = info.context
    page = page_of(context.bank, listed, first, after, order)
    found = await context.loaders.pages(listing, page).load(parent)
    edges = [
        Edge(cursor=write_cursor(context.bank, listed, order, position), node=make(row)) for position, row in found.rows
    ]
    return connected(edges, found.more, page.after is not None, lambda: context.loaders.counts(listing).load(parent))


def connected(edges: list[Edge[T]], more: bool, behind: bool, count: Callable[[], Any]) -> Connection[T]:
    """A connection of edges already made."""
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=more,
            has_previous_page=behind,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        count=count,
    )
