"""Schemas with parts left out, made of the one full schema.

What no missing part can be reached from is shared with the full schema, and what looks the same in two pruned
schemas is shared between them: a schema of its own is little more than its roots.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from schema.needs import Permits
from schema.shape import Coordinate, Shape, owner_of

T = TypeVar("T")

GROUPS = "meritgraph.groups"
_Names = frozenset[str]
_Key = tuple[_Names, frozenset[Coordinate]]


class Group:
    """Types that lead to each other, as one set of missing parts leaves them.

    `uses`: groups they lead to. Whoever finds one still in use must find these too, not make them anew.
    """

    def __init__(self) -> None:
        self.types: dict[str, GraphQLNamedType] = {}
        self.uses: set[Group] = set()


class Pruner:
    """Makes schemas and remembers their parts as long as one of them is in use. `shape`: the full schema's."""

    def __init__(self, full: GraphQLSchema) -> None:
        self.full = full
        self.shape = Shape(full)
        self.known: WeakValueDictionary[_Key, Group] = WeakValueDictionary()
        self.reach = {name: self._reach(name) for name in self.shape.types}
        self.members: dict[_Names, list[str]] = {}
        for name, reach in self.reach.items():  # who reaches the same reaches each other
            self.members.setdefault(reach, []).append(name)

    def hidden(self, permits: Permits) -> frozenset[Coordinate]:
        """The parts that stand under a need these permits do not meet."""
        return frozenset(part for part, need in self.shape.guarded.items() if not permits.meet(need))

    def schema(self, gone: frozenset[Coordinate]) -> GraphQLSchema:
        """The full schema without these parts; `gone` is what `Shape.without` gave."""
        cut = _Cut(self, gone)
        full = self.full
        pruned = GraphQLSchema(
            query=cut.root(full.query_type),
            mutation=cut.root(full.mutation_type),
            subscription=cut.root(full.subscription_type),
            types=[cut.type(name) for name in self.shape.types if name not in gone],
            directives=full.directives,
            description=full.description,
            extensions={**full.extensions, GROUPS: tuple(cut.groups.values())},
            assume_valid=True,  # tests/schema/test_pruning.py validates what comes out of here
        )
        pruned._strawberry_schema = full._strawberry_schema  # type: ignore[attr-defined]
        return pruned

    def _reach(self, start: str) -> _Names:
        found, left = {start}, [start]
        while left:
            of = self.shape.types[left.pop()]
            inner = [argument.target for part in of.parts.values() for argument in part.arguments.values()]
            new = {*of.interfaces, *inner, *(part.target for part in of.parts.values())} - found
            found |= new
            left += new
        return frozenset(found)


