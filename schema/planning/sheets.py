"""Rows that stand in a few texts beside their parent: their tokens go into the answer as they are."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import orjson

from schema.planning.field import ResolvedField
from schema.planning.level import Level, TypeName
from schema.planning.paths import Below, Paths
from schema.planning.reading import Reading
from schema.planning.reads import Column, LookedUp, Sheet, reads_of


def is_on_sheet(sheet: Sheet, level: Level) -> bool:
    """Whether the sheet has all that is asked of its rows, and anything is."""
    tokens = [_column(sheet, field) for field in level.fields if isinstance(field, ResolvedField)]
    return bool(tokens) and None not in tokens


def _column(sheet: Sheet, field: ResolvedField) -> str | None:
    """Where the field's tokens stand."""
    match reads_of(field.definition):
        case Column(names=(name,)) | LookedUp(by=name) if name in sheet.tokens:
            return name
    return None


class SheetWriter:
    """Writes the lists of sheets for one level. `columns`: what it reads, one a field, in the order asked for."""

    def __init__(self, sheet: Sheet, level: Level) -> None:
        self._separator = sheet.separator
        self.columns: list[str] = []
        self._looked_up: list[tuple[int, ResolvedField]] = []
        parts = []
        for field in level.fields:
            if isinstance(field, ResolvedField):
                column = _column(sheet, field)
                assert column is not None
                if isinstance(reads_of(field.definition), LookedUp):
                    self._looked_up.append((len(self.columns), field))
                self.columns.append(column)
                parts.append(f'"{field.key}":%s')
            elif isinstance(field, TypeName):
                parts.append(f'"{field.key}":{field.text}')
        self._row = "{" + ",".join(parts) + "}"
        self._whole = lru_cache(maxsize=64)(lambda rows: f"[{','.join([self._row] * rows)}]")

    async def texts(self, sheets: Sequence[Sequence[str | None]], paths: Paths, reading: Reading) -> list[str]:
        """The list of every parent, of each column's texts by parent; without a sheet, an empty one."""
        separator = self._separator
        tokens = [[[] if text is None else text.split(separator) for text in column] for column in sheets]
        for place, field in self._looked_up:
            tokens[place] = await self._found(tokens[place], field, paths, reading)
        whole = self._whole
        return [
            whole(len(columns[0])) % tuple(chain.from_iterable(zip(*columns, strict=True)))
            for columns in zip(*tokens, strict=True)
        ]

    async def _found(
        self, tokens: list[list[str]], field: ResolvedField, paths: Paths, reading: Reading
    ) -> list[list[str]]:
        """In place of tokens the objects that they name, each written once."""
        reads = reads_of(field.definition)
        assert isinstance(reads, LookedUp)
        known = list(set(chain.from_iterable(tokens)))
        found: list[Any] = [reads.find(reading.context, orjson.loads(token)) for token in known]
        texts = dict(zip(known, await field.shape.texts(found, Below(paths, field.key), reading), strict=True))
        return [[texts[token] for token in row] for row in tokens]
