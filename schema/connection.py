"""Relay connections: pages of lists with keyset cursors."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, Protocol, TypeVar

import strawberry

from schema.context import Context, Info
from schema.resolved import resolved

T = TypeVar("T")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(description="Whether more rows follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether the page was asked for behind a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last edge: the `after` of the next page.")


@strawberry.type(description="One element of a list and its cursor.")
class Edge(Generic[T]):
    """Relay's Edge."""

    cursor: str = strawberry.field(description="Opaque cursor of this element in this list and order.")
    node: T = strawberry.field(description="The element.")


class Source(Protocol):
    """Where a connection's elements come from."""

    async def edges(self, context: Context) -> Sequence[Edge[Any]]:
        """The page's elements."""
        ...

    async def place(self, context: Context) -> PageInfo:
        """Where the page lies."""
        ...

    async def count(self, context: Context) -> int:
        """How many elements the whole list has."""
        ...


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    """Relay's Connection, with `nodes` and `totalCount`. Nothing is read before a field is asked for."""

    source: strawberry.Private[Source]

    @resolved(description="The page's elements with their cursors.")
    async def edges(self, info: Info) -> list[Edge[T]]:
        """One statement, whichever of the page's fields are asked for."""
        return list(await self.source.edges(info.context))

    @resolved(description="Where the page lies in its list.")
    async def page_info(self, info: Info) -> PageInfo:
        """Of the same statement."""
        return await self.source.place(info.context)

    @resolved(description="The page's elements.")
    async def nodes(self, info: Info) -> list[T]:
        """Without cursors."""
        return [edge.node for edge in await self.source.edges(info.context)]

    @resolved(description="How many elements the whole list has; counted only when asked for.")
    async def total_count(self, info: Info) -> int:
        """One more statement."""
        return await self.source.count(info.context)


First = Annotated[int | None, strawberry.argument(description="How many elements at most: 0 to 500; 50 unless told.")]
After = Annotated[str | None, strawberry.argument(description="Start behind this cursor of the same list and order.")]
Last = Annotated[
    int | None, strawberry.argument(description="In place of `first`: how many elements from the list's end.")
]
Before = Annotated[str | None, strawberry.argument(description="End before this cursor of the same list and order.")]
