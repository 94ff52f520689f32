"""Counts and sums of a list, in all and in groups: types generated from what the list says of its columns."""

import enum
import types
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

import strawberry

from core.errors import Forbidden, InputError
from core.facets import Sum, Tally, empty_tally
from core.numbers import round_half_away, scaled_decimal
from core.session import Bank
from schema.connection import Connection
from schema.context import Info
from schema.facets import Facet, Facets, must_cover
from schema.in_memory import Remembered
from schema.listing import Listed
from schema.money import Money, money
from schema.needs import values_under
from schema.resolved import resolved
from tenants.callers import Caller

MEAN_DIGITS = 6
MOST_GROUPED = 3


@strawberry.type(description="Sums of an exact number over the rows that have one; null where none has.")
class DecimalSums:
    """With the digits of the column; the mean with 6."""

    sum: Decimal | None = strawberry.field(description="Of all.")
    avg: Decimal | None = strawberry.field(description="Their mean, rounded half away from zero to 6 decimals.")
    min: Decimal | None = strawberry.field(description="The least.")
    max: Decimal | None = strawberry.field(description="The greatest.")


@strawberry.type(description="Sums of money over the rows that have some; null where none has.")
class MoneySums:
    """In the bank's currency."""

    sum: Money | None = strawberry.field(description="Of all.")
    avg: Money | None = strawberry.field(description="Their mean, rounded half away from zero to minor units.")
    min: Money | None = strawberry.field(description="The least.")
    max: Money | None = strawberry.field(description="The greatest.")


def connection_type(facets: Facets, node: Any) -> Any:
    """`XConnection`: a page, with the aggregates and groups of the whole list."""
    aggregates = _aggregates(facets)
    fields = _group_field(facets)
    space: dict[str, Any] = {"__module__": facets.module, "aggregates": _aggregates_field(facets, aggregates)}
    space["total_count"] = _total_field(facets)
    if fields is not None:
        space["group_by"] = _groups_field(facets, fields, _group(facets, aggregates), aggregates)
    made = types.new_class(f"{facets.name}Connection", (_page_of(node),), {}, lambda inside: inside.update(space))
    return strawberry.type(made, description="A page of a list, and what the whole list adds up to.")


def _page_of(node: Any) -> Any:
    generic: Any = Connection
    return generic[node]


def _aggregates(facets: Facets) -> Any:
    space: dict[str, Any] = {
        "__module__": facets.module,
        "__annotations__": {"read": strawberry.Private[Tally]},
        "count": _count_field(),
    }
    for facet in facets.fields:
        if facet.summed is not None:
            space[facet.name] = _sums_field(facets, facet)
    kind = type(f"{facets.name}Aggregates", (), space)
    return strawberry.type(kind, description=f"What rows of a list of {facets.name} add up to.")


def _count_field() -> Any:
    @resolved(description="How many rows there are.")
    def count(self: Any) -> int:
        tally: Tally = self.read
        return tally.count

    return count


def _sums_field(facets: Facets, facet: Facet) -> Any:
    summed = facet.summed
    assert summed is not None

    def sums(self: Any, info: Info) -> Any:
        must_cover(info.context.caller, facet, facets.permission, "Aggregating")
        return shown_sums(self.read.sums[facet.name], summed.digits, info.context.bank if summed.is_money else None)

    gives: Any = MoneySums if summed.is_money else DecimalSums
    if facet.everywhere is not None:  # who may not have the sums gets null with an error, and the rest
        gives = gives | None
    sums.__name__ = facet.name
    return resolved(description=facet.description, needs=facet.needs, gives=gives)(sums)


def shown_sums(found: Sum, digits: int, bank: Bank | None) -> Any:
    """Sums of whole numbers of 10^-digits (of minor units, with a bank) as they are shown."""
    values = (found.total, found.least, found.most)
    if bank is not None:
        total, least, most = (None if value is None else money(int(value), bank) for value in values)
        mean = None if found.mean is None else money(round_half_away(found.mean, 0), bank)
        return MoneySums(sum=total, avg=mean, min=least, max=most)
    total_, least_, most_ = (None if value is None else _shown(Fraction(value), digits) for value in values)
    mean_ = None if found.mean is None else _mean(found.mean / 10**digits)
    return DecimalSums(sum=total_, avg=mean_, min=least_, max=most_)


def _shown(value: Fraction, digits: int) -> Decimal:
    return scaled_decimal(round_half_away(value, 0), digits)


def _mean(value: Fraction) -> Decimal:
    return scaled_decimal(round_half_away(value, MEAN_DIGITS), MEAN_DIGITS)


