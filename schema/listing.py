"""From a list in core to a connection: page in, edges with cursors out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from strawberry import UNSET

from core.errors import InputError
from core.paging import ROOT, Listing, Order, Page, Position, Slice
from core.session import Bank
from schema.connection import Connection, Edge, PageInfo
from schema.context import Context, Info
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


@dataclass(frozen=True)
class Listed:
    """A page that is not read yet: of `parent`'s list, each record made into an object by `make`.

    `listed` names the list inside cursors.
    """

    bank: Bank
    listed: str
    listing: Listing
    page: Page
    make: Callable[[Any], Any]
    parent: Any

    def cursor(self, position: Position) -> str:
        """Of a row of the list."""
        return write_cursor(self.bank, self.listed, self.page.order, position)

    def page_info(self, start: str | None, end: str | None, more: bool) -> PageInfo:
        """Of a page with these outer cursors."""
        behind = self.page.after is not None
        return PageInfo(has_next_page=more, has_previous_page=behind, start_cursor=start, end_cursor=end)

    async def edges(self, context: Context) -> list[Edge[Any]]:
        """Batched over all parents of the answer."""
        found = await self._slice(context)
        return [Edge(cursor=self.cursor(position), node=self.make(row)) for position, row in found.rows]

    async def place(self, context: Context) -> PageInfo:
        """Of the same statement."""
        found = await self._slice(context)
        ends = [self.cursor(position) for position, _ in (*found.rows[:1], *found.rows[-1:])]
        return self.page_info(ends[0] if ends else None, ends[-1] if ends else None, found.more)

    async def count(self, context: Context) -> int:
        """Batched."""
        return await context.loaders.counts(self.listing).load(self.parent)

    async def _slice(self, context: Context) -> Slice:
        return await context.loaders.pages(self.listing, self.page).load(self.parent)


@dataclass(frozen=True)
class Made:
    """A page whose elements are there already."""

    made: Sequence[Edge[Any]]
    info: PageInfo
    counted: Callable[[], Awaitable[int]]

    async def edges(self, _context: Context) -> Sequence[Edge[Any]]:
        """As they were made."""
        return self.made

    async def place(self, _context: Context) -> PageInfo:
        """As it was told."""
        return self.info

    async def count(self, _context: Context) -> int:
        """As its maker counts."""
        return await self.counted()


def connection(
    info: Info,
    listed: str,
    listing: Listing,
    order: tuple[Order, ...],
    make: Callable[[Any], T],
    *,
    first: int | None,
    after: str | None,
    parent: Any = ROOT,
    kind: Any = Connection,
) -> Connection[T]:
    """The page of `parent`'s list, each record made into a `T`. `listed` names the list inside cursors.

    `kind`: the connection's class, where it offers more than pages.
    """
    bank = info.context.bank
    page = page_of(bank, listed, first, after, order)
    made: Connection[T] = kind(source=Listed(bank, listed, listing, page, make, parent))
    return made


def connected(
    edges: list[Edge[T]],
    more: bool,
    behind: bool,
    count: Callable[[], Awaitable[int]],
    kind: Any = Connection,
) -> Connection[T]:
    """A connection of edges already made."""
    info = PageInfo(
        has_next_page=more,
        has_previous_page=behind,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    made: Connection[T] = kind(source=Made(edges, info, count))
    return made