class _Cut:
    """The making of one schema."""

    def __init__(self, pruner: Pruner, gone: frozenset[Coordinate]) -> None:
        self._pruner = pruner
        self._gone = gone
        self._by_owner: dict[str, list[Coordinate]] = {}
        for coordinate in gone:
            self._by_owner.setdefault(owner_of(coordinate), []).append(coordinate)
        self._equal: dict[frozenset[Coordinate], frozenset[Coordinate]] = {}
        self._wrapped: dict[Any, Any] = {}
        self._filling: list[Group] = []
        self.groups: dict[_Names, Group] = {}

    def root(self, original: GraphQLObjectType | None) -> GraphQLObjectType | None:
        """The root type, if this schema has it."""
        if original is None or original.name in self._gone:
            return None
        found: GraphQLObjectType = self.type(original.name)
        return found

    def type(self, name: str) -> Any:
        """The type as this schema has it: the full schema's own where nothing of its reach is missing."""
        reach = self._pruner.reach[name]
        group = self.groups.get(reach)
        if group is None:
            missing = frozenset(part for owner in self._by_owner.keys() & reach for part in self._by_owner[owner])
            if not missing:
                return self._pruner.full.type_map[name]
            group = self._group(reach, self._equal.setdefault(missing, missing))
        if self._filling and self._filling[-1] is not group:
            self._filling[-1].uses.add(group)
        return group.types[name]

    def _group(self, reach: _Names, missing: frozenset[Coordinate]) -> Group:
        group = self._pruner.known.get((reach, missing))
        if group is not None:
            self.groups[reach] = group
            return group
        group = self.groups[reach] = Group()
        names = [name for name in self._pruner.members[reach] if name not in self._gone]
        for name in names:  # all of them before their fields: they refer to each other
            group.types[name] = _blank(self._pruner.full.type_map[name])
        self._filling.append(group)
        for name in names:
            self._fill(self._pruner.full.type_map[name], group.types[name])
        self._filling.pop()
        self._pruner.known[reach, missing] = group
        return group

    def _fill(self, original: GraphQLNamedType, new: Any) -> None:
        name = original.name
        if isinstance(original, GraphQLObjectType | GraphQLInterfaceType):
            new.fields = new._fields = {n: self._field(name, n, f) for n, f in self._left(name, original.fields)}
            new.interfaces = new._interfaces = tuple(
                self.type(one.name)
                for one in original.interfaces
                if one.name not in self._gone and self._is_kept(one, new.fields)
            )
        elif isinstance(original, GraphQLInputObjectType):
            new.fields = new._fields = {n: self._typed(f) for n, f in self._left(name, original.fields)}
        elif isinstance(original, GraphQLUnionType):
            left = self._left(name, {one.name: one for one in original.types})
            new.types = new._types = tuple(self.type(member) for member, _ in left)
        elif isinstance(original, GraphQLEnumType):
            new.values = new._values = dict(self._left(name, original.values))

    def _is_kept(self, interface: GraphQLInterfaceType, fields: Mapping[str, Any]) -> bool:
        """Whether a type with these fields still has all of the interface's."""
        return all(name in fields for name, _ in self._left(interface.name, interface.fields))

    def _left(self, owner: str, parts: Mapping[str, T]) -> Iterable[tuple[str, T]]:
        return [(name, part) for name, part in parts.items() if f"{owner}.{name}" not in self._gone]

    def _field(self, owner: str, name: str, field: GraphQLField) -> Any:
        left = {n: a for n, a in field.args.items() if f"{owner}.{name}({n}:)" not in self._gone}
        arguments = {n: self._typed(argument) for n, argument in left.items()}
        if len(left) == len(field.args) and all(arguments[n] is left[n] for n in left):
            return self._typed(field)
        return _copy(field, type=self._wrap(field.type), args=arguments)

    def _typed(self, part: Any) -> Any:
        """The field, input field or argument itself, or a copy of the type this schema has."""
        of = self._wrap(part.type)
        return part if of is part.type else _copy(part, type=of)

    def _wrap(self, of: Any) -> Any:
        """A type in its lists and non-nulls, each made once."""
        if not isinstance(of, GraphQLList | GraphQLNonNull):
            return self.type(of.name)
        inner = self._wrap(of.of_type)
        if inner is of.of_type:
            return of
        return self._wrapped.setdefault((type(of), inner), type(of)(inner))


_DERIVED = ("fields", "interfaces", "types", "values", "_value_lookup")


def _blank(original: Any) -> Any:
    """A type of the same name, resolvers and class (Strawberry's enums have their own), without parts."""
    new = object.__new__(type(original))
    for name, value in vars(original).items():
        if name not in _DERIVED:
            setattr(new, name, value)
    return new


def _copy(part: Any, **changed: Any) -> Any:
    new = object.__new__(type(part))
    for name, value in vars(part).items():
        setattr(new, name, changed.get(name, value))
    return new


def pruned(full: GraphQLSchema, permits: Permits) -> GraphQLSchema:
    """The schema in which only what these permits meet exists."""
    pruner = Pruner(full)
    return pruner.schema(pruner.shape.without(pruner.hidden(permits)))
