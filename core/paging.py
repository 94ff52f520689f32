"""Keyset pages of lists in any order, for many parents at once, in one statement.

Every order ends with a unique key, so pages put together are the whole list, each row once. Missing values come
last in both directions. Text is compared by code points (`COLLATE "C"`), as Python does.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.session import BankSession
from core.statement import Arguments

_PLACE = re.compile(r"\$([0-9]+)")

Position = tuple[Any, ...]
"""Where a row stands: the values of its order's keys."""


@dataclass(frozen=True)
class SortKey:
    """Something a list can be ordered by. `expression`: SQL of ours.

    `kind` says how a cursor's text is read: int | text | day | moment | exact, or one that the list's reader knows.
    """

    name: str
    expression: str
    kind: str
    nullable: bool = False

    @property
    def sql(self) -> str:
        """The expression as it is compared."""
        return f'{self.expression} COLLATE "C"' if self.kind == "text" else self.expression


@dataclass(frozen=True)
class Order:
    """A key and its direction."""

    key: SortKey
    descending: bool = False

    @property
    def sql(self) -> str:
        """One part of ORDER BY."""
        return self._sql(self.descending, "LAST")

    @property
    def reversed_sql(self) -> str:
        """The same from the end."""
        return self._sql(not self.descending, "FIRST")

    def over(self, column: str) -> str:
        """The same, of a column that holds the key already."""
        return self._sql(self.descending, "LAST", column)

    def _sql(self, descending: bool, missing: str, column: str = "") -> str:
        # Where nothing is missing it is not said: the same index then serves both directions.
        nulls = f" NULLS {missing}" if self.key.nullable else ""
        return f"{column or self.key.sql} {'DESC' if descending else 'ASC'}{nulls}"


Side = Callable[[Order, str | None], str]


@dataclass(frozen=True)
class Page:
    """The first `first` rows in this order, behind `after` and before `before`; the last `first` of them, `backward`.

    The last order's key is unique.
    """

    first: int
    order: tuple[Order, ...]
    after: Position | None = None
    before: Position | None = None
    backward: bool = False

    @property
    def sql(self) -> str:
        """ORDER BY, from the end where the page is the last."""
        return ", ".join(part.reversed_sql if self.backward else part.sql for part in self.order)

    def within(self, arguments: Arguments) -> str:
        """The condition on rows behind `after` and before `before`."""
        bounds = ((self.after, _later), (self.before, _earlier))
        return " AND ".join(self._bound(at, side, arguments) for at, side in bounds if at is not None) or "TRUE"

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Of what was read, one row more than asked for where there are more: the page."""
        if len(rows) <= self.first:
            return rows
        return rows[1:] if self.backward else rows[: self.first]

    def _bound(self, at: Position, side: Side, arguments: Arguments) -> str:
        found, equal = [], ["TRUE"]
        for order, value in zip(self.order, at, strict=True):
            place = None if value is None else arguments.add(value)
            found.append(f"({' AND '.join(equal)} AND {side(order, place)})")
            equal.append(f"{order.key.sql} IS NULL" if place is None else f"{order.key.sql} = {place}")
        whole = f"({' OR '.join(found)})"
        first, value = self.order[0], at[0]
        if first.key.nullable:
            return whole
        # It follows from the rest, and an index begins there: without it the page is looked for from the list's end.
        sign = "<=" if first.descending == (side is _later) else ">="
        return f"({first.key.sql} {sign} {arguments.add(value)} AND {whole})"


def _later(order: Order, place: str | None) -> str:
    if place is None:
        return "FALSE"
    later = f"{order.key.sql} {'<' if order.descending else '>'} {place}"
    return f"({later} OR {order.key.expression} IS NULL)" if order.key.nullable else later


def _earlier(order: Order, place: str | None) -> str:
    if place is None:
        return f"{order.key.expression} IS NOT NULL"
    return f"{order.key.sql} {'>' if order.descending else '<'} {place}"


@dataclass(frozen=True)
class Listing:
    """A list as SQL of ours: columns, FROM part, and the expression that names a row's parent (None: no parent).

    `where` and `arguments`: the conditions of this reading, row scope among them. `column_arguments` are numbered
    after `arguments` and stand in `columns` alone, which a count leaves out.
    """

    columns: str
    source: str
    parent: str | None = None
    parent_type: str = "text"
    where: tuple[str, ...] = ("TRUE",)
    arguments: tuple[Any, ...] = ()
    column_arguments: tuple[Any, ...] = ()

    def begun(self, *, counting: bool = False) -> tuple[Arguments, list[str]]:
        """Arguments and conditions to add to."""
        arguments = Arguments()
        arguments.values += self.arguments if counting else (*self.arguments, *self.column_arguments)
        return arguments, list(self.where)


@dataclass(frozen=True)
class Slice:
    """One page: (position, row) pairs in order, and whether more follow."""

    rows: tuple[tuple[Position, Any], ...]
    more: bool


ROOT: Any = ""
"""The one parent of a listing without parents."""


@dataclass(frozen=True)
class Beside:
    """One row of another list beside each row: that on which `on` holds, SQL of ours over a row before it."""

    alias: str
    listing: Listing
    on: str

    def sql(self, arguments: Arguments) -> str:
        """The join."""
        moved = len(arguments.values)
        arguments.values += (*self.listing.arguments, *self.listing.column_arguments)
        where = " AND ".join(self.listing.where)
        inside = f"SELECT {self.listing.columns} FROM {self.listing.source} WHERE {where}"  # noqa: S608
        return f"LEFT JOIN LATERAL ({shifted_places(inside, moved)} AND {self.on}) AS {self.alias} ON TRUE"


def shifted_places(sql: str, by: int, *, behind: int = 0) -> str:
    """The same text with its arguments, but for the first `behind`, moved behind `by` others."""

    def moved(found: re.Match[str]) -> str:
        place = int(found[1])
        return f"${place + by if place > behind else place}"

    return _PLACE.sub(moved, sql) if by else sql


@dataclass(frozen=True)
class Shown:
    """What is selected of a page: expressions over `found`, the page's rows, and over the rows beside them."""

    expressions: tuple[str, ...]
    beside: tuple[Beside, ...] = ()


