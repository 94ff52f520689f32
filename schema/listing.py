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


@dataclass(frozen=True)
class Asked:
    """Which page of a list: Relay's four arguments, as they came."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


def page_of(bank: Bank, listed: str, asked: Asked, order: tuple[Order, ...]) -> Page:
    """The page asked for; FIRST_OUT_OF_RANGE, FIRST_AND_LAST and CURSOR_INVALID."""
    first, last = (None if one is UNSET else one for one in (asked.first, asked.last))
    if first is not None and last is not None:
        raise InputError("Ask for `first` or `last`, not both.", code="FIRST_AND_LAST")
    wanted = DEFAULT_FIRST if first is None and last is None else first if last is None else last
    if not 0 <= (wanted or 0) <= MOST:
        raise InputError(f"`{'first' if last is None else 'last'}` is 0 to {MOST}.", code="FIRST_OUT_OF_RANGE")
    after, before = (
        None if one is None or one is UNSET else read_cursor(bank, listed, order, one)
        for one in (asked.after, asked.before)
    )
    return Page(wanted or 0, order, after, before, backward=last is not None)


def page_info_of(page: Page, start: str | None, end: str | None, more: bool) -> PageInfo:
    """Of a page with these outer cursors; `more`: whether its list goes on."""
    return PageInfo(
        has_next_page=page.before is not None if page.backward else more,
        has_previous_page=more if page.backward else page.after is not None,
        start_cursor=start,
        end_cursor=end,
    )


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
        return page_info_of(self.page, start, end, more)

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
    asked: Asked,
    *,
    parent: Any = ROOT,
    kind: Any = Connection,
) -> Connection[T]:
    """The page of `parent`'s list, each record made into a `T`. `listed` names the list inside cursors.

    `kind`: the connection's class, where it offers more than pages.
    """
    bank = info.context.bank
    page = page_of(bank, listed, asked, order)
    made: Connection[T] = kind(source=Listed(bank, listed, listing, page, make, parent))
    return made


def connected(
    edges: list[Edge[T]],
    more: bool,
    page: Page,
    count: Callable[[], Awaitable[int]],
    kind: Any = Connection,
) -> Connection[T]:
    """A connection of the edges of a page, already made; `more`: whether its list goes on."""
    info = page_info_of(page, edges[0].cursor if edges else None, edges[-1].cursor if edges else None, more)
    made: Connection[T] = kind(source=Made(edges, info, count))
    return made
