"""Connections whose rows are not read yet: one statement for the same page of all parents."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLObjectType

from core.paging import Listing, Page, shown_pages
from schema.connection import Connection, PageInfo
from schema.listing import Listed
from schema.planning.field import DEFINITION, ResolvedField
from schema.planning.level import Field, Level, TypeName
from schema.planning.paths import Below, Paths
from schema.planning.reading import Reading
from schema.planning.records import RecordLevel
from schema.planning.selection import ROWS, Selection
from schema.planning.shape import level_of, lists, within


def is_connection(of: GraphQLObjectType) -> bool:
    """Whether it is a page of a list."""
    return issubclass(of.extensions[DEFINITION].origin, Connection)


class ConnectionLevel(Level):
    """Connections at one place of the document."""

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__(fields)
        self._selection = Selection()
        self._nodes = {field.key: RecordLevel(node, self._selection) for field, node in _nodes(fields)}

    async def texts(self, objects: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """Those made of rows by statements; others as any object."""
        if not all(isinstance(one.source, Listed) for one in objects):
            return await super().texts(objects, paths, reading)
        pages = await self._read(objects, reading) if self._nodes or self._is_placed() else [[] for _ in objects]
        columns = [await self._texts(field, objects, pages, paths, reading) for field in self.fields]
        return self.together(columns, len(objects))

    def _is_placed(self) -> bool:
        return any(isinstance(field, ResolvedField) and field.name in ("edges", "pageInfo") for field in self.fields)

    async def _read(self, connections: Sequence[Any], reading: Reading) -> list[list[Any]]:
        """The records of every connection, one more where more follow."""
        groups: dict[tuple[Listing, Page], list[int]] = defaultdict(list)
        for number, one in enumerate(connections):
            groups[one.source.listing, one.source.page].append(number)
        found: list[list[Any]] = [[] for _ in connections]
        for (listing, page), numbers in groups.items():
            parents = list(dict.fromkeys(connections[number].source.parent for number in numbers))
            keys = [f"{ROWS}.key{n}" for n in range(len(page.order))]
            async with reading.context.transactions.read() as session:
                by_parent = await shown_pages(session, listing, page, self._selection.shown(reading, *keys), parents)
            for number in numbers:
                found[number] = by_parent[connections[number].source.parent]
        return found

    async def _texts(
        self, field: Field, objects: Sequence[Any], pages: Sequence[list[Any]], paths: Paths, reading: Reading
    ) -> list[str]:
        if not isinstance(field, ResolvedField) or field.name not in ("nodes", "edges", "pageInfo"):
            return await field.texts(objects, paths, reading)
        if field.name == "pageInfo":
            infos = [self._page_info(one.source, rows) for one, rows in zip(objects, pages, strict=True)]
            return await field.shape.texts(infos, Below(paths, field.key), reading)
        shown = [one.source.page.shown(rows) for one, rows in zip(objects, pages, strict=True)]
        inside = within(Below(paths, field.key), shown)
        flat = [row for rows in shown for row in rows]
        texts = await self._elements(field, flat, objects, inside, reading)
        return lists(shown, texts)

    async def _elements(
        self, field: ResolvedField, rows: Sequence[Any], objects: Sequence[Any], paths: Paths, reading: Reading
    ) -> list[str]:
        make = objects[0].source.make
        if field.name == "nodes":
            return await self._nodes[field.key].texts(rows, make, paths, reading)
        level = level_of(field.shape)
        columns: list[Sequence[str]] = []
        for one in level.fields:
            if isinstance(one, TypeName):
                columns.append([one.text] * len(rows))
            elif isinstance(one, ResolvedField) and one.name == "cursor":
                columns.append([f'"{self._cursor(objects[0].source, row)}"' for row in rows])
            else:
                node = self._nodes[f"{field.key}.{one.key}"]
                columns.append(await node.texts(rows, make, Below(paths, one.key), reading))
        return level.together(columns, len(rows))

    def _cursor(self, source: Listed, row: Any) -> str:
        width = self._selection.width
        return source.cursor(tuple(row[width : width + len(source.page.order)]))

    def _page_info(self, source: Listed, rows: Sequence[Any]) -> PageInfo:
        shown = source.page.shown(rows)
        return source.page_info(
            self._cursor(source, shown[0]) if shown else None,
            self._cursor(source, shown[-1]) if shown else None,
            len(rows) > source.page.first,
        )


def _nodes(fields: Sequence[Field]) -> list[tuple[Any, Level]]:
    """Where nodes stand, by key: of `nodes` its own, of `edges` with that of the `node` within."""
    found: list[tuple[Any, Level]] = []
    for field in fields:
        if isinstance(field, ResolvedField) and field.name == "nodes":
            found.append((field, level_of(field.shape)))
        elif isinstance(field, ResolvedField) and field.name == "edges":
            for one in level_of(field.shape).fields:
                if isinstance(one, ResolvedField) and one.name == "node":
                    found.append((_Keyed(f"{field.key}.{one.key}"), level_of(one.shape)))
    return found


class _Keyed:
    def __init__(self, key: str) -> None:
        self.key = key
