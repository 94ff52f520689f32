"""Values into JSON text, a level at a time: leaves, lists, objects."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import orjson

from schema.planning.level import Level
from schema.planning.paths import Among, Paths, Within
from schema.planning.reading import Reading, Replan


class Shape(Protocol):
    """How values of one type become text."""

    async def texts(self, values: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """JSON text of every value; Replan for what the type does not allow."""
        ...


class Leaf:
    """Scalars and enums."""

    def __init__(self, serialize: Callable[[Any], Any]) -> None:
        self._serialize = serialize

    async def texts(self, values: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """As their type serializes them."""
        serialize = self._serialize
        return ["null" if value is None else orjson.dumps(serialize(value)).decode() for value in values]


class Required:
    """A type that has no null."""

    def __init__(self, of: Shape) -> None:
        self.of = of

    async def texts(self, values: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """Replan where there is one all the same."""
        found = await self.of.texts(values, paths, reading)
        if "null" in found:
            raise Replan
        return found


class ListOf:
    """A list; the elements of all lists of the level are one level."""

    def __init__(self, of: Shape) -> None:
        self.of = of

    async def texts(self, values: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """All lists' elements at once, then each list again."""
        elements = [element for value in values if value is not None for element in value]
        texts = await self.of.texts(elements, within(paths, values), reading) if elements else []
        return lists(values, texts)


def lists(values: Sequence[Sequence[Any] | None], texts: Sequence[str]) -> list[str]:
    """The lists' JSON texts, of the texts of all their elements behind one another."""
    found, at = [], 0
    for value in values:
        if value is None:
            found.append("null")
        else:
            found.append(f"[{','.join(texts[at : at + len(value)])}]")
            at += len(value)
    return found


def within(above: Paths, values: Sequence[Sequence[Any] | None]) -> Within:
    """Where the elements of these lists stand."""
    parents = [number for number, value in enumerate(values) for _ in value or ()]
    return Within(above, parents, [place for value in values for place in range(len(value or ()))])


class ObjectOf:
    """Level of one type."""

    def __init__(self, level: Level) -> None:
        self.level = level

    async def texts(self, values: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """Those there are."""
        return await _given(self.level, values, paths, reading)


class AnyOf:
    """Level of an interface or a union: each type is a level of its own."""

    def __init__(self, levels: Mapping[type, Level]) -> None:
        self._levels = levels

    async def texts(self, values: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """By their types."""
        found = ["null"] * len(values)
        for kind in {type(value) for value in values if value is not None}:
            level = self._levels.get(kind)
            if level is None:
                raise Replan
            numbers = [number for number, value in enumerate(values) if type(value) is kind]
            texts = await level.texts([values[number] for number in numbers], Among(paths, numbers), reading)
            for number, text in zip(numbers, texts, strict=True):
                found[number] = text
        return found


async def _given(level: Level, values: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
    numbers = [number for number, value in enumerate(values) if value is not None]
    if len(numbers) == len(values):
        return await level.texts(values, paths, reading) if values else []
    found = ["null"] * len(values)
    if numbers:
        texts = await level.texts([values[number] for number in numbers], Among(paths, numbers), reading)
        for number, text in zip(numbers, texts, strict=True):
            found[number] = text
    return found


def level_of(shape: Shape) -> Level:
    """The level of the objects in it, through lists and what has no null; TypeError where there is not one."""
    while isinstance(shape, Required | ListOf):
        shape = shape.of
    if not isinstance(shape, ObjectOf):
        raise TypeError("a field whose objects are not of one type")
    return shape.level