async def pages(
    session: BankSession, listing: Listing, page: Page, parents: Sequence[Any] = (ROOT,)
) -> dict[Any, Slice]:
    """The page of every parent, by parent; one statement however many there are."""
    found = await shown_pages(session, listing, page, Shown(("found.*",)), parents)
    return {parent: _slice(rows, page) for parent, rows in found.items()}


async def shown_pages(
    session: BankSession, listing: Listing, page: Page, shown: Shown, parents: Sequence[Any] = (ROOT,)
) -> dict[Any, list[Any]]:
    """Records of the page of every parent, one more where more follow; one statement however many parents there are.

    A record holds what is shown, then something of our own. What is not shown is not computed.
    """
    if len(parents) == 1:
        statement, values = _statement_of_one(listing, page, shown, parents[0])
        return {parents[0]: await session.rows(statement, *values)}
    statement, values = _statement(listing, page, shown, parents)
    found = await session.rows(statement, *values)
    by_parent: dict[Any, list[Any]] = {parent: [] for parent in parents}
    for row in found:
        by_parent[row["of_parent"]].append(row)
    return by_parent


def _statement(listing: Listing, page: Page, shown: Shown, parents: Sequence[Any]) -> tuple[str, list[Any]]:
    arguments, conditions = listing.begun()
    conditions.append(page.within(arguments))
    if listing.parent is not None:
        conditions.append(f"{listing.parent} = whole.of_parent")
    keys = ", ".join(f"{order.key.sql} AS key{n}" for n, order in enumerate(page.order))
    order = page.sql
    parent = f"unnest({arguments.add(list(parents))}::{listing.parent_type}[])"
    beside = " ".join(join.sql(arguments) for join in shown.beside)
    return (
        f"""SELECT {", ".join(shown.expressions)}, whole.of_parent FROM {parent} AS whole(of_parent)
            CROSS JOIN LATERAL (
              SELECT {listing.columns}, {keys}, row_number() OVER (ORDER BY {order}) AS place
              FROM {listing.source} WHERE {" AND ".join(conditions)}
              ORDER BY {order} LIMIT {page.first + 1}) AS found
            {beside} ORDER BY whole.of_parent, found.place{" DESC" if page.backward else ""}""",  # noqa: S608
        arguments.values,
    )


