"""One field of a level: its values of all objects of the level, by its resolver."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLNonNull, ValueNode, VariableNode
from graphql.execution.values import get_argument_values
from graphql.language import ListValueNode, ObjectValueNode
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from schema.planning.paths import Below, Paths
from schema.planning.reading import PlannedInfo, Reading, Where
from schema.planning.shape import Shape

DEFINITION = "strawberry-definition"
MOST_KNOWN = 200
_ABSENT = ...
_PLAIN = (str, int, type(None), type(...))


class ResolvedField:
    """A field answered by its Strawberry resolver, or by the attribute of its name."""

    def __init__(
        self,
        key: str,
        nodes: Sequence[FieldNode],
        field: GraphQLField,
        shape: Shape,
        config: StrawberryConfig,
        scalars: Any,
    ) -> None:
        self.key = key
        self.name = nodes[0].name.value
        self.nodes = nodes
        self.shape = shape
        self.nullable = not isinstance(field.type, GraphQLNonNull)
        self._node = nodes[0]
        self._field = field
        self._config = config
        self._scalars = scalars
        self.definition: StrawberryField = field.extensions[DEFINITION]
        self._variables = sorted(_variables(nodes[0]))
        self._arguments = None if self._variables else self._coerced(None)
        self._known: dict[tuple[Any, ...], dict[str, Any]] = {}
        """Arguments by the values of their variables, where these are plain."""

    async def texts(self, objects: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """The field's JSON text for every object."""
        return await self.written(await self.values(objects, paths, reading), paths, reading)

    async def written(self, values: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """The JSON text of what the resolver gave for every object."""
        return await self.shape.texts(values, Below(paths, self.key), reading)

    async def values(self, objects: Sequence[Any], paths: Paths, reading: Reading) -> list[Any]:
        """What the resolver gives for every object; the first exception of any."""
        resolver = self.definition.base_resolver
        if resolver is None:
            name = self.definition.python_name
            return [getattr(one, name) for one in objects]
        call = self._call(paths, reading)
        found = [call(one, number) for number, one in enumerate(objects)]
        return await _all(found) if self.definition.is_async else found

    def arguments(self, reading: Reading) -> dict[str, Any]:
        """The resolver's arguments: the same for every object."""
        if self._arguments is not None:
            return self._arguments
        given = reading.variables.coerced
        key = tuple(given.get(name, _ABSENT) for name in self._variables)
        if not all(isinstance(value, _PLAIN) for value in key):
            return self._coerced(reading)
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = self._coerced(reading)
        return self._known[key]

    def _coerced(self, reading: Reading | None) -> dict[str, Any]:
        variables = reading.variables if reading else None
        given = get_argument_values(self._field, self._node, variables, hide_suggestions=True)
        return convert_arguments(given, self.definition.arguments, self._scalars, self._config)

    def _call(self, paths: Paths, reading: Reading) -> Callable[[Any, int], Any]:
        resolver = self.definition.base_resolver
        assert resolver is not None
        arguments = self.arguments(reading)
        info, context = resolver.info_parameter, reading.context
        here = Below(paths, self.key)
        function: Any = resolver.wrapped_func

        def call(source: Any, number: int) -> Any:
            given = dict(arguments)
            if info is not None:
                given[info.name] = PlannedInfo(context, Where(here, number))
            return function(source, **given) if resolver.self_parameter else function(**given)

        return call


async def _all(calls: Sequence[Any]) -> list[Any]:
    """Every result, once all have ended; none goes on behind our back."""
    if len(calls) == 1:
        return [await calls[0]]
    found = await asyncio.gather(*calls, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return list(found)


def _variables(node: FieldNode) -> set[str]:
    """Names of the variables in a field's arguments."""
    return {name for argument in node.arguments or () for name in _named(argument.value)}


def _named(value: ValueNode) -> Iterator[str]:
    if isinstance(value, ListValueNode):
        for one in value.values:
            yield from _named(one)
    elif isinstance(value, ObjectValueNode):
        for field in value.fields:
            yield from _named(field.value)
    elif isinstance(value, VariableNode):
        yield value.name.value
