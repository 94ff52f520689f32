"""Levels whose objects are rows: their columns go from the record into the answer's text."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NoReturn

from core.paging import children
from schema.planning.field import ResolvedField
from schema.planning.kinds import TEXT, money_writer
from schema.planning.level import Field, Level, TypeName
from schema.planning.paths import Below, Paths
from schema.planning.reading import Reading, Replan
from schema.planning.reads import Amount, Children, Column, Joined, Labelled, LookedUp, Sheet, reads_of
from schema.planning.selection import ROWS, Selection
from schema.planning.shape import level_of, lists, within
from schema.planning.sheets import SheetWriter, is_on_sheet
from schema.planning.writer import Writer, object_of

Make = Callable[[Any], Any]
Prepare = Callable[[Sequence[Any], Make, Paths, Reading], Awaitable[Any]]


def _missing() -> NoReturn:
    raise Replan


class RecordLevel:
    """One type's rows at one place of the document.

    Columns and what is joined is written from the record. Other fields are asked of their resolvers, of the object
    that `make` makes of the whole row.
    """

    def __init__(self, level: Level, selection: Selection) -> None:
        self._selection = selection
        self._writer = Writer()
        self._prepares: list[tuple[int, Prepare]] = []
        self._masks: list[tuple[int, tuple[str, ...]]] = []
        self._missing = self._writer.known(_missing)
        self._write = self._writer.finish(self._object(level, ROWS, ()))

    async def texts(self, records: Sequence[Any], make: Make, paths: Paths, reading: Reading) -> list[str]:
        """The JSON text of every record."""
        if not records:
            return []
        prepared: list[Any] = [None] * self._writer.slots
        for slot, prepare in self._prepares:
            prepared[slot] = await prepare(records, make, paths, reading)
        for number, keys in self._masks:
            masked = [n for n, record in enumerate(records) if record[number] is False]
            reading.context.masked.extend([*paths.of(n), *keys] for n in masked)
        return self._write(records, prepared, reading.context)

    def _object(self, level: Level, alias: str, above: tuple[str, ...]) -> str:
        expressions = [self._field(field, alias, above) for field in level.fields]
        return object_of([field.key for field in level.fields], expressions)

    def _field(self, field: Field, alias: str, above: tuple[str, ...]) -> str:
        if isinstance(field, TypeName):
            return repr(field.text)
        assert isinstance(field, ResolvedField)
        match reads_of(field.definition):
            case Column() as column:
                return self._column(column, field, alias, above)
            case Labelled() as labelled:
                return self._labelled(labelled, field, alias)
            case Joined() as joined if is_inlined(field):
                return self._joined(joined, field, alias, above)
            case Amount() as amount:
                return self._amount(amount, field, alias, above)
            case LookedUp() as looked_up:
                return self._looked_up(looked_up, field, alias)
            case Children() as children_of:
                return self._children(children_of, field, alias)
        return self._by_object(field)

    def _column(self, column: Column, field: ResolvedField, alias: str, above: tuple[str, ...]) -> str:
        if column.readable:
            self._masks.append((self._selection.add(f"{alias}.{column.readable}"), (*above, field.key)))
        places = [self._selection.add(column.kind.select.format(f"{alias}.{name}")) for name in column.names]
        values = ", ".join(f"r[{place}]" for place in places)
        kind = column.kind
        if kind.write is str:
            text = f"({values} if {values} is not None else {self._missing}())"
        else:
            text = f"{self._writer.known(kind.write)}({'context, ' if kind.with_context else ''}{values})"
        return f"('null' if r[{places[0]}] is None else {text})" if field.nullable else text

    def _labelled(self, labelled: Labelled, field: ResolvedField, alias: str) -> str:
        english, chinese = (self._selection.add(f"{alias}.{name}") for name in (labelled.english, labelled.chinese))
        slot, is_chinese = self._writer.prepared()

        async def prepare(_records: Any, _make: Make, _paths: Paths, reading: Reading) -> bool:
            return reading.context.language_of(field.arguments(reading).get("locale")) == "zh"

        self._prepares.append((slot, prepare))
        quoted = self._writer.known(TEXT.write)
        return f"{quoted}(r[{chinese}] if {is_chinese} and r[{chinese}] else r[{english}])"

    def _joined(self, joined: Joined, field: ResolvedField, alias: str, above: tuple[str, ...]) -> str:
        other = self._selection.join(joined.listing, (joined.key,), alias, (joined.by,))
        present = self._selection.add(f"{other}.{joined.present}")
        here = (*above, field.key)
        if joined.readable:
            self._masks.append((self._selection.add(f"{alias}.{joined.readable}"), here))
        inner = self._object(level_of(field.shape), other, here)
        absent = "'null'" if field.nullable else f"{self._missing}()"
        return f"({absent} if r[{present}] is None else {inner})"

    def _amount(self, amount: Amount, field: ResolvedField, alias: str, above: tuple[str, ...]) -> str:
        place = self._selection.add(f"{alias}.{amount.name}::text")
        self._masks.append((self._selection.add(f"{alias}.{amount.readable}"), (*above, field.key)))
        slot, write = self._writer.prepared()
        keys = [
            (one.key, one.definition.python_name if isinstance(one, ResolvedField) else "")
            for one in level_of(field.shape).fields
        ]

        async def prepare(_records: Any, _make: Make, _paths: Paths, reading: Reading) -> Any:
            return money_writer(reading.context.bank, keys)

        self._prepares.append((slot, prepare))
        return f"('null' if r[{place}] is None else {write}(r[{place}]))"

    def _looked_up(self, looked_up: LookedUp, field: ResolvedField, alias: str) -> str:
        place = self._selection.add(f"{alias}.{looked_up.by}")
        slot, texts = self._writer.prepared()

        async def prepare(records: Sequence[Any], _make: Make, paths: Paths, reading: Reading) -> dict[Any, str]:
            keys = list({record[place] for record in records})
            found = [looked_up.find(reading.context, key) for key in keys]
            return dict(zip(keys, await field.shape.texts(found, Below(paths, field.key), reading), strict=True))

        self._prepares.append((slot, prepare))
        return f"{texts}[r[{place}]]"

    def _sheet(self, sheet: Sheet, reads: Children, field: ResolvedField, alias: str) -> str:
        other = self._selection.join(sheet.listing, sheet.keys, alias, reads.by)
        writer = SheetWriter(sheet, level_of(field.shape))
        places = [self._selection.add(f"{other}.{name}") for name in writer.columns]
        slot, texts = self._writer.prepared()

        async def prepare(records: Sequence[Any], _make: Make, paths: Paths, reading: Reading) -> list[str]:
            sheets = [[record[place] for record in records] for place in places]
            return await writer.texts(sheets, Below(paths, field.key), reading)

        self._prepares.append((slot, prepare))
        return f"{texts}[n]"

    def _children(self, reads: Children, field: ResolvedField, alias: str) -> str:
        if reads.sheet is not None and is_on_sheet(reads.sheet, level_of(field.shape)):
            return self._sheet(reads.sheet, reads, field, alias)
        places = [self._selection.add(f"{alias}.{name}") for name in reads.by]
        slot, texts = self._writer.prepared()
        selection = Selection()
        level = RecordLevel(level_of(field.shape), selection)

        async def prepare(records: Sequence[Any], _make: Make, paths: Paths, reading: Reading) -> list[str]:
            parents = [tuple(record[place] for place in places) for record in records]
            context = reading.context
            async with context.transactions.read() as session:
                listing = reads.listing(context)
                rows_of = await children(session, listing, reads.keys, reads.order, selection.shown(reading), parents)
            flat = [row for rows in rows_of for row in rows]
            inside = within(Below(paths, field.key), rows_of)
            written = await level.texts(flat, lambda row: reads.make(context, row), inside, reading)
            return lists(rows_of, written)

        self._prepares.append((slot, prepare))
        return f"{texts}[n]"

    def _by_object(self, field: ResolvedField) -> str:
        self._selection.whole = True
        slot, texts = self._writer.prepared()

        async def prepare(records: Sequence[Any], make: Make, paths: Paths, reading: Reading) -> list[str]:
            return await field.texts([make(record) for record in records], paths, reading)

        self._prepares.append((slot, prepare))
        return f"{texts}[n]"


def is_inlined(field: ResolvedField) -> bool:
    """Whether all below the field can be written from a row beside."""
    for one in level_of(field.shape).fields:
        if isinstance(one, ResolvedField):
            reads = reads_of(one.definition)
            if not isinstance(reads, Column | Labelled) and not (isinstance(reads, Joined) and is_inlined(one)):
                return False
    return True