def _statement_of_one(listing: Listing, page: Page, shown: Shown, parent: Any) -> tuple[str, list[Any]]:
    """The page of one parent: half the work of the same for one among many."""
    arguments, conditions = listing.begun()
    conditions.append(page.within(arguments))
    if listing.parent is not None:
        conditions.append(f"{listing.parent} = {arguments.add(parent)}::{listing.parent_type}")
    keys = ", ".join(f"{order.key.sql} AS key{n}" for n, order in enumerate(page.order))
    beside = " ".join(join.sql(arguments) for join in shown.beside)
    return (
        f"""SELECT {", ".join((*shown.expressions, "TRUE"))} FROM (
              SELECT {listing.columns}, {keys} FROM {listing.source} WHERE {" AND ".join(conditions)}
              ORDER BY {page.sql} LIMIT {page.first + 1}) AS found
            {beside} ORDER BY {", ".join(part.over(f"found.key{n}") for n, part in enumerate(page.order))}""",  # noqa: S608
        arguments.values,
    )


def _slice(found: Sequence[Any], page: Page) -> Slice:
    names = [f"key{n}" for n in range(len(page.order))]
    rows = tuple((tuple(row[name] for name in names), row) for row in page.shown(found))
    return Slice(rows, len(found) > page.first)


async def counts(session: BankSession, listing: Listing, parents: Sequence[Any] = (ROOT,)) -> dict[Any, int]:
    """How many rows every parent's whole list has; one statement."""
    arguments, conditions = listing.begun(counting=True)
    named = "''"
    if listing.parent is not None:
        named = listing.parent
        conditions.append(f"{named} = ANY({arguments.add(list(parents))}::{listing.parent_type}[])")
    found = await session.rows(
        f"""SELECT {named} AS of_parent, count(*) AS count FROM {listing.source}
            WHERE {" AND ".join(conditions)} GROUP BY 1""",  # noqa: S608
        *arguments.values,
    )
    by_parent = {row["of_parent"]: row["count"] for row in found}
    return {parent: by_parent.get(parent, 0) for parent in parents}


async def children(
    session: BankSession, listing: Listing, keys: Sequence[str], order: str, shown: Shown, parents: Sequence[Any]
) -> list[list[Any]]:
    """The whole lists of these parents, by parent; one statement. `keys`: SQL of what a row says its parent's are.

    A parent is a tuple of texts, as many as `keys`. A record holds what is shown of `found`, then the last of its
    parent's texts, or the parent's number where parents differ in more than that.
    """
    if len({parent[:-1] for parent in parents}) == 1:
        return await _children_of_one(session, listing, keys, order, shown, parents)
    arguments, conditions = listing.begun()
    names = [f"key{n}" for n in range(len(keys))]
    lists = ", ".join(f"{arguments.add([parent[n] for parent in parents])}::text[]" for n in range(len(keys)))
    conditions += [f"{key} = whole.{name}" for key, name in zip(keys, names, strict=True)]
    found = await session.rows(
        f"""SELECT {", ".join((*shown.expressions, "whole.of_parent"))}
            FROM unnest({lists}) WITH ORDINALITY AS whole({", ".join(names)}, of_parent)
            CROSS JOIN LATERAL (
              SELECT {listing.columns}, {order} AS place FROM {listing.source}
              WHERE {" AND ".join(conditions)}) AS found
            ORDER BY whole.of_parent, found.place""",  # noqa: S608
        *arguments.values,
    )
    lists_of: list[list[Any]] = [[] for _ in parents]
    for row in found:
        lists_of[row["of_parent"] - 1].append(row)
    return lists_of


async def _children_of_one(
    session: BankSession, listing: Listing, keys: Sequence[str], order: str, shown: Shown, parents: Sequence[Any]
) -> list[list[Any]]:
    """Of parents that differ in their last text alone: one range of an index, in its order."""
    arguments, conditions = listing.begun()
    conditions += [f"{key} = {arguments.add(value)}" for key, value in zip(keys[:-1], parents[0][:-1], strict=True)]
    conditions.append(f"{keys[-1]} = ANY({arguments.add([parent[-1] for parent in parents])}::text[])")
    found = await session.rows(
        f"""SELECT {", ".join((*shown.expressions, "found.of_parent"))} FROM (
              SELECT {listing.columns}, {keys[-1]} AS of_parent, {order} AS place FROM {listing.source}
              WHERE {" AND ".join(conditions)}) AS found
            ORDER BY found.of_parent, found.place""",  # noqa: S608
        *arguments.values,
    )
    by_parent: dict[Any, list[Any]] = {parent[-1]: [] for parent in parents}
    for row in found:
        by_parent[row[-1]].append(row)
    return [by_parent[parent[-1]] for parent in parents]
