"""A delivered Parquet file: its columns and their types, looked at before a row is read.

The footer is the sender's: whatever it says is held against bounds, and a reader that stumbles over it is a finding.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from core.facts.cells import RawColumn
from core.facts.engine import Bound, Engine
from core.facts.fact_table import ColumnType
from core.facts.findings import FindingList
from core.facts.plan import ReadPlan
from core.facts.sent import PARQUET, RATIO, most_content, too_much
from core.facts.staging import BLANKS, COLUMNS, Staged
from core.indicators.indicator import Labels

ROWS = 100_000_000
FEW_ROWS = 1_000_000
"""At most ROWS rows, and above FEW_ROWS no more than RATIO for every byte: a run of equal values packs to nothing."""
FOOTER = 16 << 20
CELL = 100_000
"""Bytes of a text above which it is not looked at: no column takes so long a text."""

_TEXTS = ("VARCHAR", '"NULL"')
_DAYS = ("DATE", "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP_S")
_FLOATS = Labels("a binary floating-point number, which is not exact", "二进制浮点数（不精确）")
_MOMENT = Labels("a moment in some time zone, not a day", "带时区的时刻，而非日期")
_WIDE = Labels("a decimal of more than 38 digits", "超过 38 位的小数")
_NESTED = Labels("a list or a structure", "列表或结构")


def look_at_footer(engine: Engine, staged: Staged, findings: FindingList) -> Staged:
    """The same with header and types. FILE_UNREADABLE, FILE_TOO_LARGE or FILE_EMPTY where rows cannot be read."""
    if findings:
        return staged
    if broken := _broken(staged.path):
        findings.add("FILE_UNREADABLE", more=broken)
        return staged
    at = {"file": str(staged.path)}
    try:
        tree = engine.rows("SELECT name, num_children, type, precision, duckdb_type FROM parquet_schema($file)", at)
        [(rows,)] = engine.rows("SELECT num_rows FROM parquet_file_metadata($file)", at)
        [(content,)] = engine.rows("SELECT sum(greatest(total_uncompressed_size, 0)) FROM parquet_metadata($file)", at)
    except duckdb.Error as error:
        findings.add("FILE_UNREADABLE", more=reason(error, staged.path))
        return staged
    columns = _columns(tree)
    if len(columns) > COLUMNS:
        findings.add("FILE_UNREADABLE", more=f"more than {COLUMNS} columns")
    if rows > min(ROWS, max(FEW_ROWS, RATIO * staged.path.stat().st_size)):
        findings.add("FILE_TOO_LARGE", more=Labels(f"{rows:,} rows", f"{rows:,} 行"))
    elif (content or 0) > (limit := content_limit(staged)):
        findings.add("FILE_TOO_LARGE", more=too_much(limit))
    header = tuple(name.strip(BLANKS) for name, _ in columns)
    return replace(staged, header=header, types=tuple(kind for _, kind in columns))


def check_types(plan: ReadPlan, staged: Staged, places: dict[str, int], findings: FindingList) -> None:
    """Every column that is read has a type from which ours is read exactly; COLUMN_TYPE says where not."""
    ours = {source.column: plan.table.column(name) for name, source in plan.sources.items() if source.column}
    for name, place in places.items():
        column, kind = ours.get(name), (staged.types or ())[place]
        if not _fits(column.type if column else None, kind):
            more = _words(kind)
            label = column.name if column else None
            findings.add("COLUMN_TYPE", value=name, column=label, source_column=name, more=more)


def content_limit(staged: Staged) -> int:
    """How many bytes of text may be made of the file: a dictionary says a long text once for any number of rows."""
    return most_content(staged.path.stat().st_size)


def check_content(engine: Engine, staged: Staged, places: dict[str, int], findings: FindingList) -> None:
    """FILE_TOO_LARGE where the texts that are read come to more than the file may hold, whatever its footer says.

    A file that breaks on the way is left to whoever reads its rows.
    """
    texts = [f"coalesce(strlen(c{place}), 0)" for place in set(places.values()) if _is_text(staged, place)]
    if not texts:
        return
    bind, limit = Bound(), content_limit(staged)
    relation = parquet_relation(staged, bind)
    try:
        [(content,)] = engine.rows(f"SELECT sum({' + '.join(texts)}) FROM {relation}", bind.values)  # noqa: S608
    except duckdb.Error:
        return
    if (content or 0) > limit:
        findings.add("FILE_TOO_LARGE", more=too_much(limit))


def _is_text(staged: Staged, place: int) -> bool:
    return (staged.types or ())[place] == "VARCHAR"


def parquet_relation(staged: Staged, bind: Bound) -> str:
    """The file as c0, c1, … in its own order, and `record` counted from 1. Texts beyond CELL are blotted out."""
    types = staged.types or ()
    columns = [
        f"CASE WHEN strlen(c{n}) > {CELL} THEN repeat('?', 201) ELSE c{n} END AS c{n}" if kind == "VARCHAR" else f"c{n}"
        for n, kind in enumerate(types)
    ]
    names = ", ".join(f"c{n}" for n in range(len(types)))
    rows = f"read_parquet({bind(str(staged.path))}) AS f({names})"
    return f"(SELECT {', '.join(columns)}, file_row_number + 1 AS record, NULL::BIGINT AS line FROM {rows})"  # noqa: S608


def count_parquet(engine: Engine, staged: Staged) -> int:
    """How many rows the file has."""
    count: int = engine.row("SELECT count(*) FROM read_parquet($file)", {"file": str(staged.path)})[0]
    return count


def reason(error: duckdb.Error, path: Path) -> str:
    """Why the engine could not read it, without our own path."""
    said = " ".join(str(error).split("\n", 1)[0].replace(str(path), "file").split())
    return said.rpartition("Error: ")[2][:200]


def _broken(path: Path) -> str:
    """What is wrong with the file's frame, before anything else reads it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        begin = file.read(4)
        file.seek(max(0, size - 8))
        length, end = int.from_bytes(file.read(4), "little"), file.read(4)
    if begin == b"PARE" or end == b"PARE":
        return "it is encrypted"
    if begin != PARQUET:
        return "it is not a Parquet file"
    if size < 12 or end != PARQUET:
        return "it does not end like a Parquet file: it was cut"
    return f"its footer has {length:,} bytes" if length > min(FOOTER, size - 12) else ""


