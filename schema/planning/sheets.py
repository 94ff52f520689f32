"""Rows that stand in one text beside their parent: their tokens go into the answer as they are."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from schema.planning.field import ResolvedField
from schema.planning.level import Level, TypeName
from schema.planning.paths import Below, Paths
from schema.planning.reading import Reading
from schema.planning.reads import Column, LookedUp, Sheet, reads_of


def is_on_sheet(sheet: Sheet, level: Level) -> bool:
    """Whether the sheet has all that is asked of its rows."""
    return bool(level.fields) and all(
        isinstance(field, TypeName) or (isinstance(field, ResolvedField) and _token(sheet, field) is not None)
        for field in level.fields
    )


def _token(sheet: Sheet, field: ResolvedField) -> int | None:
    """Where the field's token stands in a row."""
    match reads_of(field.definition):
        case Column(names=(name,)) | LookedUp(by=name) if name in sheet.tokens:
            return sheet.tokens.index(name)
    return None


class SheetWriter:
    """Writes the lists of sheets for one level."""

    def __init__(self, sheet: Sheet, level: Level) -> None:
        self._separator = sheet.separator
        self._width = len(sheet.tokens)
        parts, self._columns, self._looked_up = [], [], []
        for field in level.fields:
            if isinstance(field, ResolvedField):
                token = _token(sheet, field)
                assert token is not None
                if isinstance(reads_of(field.definition), LookedUp):
                    self._looked_up.append((len(self._columns), token, field))
                self._columns.append(token)
                parts.append(f'"{field.key}":%s')
            elif isinstance(field, TypeName):
                parts.append(f'"{field.key}":{field.text}')
        self._row = "{" + ",".join(parts) + "}"

    async def texts(self, sheets: Sequence[str | None], paths: Paths, reading: Reading) -> list[str]:
        """The list of every sheet; without a sheet, an empty one."""
        rows = [[] if sheet is None else sheet.split(self._separator) for sheet in sheets]
        known = {
            place: await self._found(token, field, rows, paths, reading) for place, token, field in self._looked_up
        }
        row, width, columns = self._row, self._width, self._columns
        if not columns:
            return [f"[{','.join([row] * (len(tokens) // width))}]" for tokens in rows]
        found = []
        for tokens in rows:
            shown: list[Iterable[str]] = [tokens[column::width] for column in columns]
            for place, texts in known.items():
                shown[place] = map(texts.__getitem__, shown[place])
            found.append(f"[{','.join([row % line for line in zip(*shown, strict=True)])}]")
        return found

    async def _found(
        self, token: int, field: ResolvedField, rows: Sequence[Sequence[str]], paths: Paths, reading: Reading
    ) -> dict[str, str]:
        """The objects that tokens name, each written once."""
        tokens = list({one for row in rows for one in row[token :: self._width]})
        reads = reads_of(field.definition)
        assert isinstance(reads, LookedUp)
        found: list[Any] = [reads.find(reading.context, orjson.loads(one)) for one in tokens]
        return dict(zip(tokens, await field.shape.texts(found, Below(paths, field.key), reading), strict=True))
