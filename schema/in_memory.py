"""Lists in memory: filtered, ordered, paged and counted as those of the database are, without a statement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import groupby
from typing import Any

from strawberry import UNSET

from core.errors import InputError
from core.facets import Tally
from core.paging import Order, Page, Position
from core.session import Bank
from schema.connection import Edge, PageInfo
from schema.context import Context, Info
from schema.cursors import write_cursor
from schema.facets import Facets
from schema.listing import Asked, page_info_of, page_of
from schema.operators import MOST_IN, Compared, operators_of

Value = Callable[[Any], Any]
"""Of a row; None where it has none."""


@dataclass(frozen=True)
class MemoryList:
    """`facets`: no sums, no relations. `values`: by the names of its facets and of its orders' keys."""

    listed: str
    facets: Facets
    values: Mapping[str, Value]

    def page(
        self,
        info: Info,
        rows: Sequence[Any],
        order: tuple[Order, ...],
        make: Callable[[Any], Any],
        asked: Asked,
        filter: Any,
        kind: Any,
    ) -> Any:
        """The connection of those rows that the filter asks for; `kind`: its class."""
        bank = info.context.bank
        page = page_of(bank, self.listed, asked, order)
        found = rows if filter is None or filter is UNSET else [row for row in rows if self.holds(row, filter)]
        return kind(source=Remembered(bank, self, found, page, make))

    def holds(self, row: Any, asked: Any) -> bool:
        """Whether everything said in a filter holds."""
        # All of it is looked at: what is wrong anywhere is refused, however the row answers.
        held = [self._held(row, name, said) for name, said in vars(asked).items() if said is not UNSET]
        return all(held)

    def _held(self, row: Any, name: str, said: Any) -> bool:
        if said is None:
            raise InputError("A filter takes no null: leave it out.", code="FILTER_INVALID")
        if name in ("and_", "or_"):
            held = [self.holds(row, one) for one in said]
            return all(held) if name == "and_" else any(held)
        if name == "not_":
            return not self.holds(row, said)
        [facet] = [one for one in self.facets.fields if one.name == name]
        held = [_holds(self.values[name](row), facet.compared, *operation) for operation in operators_of(said)]
        return all(held)


@dataclass(frozen=True)
class Remembered:
    """A page of rows in memory."""

    bank: Bank
    of: MemoryList
    rows: Sequence[Any]
    page: Page
    make: Callable[[Any], Any]

    async def edges(self, _context: Context) -> Sequence[Edge[Any]]:
        """Ordered here."""
        return self._shown()[0]

    async def place(self, _context: Context) -> PageInfo:
        """Of the same rows."""
        edges, more = self._shown()
        return page_info_of(self.page, edges[0].cursor if edges else None, edges[-1].cursor if edges else None, more)

    async def count(self, _context: Context) -> int:
        """Of the whole list."""
        return len(self.rows)

    def tallies(self, names: Sequence[str]) -> list[Tally]:
        """How many rows there are in each group; without names in all."""

        def keys(row: Any) -> tuple[Any, ...]:
            return tuple(self.of.values[name](row) for name in names)

        if not names:
            return [Tally((), len(self.rows), {})]
        # As PostgreSQL orders groups: what has no value comes last.
        ordered = sorted(self.rows, key=lambda row: [(value is None, value or "") for value in keys(row)])
        return [Tally(values, len(list(same)), {}) for values, same in groupby(ordered, keys)]

    def _shown(self) -> tuple[Sequence[Edge[Any]], bool]:
        page, order = self.page, self.page.order

        def place(row: Any) -> Position:
            return tuple(self.of.values[part.key.name](row) for part in order)

        def apart(one: Any, other: Any) -> int:
            return _apart(order, place(one), place(other))

        placed = [(place(row), row) for row in sorted(self.rows, key=cmp_to_key(apart))]
        within = [
            (at, row)
            for at, row in placed
            if (page.after is None or _apart(order, at, page.after) > 0)
            and (page.before is None or _apart(order, at, page.before) < 0)
        ]
        shown = within[max(0, len(within) - page.first) :] if page.backward else within[: page.first]
        edges = [
            Edge(cursor=write_cursor(self.bank, self.of.listed, order, at), node=self.make(row)) for at, row in shown
        ]
        return edges, len(within) > page.first


def _apart(order: tuple[Order, ...], one: Position, other: Position) -> int:
    """Below zero where `one` comes first; what has no value comes last in both directions."""
    for part, a, b in zip(order, one, other, strict=True):
        if a == b:
            continue
        if a is None or b is None:
            return 1 if a is None else -1
        return (1 if a > b else -1) * (-1 if part.descending else 1)
    return 0


_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, operand: value == operand,
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "in_": lambda value, operand: value in operand,
    "starts_with": lambda value, operand: value.startswith(operand),
    "contains": lambda value, operand: operand in value,
}


def _holds(value: Any, compared: Compared, name: str, operand: Any) -> bool:
    """Of what has no value nothing holds but that it has none."""
    if name == "is_null":
        return (value is None) is operand
    if name == "in_":
        if len(operand) > MOST_IN:
            raise InputError(f"`in` takes at most {MOST_IN} values.", code="FILTER_INVALID")
        operand = [compared.to_sql(one) for one in operand]
    else:
        operand = compared.to_sql(operand)
    return value is not None and _SIGNS[name](value, operand)
