"""Rows that stand in one text beside their parent: their tokens go into the answer as they are."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
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
    """Writes the lists of sheets for one level: tokens that are not asked for leave no trace (`%.0s`)."""

    def __init__(self, sheet: Sheet, level: Level) -> None:
        self._separator = sheet.separator
        self._width = len(sheet.tokens)
        self._columns: list[int] = []
        self._looked_up: list[tuple[int, ResolvedField]] = []
        parts: list[tuple[str, int | None]] = []
        for field in level.fields:
            if isinstance(field, ResolvedField):
                token = _token(sheet, field)
                assert token is not None
                if isinstance(reads_of(field.definition), LookedUp):
                    self._looked_up.append((len(self._columns), field))
                self._columns.append(token)
                parts.append((f'"{field.key}":%s', token))
            elif isinstance(field, TypeName):
                parts.append((f'"{field.key}":{field.text}', None))
        self._in_order = self._columns == sorted(set(self._columns))
        self._row = "{" + ",".join(text for text, _ in parts) + "}"
        self._whole = lru_cache(maxsize=64)(lambda rows: self._of_rows(parts, rows))

    async def texts(self, sheets: Sequence[str | None], paths: Paths, reading: Reading) -> list[str]:
        """The list of every sheet; without a sheet, an empty one."""
        rows = [[] if sheet is None else sheet.split(self._separator) for sheet in sheets]
        known = [(place, await self._found(place, field, rows, paths, reading)) for place, field in self._looked_up]
        return self._ordered(rows, known) if self._in_order else self._unordered(rows, known)

    def _ordered(self, rows: Sequence[list[str]], known: Sequence[tuple[int, dict[str, str]]]) -> list[str]:
        """Asked for in the order of the tokens: each sheet is one text with places for its tokens."""
        width, whole = self._width, self._whole
        for place, texts in known:
            column, find = self._columns[place], texts.__getitem__
            for tokens in rows:
                tokens[column::width] = map(find, tokens[column::width])
        return [whole(len(tokens) // width) % tuple(tokens) for tokens in rows]

    def _unordered(self, rows: Sequence[list[str]], known: Sequence[tuple[int, dict[str, str]]]) -> list[str]:
        row, width = self._row, self._width
        found = []
        for tokens in rows:
            shown: list[Iterable[str]] = [tokens[column::width] for column in self._columns]
            for place, texts in known:
                shown[place] = map(texts.__getitem__, shown[place])
            found.append(f"[{','.join([row % line for line in zip(*shown, strict=True)])}]")
        return found

    def _of_rows(self, parts: Sequence[tuple[str, int | None]], rows: int) -> str:
        """The text of a list of so many rows; of tokens in order only."""
        asked, at = [], 0
        for text, token in parts:
            skipped = 0 if token is None else token - at
            asked.append("%.0s" * skipped + text)
            at = at if token is None else token + 1
        row = "{" + ",".join(asked) + "%.0s" * (self._width - at) + "}"
        return f"[{','.join([row] * rows)}]"

    async def _found(
        self, place: int, field: ResolvedField, rows: Sequence[Sequence[str]], paths: Paths, reading: Reading
    ) -> dict[str, str]:
        """The objects that tokens name, each written once."""
        column, width = self._columns[place], self._width
        tokens = list({one for row in rows for one in row[column::width]})
        reads = reads_of(field.definition)
        assert isinstance(reads, LookedUp)
        found: list[Any] = [reads.find(reading.context, orjson.loads(one)) for one in tokens]
        return dict(zip(tokens, await field.shape.texts(found, Below(paths, field.key), reading), strict=True))
