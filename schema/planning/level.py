"""A level: the objects of one type at one place of the document, all at once."""

from collections.abc import Sequence
from typing import Any, Protocol

from schema.planning.paths import Paths
from schema.planning.reading import Reading


class Field(Protocol):
    """A field of a level."""

    key: str

    async def texts(self, objects: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """Its JSON text for every object."""
        ...


class TypeName:
    """`__typename`."""

    def __init__(self, key: str, name: str) -> None:
        self.key = key
        self.text = f'"{name}"'

    async def texts(self, objects: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """The same for every object."""
        return [self.text] * len(objects)


class Level:
    """Fields in the order they were asked for."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields
        self.written = "{" + ",".join(f'"{field.key}":%s' for field in fields) + "}"

    async def texts(self, objects: Sequence[Any], paths: Paths, reading: Reading) -> list[str]:
        """The JSON text of every object."""
        columns = [await field.texts(objects, paths, reading) for field in self.fields]
        return self.together(columns, len(objects))

    def together(self, columns: Sequence[Sequence[str]], count: int) -> list[str]:
        """So many objects, of the texts of their fields; after @skip there may be none of these."""
        if not columns:
            return ["{}"] * count
        return [self.written % texts for texts in zip(*columns, strict=True)]
