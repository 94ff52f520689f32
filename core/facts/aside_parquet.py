"""The wrong rows of a Parquet file as cells of text, of which no more is made than the file may hold.

A dictionary says a long text once for any number of rows: what is written of one is counted before it is written.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.facts.cells import RawColumn
from core.facts.engine import Bound, Engine
from core.facts.parquet import CELL, content_limit, parquet_relation, reason
from core.facts.plan import ReadPlan
from core.facts.reading import WRONG
from core.facts.sent import Unreadable, too_much
from core.facts.staging import Staged

AT_ONCE = 8 << 20
"""The engine makes so many bytes of text at a time: it holds all of them."""
_SHORT = ("BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INTERVAL", "TIME", "UUID", '"NULL"')
_MARGIN = 3
"""Bytes of a cell beside its text: quotes and delimiter."""


@dataclass(frozen=True)
class _Cell:
    """SQL of a cell's text, and of how many bytes that has at most."""

    text: str
    size: str


def parquet_rows(engine: Engine, plan: ReadPlan, staged: Staged) -> Iterator[tuple[int, list[str]]]:
    """(record, cells) of the rows of WRONG, typed cells as the mapping would write them in text.

    So the corrected file is read by the same mapping. Lists, structures and texts beyond CELL are question marks.
    Unreadable FILE_TOO_LARGE where they come to more than the file may hold, or than the engine can.
    """
    bind = Bound()
    ours = {source.column: name for name, source in plan.sources.items() if source.column}
    cells = [
        _cell(plan, ours.get(name), RawColumn(f"c{place}", kind), bind)
        for place, (name, kind) in enumerate(zip(staged.header, staged.types or (), strict=True))
    ]
    try:
        files = list(_written(engine, staged, cells, bind))
    except duckdb.OutOfMemoryException as error:
        raise Unreadable("FILE_TOO_LARGE", reason(error, staged.path)) from error
    return ((int(record), row) for file in files for record, *row in _cells_of(file))


def _written(engine: Engine, staged: Staged, cells: list[_Cell], bind: Bound) -> Iterator[Path]:
    """The rows as CSV files, one for each AT_ONCE bytes, in order."""
    relation = parquet_relation(staged, bind)
    texts = ", ".join(cell.text for cell in cells)
    query = f"""SELECT record, {texts} FROM {relation} WHERE record BETWEEN $first AND $last
                AND record IN (SELECT record FROM {WRONG}) ORDER BY 1"""  # noqa: S608
    for first, last in _portions(engine, staged, cells):
        file = staged.path.with_suffix(f".wrong-{first}")
        engine.rows(
            f"COPY ({query}) TO $to_path (FORMAT csv, HEADER false, FORCE_QUOTE *, NULLSTR '')",
            {**bind.values, "first": first, "last": last, "to_path": str(file)},
        )
        yield file


def _portions(engine: Engine, staged: Staged, cells: list[_Cell]) -> list[tuple[int, int]]:
    """First and last records of portions of about AT_ONCE bytes. Unreadable where all are more than may be."""
    bind, limit = Bound(), content_limit(staged)
    sizes = " + ".join([str(_MARGIN * len(cells)), *(cell.size for cell in cells if cell.size)])
    sized = f"SELECT record, {sizes} AS size FROM {parquet_relation(staged, bind)}"  # noqa: S608
    query = f"SELECT record, size FROM ({sized}) WHERE record IN (SELECT record FROM {WRONG}) ORDER BY 1"  # noqa: S608
    portions: list[tuple[int, int]] = []
    total, filled = 0, AT_ONCE
    for record, size in engine.stream(query, bind.values):
        total, filled = total + size, filled + size
        if total > limit:
            raise Unreadable("FILE_TOO_LARGE", too_much(limit))
        if filled > AT_ONCE:
            portions.append((record, record))
            filled = size
        portions[-1] = (portions[-1][0], record)
    return portions


def _cell(plan: ReadPlan, ours: str | None, raw: RawColumn, bind: Bound) -> _Cell:
    kind = raw.type or ""
    if ours is not None and raw.is_day:
        formats = plan.sources[ours].format or plan.mapping.dates
        return _Cell(f"strftime({raw.name}, {bind(formats[0])})", "40")
    text = f"CAST({raw.name} AS VARCHAR)"
    if ours is not None and raw.is_number and plan.mapping.csv.decimal == ",":
        return _Cell(f"replace({text}, '.', ',')", "40")
    if kind == "VARCHAR":
        return _Cell(text, f"coalesce(strlen({raw.name}), 0)")
    if kind == "BLOB":  # a byte is written as \\x and two digits
        size = f"coalesce(4 * octet_length({raw.name}), 0)"
        return _Cell(f"CASE WHEN {size} > {CELL} THEN '?' ELSE {text} END", f"least({size}, {CELL})")
    if raw.is_number or raw.is_day or kind.startswith(_SHORT):
        return _Cell(text, "40")
    return _Cell(f"CASE WHEN {raw.name} IS NOT NULL THEN '?' END", "1")


def _cells_of(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)
