"""From a staged file to typed rows in the engine: one quick pass, and a slow one that knows every row's place."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from core.facts.cells import Cell, Raw, RawColumn, cells_of, typed_query
from core.facts.engine import Bound, Engine
from core.facts.findings import FindingList
from core.facts.parquet import check_types, count_parquet, parquet_relation, reason
from core.facts.plan import ReadPlan
from core.facts.spreadsheets import as_sent
from core.facts.staging import Staged, csv_reader
from core.indicators.indicator import Labels

TYPED, CHECKED, MALFORMED, WRONG = "typed", "checked", "malformed", "wrong"


@dataclass(frozen=True)
class SlowRead:
    """What a row is checked for, and how many rows the file has, those passed over and malformed among them."""

    cells: list[Cell]
    rows: int


def find_columns(plan: ReadPlan, staged: Staged, findings: FindingList) -> dict[str, int]:
    """Position of every source column the plan reads; a missing, ambiguous or unfit one is a finding."""
    ours = {source.column: name for name, source in plan.sources.items()}
    for name in plan.source_columns:
        if name not in staged.header:
            findings.add("COLUMN_MISSING", column=ours.get(name), source_column=name, value=name)
        elif staged.header.count(name) > 1:
            findings.add("COLUMN_DUPLICATE", column=ours.get(name), source_column=name, value=name)
    places = {name: staged.header.index(name) for name in plan.source_columns if name in staged.header}
    if staged.is_parquet and not findings:
        check_types(plan, staged, places, findings)
    return places


def read_quickly(engine: Engine, plan: ReadPlan, staged: Staged, places: dict[str, int]) -> bool:
    """Make the table TYPED: the columns and `bad`. False, and no table, if the rows cannot all be read."""
    if staged.is_marked:
        return False
    bind = Bound()
    relation, raw = sent_relation(plan, staged, places, bind)
    query = typed_query(plan, cells_of(plan, raw, bind), raw, relation, bind, detailed=False)
    try:
        engine.rows(f"CREATE TEMP TABLE {TYPED} AS {query}", bind.values)
    except duckdb.Error as error:
        if not _is_broken(error, staged):
            raise
        return False
    return True


BROKEN = (
    duckdb.InvalidInputException,
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.OutOfRangeException,
    duckdb.SerializationException,
)
"""How the engine says that it cannot read a file; of a damaged Parquet page it may say no more than "Error"."""


def _is_broken(error: duckdb.Error, staged: Staged) -> bool:
    """Whether it is the file that cannot be read, not our statement."""
    if staged.is_parquet:
        return isinstance(error, BROKEN) or type(error) is duckdb.Error
    return isinstance(error, duckdb.InvalidInputException) and "CSV" in str(error)


def sent_relation(plan: ReadPlan, staged: Staged, places: dict[str, int], bind: Bound) -> tuple[str, Raw]:
    """The file's own rows as c0, c1, …, and where the plan's source columns stand in them."""
    if staged.types is not None:
        raw = {name: RawColumn(f"c{place}", staged.types[place]) for name, place in places.items()}
        return parquet_relation(staged, bind), raw
    dialect = plan.mapping.csv
    relation = _csv(staged.path, len(staged.header), dialect.delimiter, dialect.quote, bind)
    return relation, {name: RawColumn(f"c{place}") for name, place in places.items()}


def read_slowly(
    engine: Engine, plan: ReadPlan, staged: Staged, places: dict[str, int], findings: FindingList
) -> SlowRead | None:
    """Make the table CHECKED of the rows that fit the header, with record, line, texts and broken rules by cell.

    MALFORMED holds the records that do not. None, with a finding, if the file breaks on the way.
    """
    bind = Bound()
    engine.rows(f"CREATE OR REPLACE TEMP TABLE {MALFORMED} (record BIGINT, cells BIGINT)")
    rows = None if staged.is_parquet else _place(engine, plan, staged, places, findings)
    relation, raw = placed_relation(plan, staged, places, bind)
    cells = cells_of(plan, raw, bind)
    query = typed_query(plan, cells, raw, relation, bind, detailed=True)
    try:
        engine.rows(f"CREATE OR REPLACE TEMP TABLE {CHECKED} AS {query}", bind.values)
        return SlowRead(cells, count_parquet(engine, staged) if rows is None else rows)
    except duckdb.Error as error:
        if not staged.is_parquet or not _is_broken(error, staged):
            raise
        is_large = isinstance(error, duckdb.OutOfMemoryException)
        findings.add("FILE_TOO_LARGE" if is_large else "FILE_UNREADABLE", more=reason(error, staged.path))
        return None


def placed_relation(plan: ReadPlan, staged: Staged, places: dict[str, int], bind: Bound) -> tuple[str, Raw]:
    """The rows that fit, as the slow pass has put them beside the file: the columns read, `record` and `line`."""
    if staged.is_parquet:
        return sent_relation(plan, staged, places, bind)
    raw = {name: RawColumn(f"c{number + 2}") for number, name in enumerate(places)}
    copy = _csv(staged.path.with_suffix(".placed"), len(places) + 2, ",", '"', bind)
    return f"(SELECT *, c0::BIGINT AS record, c1::BIGINT AS line FROM {copy})", raw  # noqa: S608


def _place(engine: Engine, plan: ReadPlan, staged: Staged, places: dict[str, int], findings: FindingList) -> int:
    """Write the needed cells of every row that fits, with its place, beside the file; MALFORMED; how many rows."""
    copy, wrong = staged.path.with_suffix(".placed"), staged.path.with_suffix(".malformed")
    rows = 0
    with (
        staged.path.open(encoding="utf-8", newline="\n") as file,
        copy.open("w", encoding="utf-8", newline="") as good,
        wrong.open("w", encoding="utf-8", newline="") as bad,
    ):
        writer = csv.writer(good, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for rows, line, row in placed(csv_reader(file, plan.mapping.csv), staged, findings):
            if row is not None and fits(row, staged):
                cells = [row[place] for place in places.values()]
                writer.writerow([rows, line, *(map(as_sent, cells) if staged.is_marked else cells)])
            elif row is not None:
                bad.write(f"{rows},{len(row)}\n")
    if wrong.stat().st_size:
        bind = Bound()
        engine.rows(f"INSERT INTO {MALFORMED} SELECT * FROM {_csv(wrong, 2, ',', '', bind)}", bind.values)  # noqa: S608
    return rows


def fits(row: list[str], staged: Staged) -> bool:
    """Whether it has a cell for each of the header's, and after them nothing but empty ones, as the engine has it."""
    return len(row) >= len(staged.header) and not any(row[len(staged.header) :])