def _columns(tree: list[Any]) -> list[tuple[str, str]]:
    """(name, type) of the root's own columns; NESTED has children, INT96 is a moment, WIDE a long decimal."""
    columns, place = [], 1
    for _ in range(tree[0][1] or 0):
        name, children, physical, digits, kind = tree[place]
        odd = {bool(children): "NESTED", physical == "INT96": "INT96", (digits or 0) > 38: "WIDE"}
        columns.append((name, odd.get(True, kind)))
        place = _after(tree, place)
    return columns


def _after(tree: list[Any], place: int) -> int:
    """The place behind a column and all that hangs under it."""
    open_, place = tree[place][1] or 0, place + 1
    while open_:
        open_, place = open_ - 1 + (tree[place][1] or 0), place + 1
    return place


def _fits(ours: ColumnType | None, kind: str) -> bool:
    column = RawColumn("", kind)
    if kind in _TEXTS:
        return True
    if ours is ColumnType.DAY:
        return kind in _DAYS or (column.is_number and not kind.startswith("DECIMAL"))
    if ours in (ColumnType.MONEY, ColumnType.INTEGER, ColumnType.DECIMAL6):
        return column.is_number
    is_whole = column.is_number and (not kind.startswith("DECIMAL") or kind.endswith(",0)"))
    return is_whole or (kind == "BOOLEAN" and ours is not ColumnType.CODE)


def _words(kind: str) -> Labels | str:
    if kind in ("DOUBLE", "FLOAT"):
        return _FLOATS
    if kind in ("INT96", "TIMESTAMP WITH TIME ZONE"):
        return _MOMENT
    return {"WIDE": _WIDE, "NESTED": _NESTED}.get(kind, kind)
