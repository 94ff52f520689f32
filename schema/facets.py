"""What a list can be filtered, summed and grouped by: said once, for GraphQL's types and for the statements.

From a `Facets` come the input `XFilter`, the enum `XGroupField`, the types `XAggregates` and `XGroup`, and the
connection `XConnection` that offers them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass
from functools import cached_property
from typing import Any

import strawberry
from strawberry import UNSET

from core.errors import Forbidden, InputError
from core.facets import Condition, is_searchable, narrowed
from core.paging import Listing
from core.statement import Arguments
from schema.context import Context
from schema.needs import Need, under
from schema.operators import Compared, condition, searches
from tenants.callers import Caller

MOST_CONDITIONS = 200
"""In one filter: each is a part of the statement, and some a look into another table."""


@dataclass(frozen=True)
class Facet:
    """One column. `sql`: over the listing's aliases. `summed`: digits it is shown with, in aggregates; None: in none.

    `everywhere`: a permission that must hold wherever the list's own does, for a filter tells what it filters by.
    """

    name: str
    sql: str
    compared: Compared
    description: str
    summed: "Summed | None" = None
    grouped: Callable[[Any], Any] | None = None
    """What a group shows of the column's value; None: it is no field to group by."""
    shown: Any = None
    """The type of that."""
    everywhere: str | None = None
    needs: Need | str | None = None


@dataclass(frozen=True)
class Summed:
    """How sums of a column are shown: as numbers with so many digits; `is_money`: as amounts of the bank's currency."""

    digits: int = 0
    is_money: bool = False
    sql: str | None = None
    """What is summed, whole numbers of 10^-digits; None: the column itself."""


@dataclass(frozen=True)
class Related:
    """Rows of another list that belong to the row: `sql` of whether there is one on which `{}` holds."""

    name: str
    facets: "Facets"
    sql: Callable[[Caller, Arguments], str]
    description: str
    everywhere: str | None = None
    needs: Need | str | None = None


@dataclass(frozen=True)
class Facets:
    """Of one type. `permission`: what reading the list needs. `module`: where the types are put, by their names."""

    name: str
    permission: str
    module: str
    fields: tuple[Facet, ...]
    related: tuple[Related, ...] = ()
    special: "tuple[Special, ...]" = ()

    @cached_property
    def filter_type(self) -> Any:
        """The input `XFilter`; `module` has to hold it under that name."""
        own = f"{self.name}Filter"
        several = f"list[{own}] | None"
        space: dict[str, Any] = {"__module__": self.module, "__annotations__": {}}

        def add(name: str, kind: Any, description: str, needs: Need | str | None = None, shown: str = "") -> None:
            space["__annotations__"][name] = kind
            metadata = {} if needs is None else under(needs)
            space[name] = strawberry.field(
                default=UNSET, description=description, name=shown or None, metadata=metadata
            )

        for facet in self.fields:
            add(facet.name, facet.compared.input | None, facet.description, facet.needs)
        for special in self.special:
            add(special.name, special.type | None, special.description, special.needs)
        for related in self.related:
            add(related.name, related.facets.filter_type | None, related.description, related.needs)
        add("and_", several, "All of these hold; of an empty list: they do.", shown="and")
        add("or_", several, "One of these holds; of an empty list: none does.", shown="or")
        add("not_", f"{own} | None", "This does not hold.", shown="not")
        kind = type(own, (), space)
        described = f"Which rows of a list of {self.name}: everything said in it holds."
        return strawberry.input(kind, description=described)

    def condition(self, caller: Caller, asked: Any, *, among: str | None = None) -> Condition:
        """What a filter says, as SQL. FILTER_MASKED where it speaks of what is masked on some rows of the list.

        `among`: the permission of the list that is filtered, where it is another's.
        """
        permission = among or self.permission
        parts = list(self._parts(caller, asked, permission))

        def build(arguments: Arguments) -> str:
            return f"({' AND '.join(part(arguments) for part in parts)})" if parts else "TRUE"

        return build

    def _parts(self, caller: Caller, asked: Any, permission: str) -> Iterator[Condition]:
        for facet in self.fields:
            if (value := _given(asked, facet.name)) is not UNSET:
                _must_cover(caller, facet.everywhere, permission, "Filtering", facet.name)
                yield condition(facet.sql, facet.compared.of(caller.bank), value)
        for special in self.special:
            if (value := _given(asked, special.name)) is not UNSET:
                yield special.condition(value)
        for related in self.related:
            if (value := _given(asked, related.name)) is not UNSET:
                _must_cover(caller, related.everywhere, permission, "Filtering", related.name)
                yield _exists(caller, related, related.facets.condition(caller, value, among=permission))
        for name, joined in (("and_", _all), ("or_", _any)):
            if (several := _given(asked, name)) is not UNSET:
                yield joined([self.condition(caller, one, among=permission) for one in several])
        if (one := _given(asked, "not_")) is not UNSET:
            yield _not(self.condition(caller, one, among=permission))

    async def narrow(self, context: Context, listing: Listing, asked: Any) -> Listing:
        """The listing's rows that a filter asks for; CONTAINS_TOO_WIDE where `contains` would search a long list."""
        if asked is None or asked is UNSET:
            return listing
        if _conditions(asked) > MOST_CONDITIONS:
            raise InputError(f"A filter has at most {MOST_CONDITIONS} conditions.", code="FILTER_INVALID")
        if self._searches(asked):
            async with context.transactions.read() as session:
                if not await is_searchable(session, listing):
                    sentence = "`contains` searches lists of at most 10,000 rows: use `startsWith`, or another filter."
                    raise InputError(sentence, code="CONTAINS_TOO_WIDE")
        return narrowed(listing, self.condition(context.caller, asked))

    def _searches(self, asked: Any) -> bool:
        inside = [value for name in ("and_", "or_") for value in _list(_given(asked, name))]
        if (one := _given(asked, "not_")) is not UNSET:
            inside.append(one)
        own = [_given(asked, facet.name) for facet in self.fields]
        others = [(related.facets, _given(asked, related.name)) for related in self.related]
        return (
            any(value is not UNSET and searches(value) for value in own)
            or any(self._searches(one) for one in inside)
            or any(value is not UNSET and facets._searches(value) for facets, value in others)
        )


