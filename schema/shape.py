"""A schema as names: what stands under which need, what refers to what, and what is left when some of it is hidden.

A part is named by its coordinate: `Type`, `Type.field`, `Type.field(argument:)`, `Input.field`, `Enum.VALUE`, and
`... on Type` for what an interface gives as that type.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

from schema.needs import Need, need, need_of, need_to_find, needs_of_values

Coordinate = str

INTROSPECTION = "schema:introspect"
META_FIELDS = ("__schema", "__type")


class Kind(Enum):
    """Of a type with parts."""

    LEAF = "leaf"
    ENUM = "enum"
    INPUT = "input"
    OUTPUT = "output"
    UNION = "union"


@dataclass(frozen=True, slots=True)
class Part:
    """A field, an input field, an argument or a union's member. `target`: the type's name. `required`: by clients."""

    target: str
    required: bool = False
    arguments: Mapping[Coordinate, "Part"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TypeShape:
    """A type's parts by coordinate, and the interfaces it implements."""

    kind: Kind
    parts: Mapping[Coordinate, Part]
    interfaces: tuple[str, ...] = ()


class Shape:
    """Read once from the full schema."""

    def __init__(self, full: GraphQLSchema) -> None:
        named = {name: of for name, of in full.type_map.items() if not name.startswith("__")}
        self.types = {name: _shape(of) for name, of in named.items()}
        self.guarded = dict(_guarded(full, named.values()))
        self.implementers: dict[str, list[str]] = defaultdict(list)
        for name, of in self.types.items():
            for interface in of.interfaces:
                self.implementers[interface].append(name)
        self._abstract = {name for name, of in named.items() if isinstance(of, GraphQLInterfaceType)}
        roots = (full.query_type, full.mutation_type, full.subscription_type)
        self._roots = [root.name for root in roots if root is not None]
        directed = [get_named_type(a.type).name for d in full.directives for a in d.args.values()]
        # Introspection is made of these two, in every schema.
        self._always = {name for name in (*directed, "String", "Boolean") if name in self.types}

    def without(self, hidden: Iterable[Coordinate]) -> frozenset[Coordinate]:
        """All that is gone when these are: with what is then empty, or of a type that is gone, or out of reach.

        Of what is gone as a whole no parts are named: equal answers are equal schemas.
        """
        gone = set(hidden)
        while True:
            full_types = self._with_content(gone)
            more = {coordinate for coordinate, part in self._parts() if self._falls(part, gone, full_types)} - gone
            reached = self._reached(gone | more, full_types)
            # An interface that nothing reached implements gives nothing: it falls with the fields that give it.
            more |= {name for name in self._abstract & reached if not reached.intersection(self.implementers[name])}
            if not more - gone:
                return _wholes(gone | (self.types.keys() - reached))
            gone |= more

    def _parts(self) -> Iterable[tuple[Coordinate, Part]]:
        for of in self.types.values():
            for coordinate, part in of.parts.items():
                yield coordinate, part
                yield from part.arguments.items()

    def _falls(self, part: Part, gone: set[Coordinate], full_types: set[str]) -> bool:
        if part.target not in full_types:
            return True
        return any(
            argument.required and (coordinate in gone or argument.target not in full_types)
            for coordinate, argument in part.arguments.items()
        )

    def _with_content(self, gone: set[Coordinate]) -> set[str]:
        """The types with something in them. Inputs that hold nothing but themselves are empty."""
        found: set[str] = set()
        while True:
            more = {name for name, of in self.types.items() if name not in found and _holds(name, of, gone, found)}
            if not more:
                return found
            found |= more

    def _reached(self, gone: set[Coordinate], full_types: set[str]) -> set[str]:
        """What a client comes to from the roots. An interface leads to who implements it where a field gives it."""
        found: set[str] = set()
        given = [name for name in (*self._roots, *self._always) if name in full_types]
        implemented: list[str] = []
        seen_given: set[str] = set()
        while given or implemented:
            is_given = bool(given)
            name = given.pop() if is_given else implemented.pop()
            if name in seen_given or (name in found and not is_given) or name not in full_types:
                continue
            found.add(name)
            implemented += [one for one in self.types[name].interfaces if one not in gone]
            if is_given:
                seen_given.add(name)
                if name in self._abstract:
                    given += [one for one in self.implementers[name] if f"... on {one}" not in gone]
            given += self._targets(name, gone)
        return found

    def _targets(self, name: str, gone: set[Coordinate]) -> Iterable[str]:
        for coordinate, part in self.types[name].parts.items():
            if coordinate not in gone and part.target != name:
                yield part.target
                for inner, argument in part.arguments.items():
                    if inner not in gone:
                        yield argument.target


