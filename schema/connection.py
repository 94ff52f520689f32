"""Relay connections: pages of lists with keyset cursors."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Generic, TypeVar

import strawberry

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


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    """Relay's Connection, with `nodes` and `totalCount`."""

    edges: list[Edge[T]] = strawberry.field(description="The page's elements with their cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page lies in its list.")
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @resolved(description="The page's elements.")
    def nodes(self) -> list[T]:
        """Without cursors."""
        return [edge.node for edge in self.edges]

    @resolved(description="How many elements the whole list has; counted only when asked for.")
    async def total_count(self) -> int:
        """One more statement."""
        return await self.count()


First = Annotated[int | None, strawberry.argument(description="How many elements at most: 0 to 500; 50 unless told.")]
After = Annotated[str | None, strawberry.argument(description="Start behind this cursor of the same list and order.")]