@dataclass(frozen=True)
class Special:
    """A condition of its own, such as "under this branch"."""

    name: str
    type: Any
    condition: Callable[[Any], Condition]
    description: str
    needs: Need | str | None = None


def _conditions(asked: Any) -> int:
    """How many operators and filters a filter is made of."""
    if isinstance(asked, list):
        return sum(_conditions(one) for one in asked)
    if not _is_input(asked):
        return 1
    return 1 + sum(_conditions(value) for value in vars(asked).values() if value is not UNSET and not _is_plain(value))


def _is_plain(value: Any) -> bool:
    return isinstance(value, list) and not any(_is_input(one) for one in value)


def _is_input(value: Any) -> bool:
    return is_dataclass(value) and hasattr(value, "__strawberry_definition__")  # enums have the latter too


def must_cover(caller: Caller, facet: Facet, permission: str, doing: str) -> None:
    """Forbidden FACET_MASKED unless the column is readable wherever the list is."""
    _must_cover(caller, facet.everywhere, permission, doing, facet.name)


def _must_cover(caller: Caller, everywhere: str | None, permission: str, doing: str, name: str) -> None:
    if everywhere is not None and not caller.decide(everywhere).covers(caller.decide(permission)):
        raise Forbidden(f"{doing} by `{name}` needs {everywhere} on every row in reach.", code="FACET_MASKED")


def _given(asked: Any, name: str) -> Any:
    value = getattr(asked, name)
    if value is None:
        raise InputError("A filter takes no null: leave it out.", code="FILTER_INVALID")
    return value


def _list(value: Any) -> Sequence[Any]:
    return () if value is UNSET else value


def _exists(caller: Caller, related: Related, inner: Condition) -> Condition:
    return lambda arguments: related.sql(caller, arguments).format(inner(arguments))


def _all(parts: Sequence[Condition]) -> Condition:
    return lambda arguments: f"({' AND '.join(part(arguments) for part in parts)})" if parts else "TRUE"


def _any(parts: Sequence[Condition]) -> Condition:
    return lambda arguments: f"({' OR '.join(part(arguments) for part in parts)})" if parts else "FALSE"


def _not(part: Condition) -> Condition:
    # Of what has no value it is not known whether it holds: such a row is among those where it does not.
    return lambda arguments: f"({part(arguments)}) IS NOT TRUE"