def _wholes(gone: set[Coordinate]) -> frozenset[Coordinate]:
    return frozenset(
        coordinate
        for coordinate in gone
        if coordinate.isidentifier()
        or (owner_of(coordinate) not in gone and (coordinate[-1] != ")" or coordinate.partition("(")[0] not in gone))
    ) - {coordinate for coordinate in gone if coordinate.startswith("... on ")}


def owner_of(coordinate: Coordinate) -> str:
    """The type a coordinate is in, or is."""
    return coordinate.partition(".")[0]


def _holds(name: str, of: TypeShape, gone: set[Coordinate], full_types: set[str]) -> bool:
    if name in gone:
        return False
    if of.kind is Kind.LEAF:
        return True
    left = {coordinate: part for coordinate, part in of.parts.items() if coordinate not in gone}
    if of.kind is Kind.ENUM:
        return bool(left)
    if of.kind is Kind.INPUT and any(
        part.required and (coordinate in gone or part.target not in full_types) for coordinate, part in of.parts.items()
    ):
        return False
    return any(part.target in full_types for part in left.values())


def _shape(of: GraphQLNamedType) -> TypeShape:
    if isinstance(of, GraphQLObjectType | GraphQLInterfaceType):
        parts = {
            f"{of.name}.{name}": Part(
                get_named_type(part.type).name,
                arguments={
                    f"{of.name}.{name}({argument}:)": Part(get_named_type(one.type).name, is_required_argument(one))
                    for argument, one in part.args.items()
                },
            )
            for name, part in of.fields.items()
        }
        return TypeShape(Kind.OUTPUT, parts, tuple(one.name for one in of.interfaces))
    if isinstance(of, GraphQLInputObjectType):
        inputs = {
            f"{of.name}.{name}": Part(get_named_type(part.type).name, is_required_input_field(part))
            for name, part in of.fields.items()
        }
        return TypeShape(Kind.INPUT, inputs)
    if isinstance(of, GraphQLUnionType):
        return TypeShape(Kind.UNION, {f"{of.name}.{one.name}": Part(one.name) for one in of.types})
    if isinstance(of, GraphQLEnumType):
        return TypeShape(Kind.ENUM, {f"{of.name}.{value}": Part(of.name) for value in of.values})
    return TypeShape(Kind.LEAF, {})


def _guarded(full: GraphQLSchema, types: Iterable[GraphQLNamedType]) -> Iterable[tuple[Coordinate, Need]]:
    if full.query_type is not None:
        for name in META_FIELDS:
            yield f"{full.query_type.name}.{name}", need(INTROSPECTION)
    for of in types:
        for coordinate, said in _needs(of):
            if said is not None:
                yield coordinate, said


def _needs(of: GraphQLNamedType) -> Iterable[tuple[Coordinate, Need | None]]:
    if isinstance(of, GraphQLObjectType | GraphQLInterfaceType):
        yield f"... on {of.name}", need_to_find(of)
        for name, part in of.fields.items():
            yield f"{of.name}.{name}", need_of(part)
            for argument, one in part.args.items():
                yield f"{of.name}.{name}({argument}:)", need_of(one)
    elif isinstance(of, GraphQLInputObjectType):
        for name, one in of.fields.items():
            yield f"{of.name}.{name}", need_of(one)
    elif isinstance(of, GraphQLEnumType):
        for name, said in needs_of_values(of):
            yield f"{of.name}.{name}", said