def placed(rows: Any, staged: Staged, findings: FindingList) -> Iterator[tuple[int, int, list[str] | None]]:
    """(record, line on which it ends, cells) of every row; what is not like the header is a finding.

    Cells are None where they cannot be told apart. A row too long ends it.
    """
    record, last = 0, None
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            record += 1
            _tell_broken(record, staged.line - 1 + rows.line_num, str(error), findings)
            yield record, staged.line - 1 + rows.line_num, None
            if "field limit" in str(error):
                return
            continue
        if not row:
            continue
        record += 1
        line = staged.line - 1 + rows.line_num
        if last is not None:
            _tell_unlike(*last, staged, findings)
        last = None if fits(row, staged) else (record, line, row)
        yield record, line, row
    if last is not None:
        is_cut = staged.is_open and last[0] == record and len(last[2]) < len(staged.header)
        _tell_unlike(*last, staged, findings, is_cut=is_cut)


def _tell_broken(record: int, line: int, error: str, findings: FindingList) -> None:
    """Quotes that do not match: which rows follow is anybody's guess."""
    if "field limit" in error:
        findings.add("TEXT_TOO_LONG", row=record, line=line, more=f"{csv.field_size_limit():,}", whole=True)
    elif "unexpected end" in error:
        findings.add("FILE_CUT", row=record, line=line, whole=True)
    else:
        findings.add("ROW_MALFORMED", row=record, line=line, more=error, whole=True)


def _tell_unlike(
    record: int, line: int, row: list[str], staged: Staged, findings: FindingList, *, is_cut: bool = False
) -> None:
    value, expected = ",".join(row)[:100], len(staged.header)
    if is_cut:
        findings.add("FILE_CUT", row=record, line=line, value=value, whole=True)
    else:
        findings.add("ROW_MALFORMED", row=record, line=line, value=value, more=unlike(len(row), expected))


def unlike(cells: int, expected: int) -> Labels:
    """How a row differs from the header."""
    return Labels(f"{cells} cells instead of {expected}", f"{cells} 列而非 {expected} 列")


def _csv(path: Path, columns: int, delimiter: str, quote: str, bind: Bound) -> str:
    names = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(columns))
    return (
        f"read_csv({bind(str(path))}, columns = {{{names}}}, header = false, auto_detect = false, new_line = '\\n', "
        f"delim = {bind(delimiter)}, quote = {bind(quote)}, escape = {bind(quote)}, comment = '', compression = 'none')"
    )