def _group_field(facets: Facets) -> Any:
    names = {
        facet.name.upper(): strawberry.enum_value(facet.name, description=facet.description)
        for facet in facets.fields
        if facet.grouped is not None
    }
    if not names:
        return None
    kind: Any = enum.Enum(f"{facets.name}GroupField", names, module=facets.module)  # type: ignore[misc]
    needs = {facet.name.upper(): facet.needs for facet in facets.fields if facet.needs is not None}
    described = f"What a list of {facets.name} can be grouped by."
    return values_under(**needs)(strawberry.enum(kind, description=described))


def _group(facets: Facets, aggregates: Any) -> Any:
    private: Any = strawberry.Private
    space: dict[str, Any] = {
        "__module__": facets.module,
        "__annotations__": {"read": private[Any], "aggregates": aggregates},
        "aggregates": strawberry.field(description="What the group's rows add up to."),
    }
    for facet in facets.fields:
        if facet.grouped is not None:
            space[facet.name] = _key_field(facet)
    kind = type(f"{facets.name}Group", (), space)
    return strawberry.type(kind, description=f"Rows of a list of {facets.name} with the same values.")


def _key_field(facet: Facet) -> Any:
    def key(self: Any, info: Info) -> Any:
        value = self.read.get(facet.name)
        assert facet.grouped is not None
        return None if value is None else facet.grouped(value)

    key.__name__ = facet.name
    description = f"{facet.description} Null where there is none, and where the list is not grouped by it."
    return resolved(description=description, needs=facet.needs, gives=facet.shown | None)(key)


def _aggregates_field(facets: Facets, aggregates: Any) -> Any:
    async def whole(self: Any, info: Info) -> Any:
        [tally] = await _tallies(facets, self.source, info, ())
        return aggregates(read=tally)

    whole.__name__ = "aggregates"
    description = "What the whole list adds up to; computed only when asked for."
    return resolved(description=description, gives=aggregates)(whole)


def _total_field(facets: Facets) -> Any:
    async def total(self: Any, info: Info) -> int:
        if not isinstance(self.source, Listed):
            count: int = await self.source.count(info.context)
            return count
        # The statement of `aggregates`: who asks for both has them from one.
        [tally] = await _tallies(facets, self.source, info, ())
        return tally.count

    total.__name__ = "total_count"
    return resolved(description="How many elements the whole list has; counted only when asked for.")(total)


def _groups_field(facets: Facets, offered: Any, group: Any, aggregates: Any) -> Any:
    by_name = {facet.name: facet for facet in facets.fields}

    async def group_by(self: Any, info: Info, fields: Any) -> Any:
        names = list(dict.fromkeys(member.value for member in fields))
        if not 1 <= len(names) <= MOST_GROUPED:
            raise InputError(f"Group by one to {MOST_GROUPED} fields.", code="GROUP_INVALID")
        for name in names:
            must_cover(info.context.caller, by_name[name], facets.permission, "Grouping")
        found = await _tallies(facets, self.source, info, tuple(names))
        return [
            group(read=dict(zip(names, tally.keys, strict=True)), aggregates=aggregates(read=tally)) for tally in found
        ]

    described = f"What to group by, one to {MOST_GROUPED}; the first decides the order first."
    group_by.__annotations__["fields"] = Annotated[list[offered], strawberry.argument(description=described)]
    description = f"The list in groups of equal values of one to {MOST_GROUPED} fields, in their order."
    return resolved(description=description, gives=list[group])(group_by)


async def _tallies(facets: Facets, source: Any, info: Info, names: tuple[str, ...]) -> list[Tally]:
    if isinstance(source, Remembered):
        return source.tallies(names)
    if not isinstance(source, Listed):  # a list that is empty before anything is read
        return [] if names else [empty_tally(facet.name for facet in facets.fields)]
    by_name = {facet.name: facet for facet in facets.fields}
    keys = tuple(_compared(by_name[name]) for name in names)
    summed = tuple((facet.name, _summed(facet)) for facet in _readable(facets, info.context.caller))
    return await info.context.loaders.tallies(source.listing, keys, summed).load(source.parent) or []


def _summed(facet: Facet) -> str:
    return (facet.summed.sql if facet.summed else None) or facet.sql


def _readable(facets: Facets, caller: Caller) -> list[Facet]:
    found = []
    for facet in facets.fields:
        if facet.summed is not None:
            try:
                must_cover(caller, facet, facets.permission, "Aggregating")
            except Forbidden:
                continue
            found.append(facet)
    return found


def _compared(facet: Facet) -> str:
    return f'({facet.sql}) COLLATE "C"' if facet.compared.collate else facet.sql
