"""Documents that ask for all there is below a root, and answers read with the schema beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

DEPTH = 6
NOT_HERE = ("ScoreLine.evidence", "ScoreLine.explanation")
"""Evidence is asked for alone, 20 lines a request at most; the busy bank's odd lines have nothing to explain."""


def whole_document(schema: GraphQLSchema, root: str, arguments: Mapping[str, str], depth: int = DEPTH) -> str | None:
    """A query of one root and everything below it; None where a required argument is not among `arguments`."""
    query = schema.query_type
    assert query is not None
    asked = _field(query, root, arguments, depth, ())
    return None if asked is None else f"{{ {asked} }}"


def _field(
    of: GraphQLObjectType, name: str, arguments: Mapping[str, str], depth: int, above: tuple[str, ...]
) -> str | None:
    field = of.fields[name]
    needed = [argument for argument, one in field.args.items() if is_required_argument(one)]
    if f"{of.name}.{name}" in NOT_HERE or not all(argument in arguments for argument in needed):
        return None
    told = f"({', '.join(f'{argument}: {arguments[argument]}' for argument in needed)})" if needed else ""
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return name + told
    below = _selection(kind, arguments, depth - 1, above)
    return None if below is None else f"{name}{told} {below}"


def _selection(kind: Any, arguments: Mapping[str, str], depth: int, above: tuple[str, ...]) -> str | None:
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        return "{ __typename }"
    assert not isinstance(kind, GraphQLInputObjectType)
    if depth == 0 or kind.name in above:
        return None
    asked = [_field(kind, name, arguments, depth, (*above, kind.name)) for name in kind.fields]
    return f"{{ __typename {' '.join(one for one in asked if one is not None)} }}"


def told(schema: GraphQLSchema, data: Any) -> Iterator[tuple[str, Any]]:
    """("Type.field", value) of everything in the answer to a whole document."""
    assert schema.query_type is not None
    yield from _told(schema.query_type, data)


def _told(kind: Any, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _told(kind, one)
    elif isinstance(value, dict) and isinstance(kind, GraphQLObjectType):
        for name, held in value.items():
            if name != "__typename":
                yield f"{kind.name}.{name}", held
                yield from _told(get_named_type(kind.fields[name].type), held)
