"""From a staged file to typed rows in the engine: one quick pass, and a slow one that knows every row's place."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from core.facts.cells import Cell, Raw, cells_of, typed_query
from core.facts.engine import Bound, Engine
from core.facts.findings import FindingList
from core.facts.plan import ReadPlan
from core.facts.staging import Staged, csv_reader
from core.indicators.indicator import Labels

TYPED, CHECKED = "typed", "checked"


def find_columns(plan: ReadPlan, staged: Staged, findings: FindingList) -> dict[str, int]:
    """Position of every source column the plan reads; a missing or ambiguous one is a finding."""
    ours = {source.column: name for name, source in plan.sources.items()}
    for name in plan.source_columns:
        if name not in staged.header:
            findings.add("COLUMN_MISSING", column=ours.get(name), source_column=name, value=name)
        elif staged.header.count(name) > 1:
            findings.add("COLUMN_DUPLICATE", column=ours.get(name), source_column=name, value=name)
    return {name: staged.header.index(name) for name in plan.source_columns if name in staged.header}


def read_quickly(engine: Engine, plan: ReadPlan, staged: Staged, places: dict[str, int]) -> bool:
    """Make the table TYPED: the columns and `bad`. False, and no table, if some row does not fit the header."""
    bind = Bound()
    raw = {name: f"c{place}" for name, place in places.items()}
    relation = _csv(staged.path, len(staged.header), plan.mapping.csv.delimiter, plan.mapping.csv.quote, bind)
    query = typed_query(plan, cells_of(plan, raw, bind), raw, relation, bind, detailed=False)
    try:
        engine.rows(f"CREATE TEMP TABLE {TYPED} AS {query}", bind.values)
    except duckdb.InvalidInputException as error:
        if "CSV" not in str(error):
            raise
        return False
    return True


def read_slowly(
    engine: Engine, plan: ReadPlan, staged: Staged, places: dict[str, int], findings: FindingList
) -> list[Cell]:
    """Make the table CHECKED of the rows that fit the header, with record, line, texts and broken rules by cell."""
    copy = staged.path.with_suffix(".placed")
    with staged.path.open(encoding="utf-8", newline="\n") as file, copy.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for record, line, row in _placed(csv_reader(file, plan.mapping.csv), staged, findings):
            writer.writerow([record, line, *(row[place] for place in places.values())])
    bind = Bound()
    raw: Raw = {name: f"c{number + 2}" for number, name in enumerate(places)}
    placed = _csv(copy, len(places) + 2, ",", '"', bind)
    relation = f"(SELECT *, c0::BIGINT AS record, c1::BIGINT AS line FROM {placed})"  # noqa: S608
    cells = cells_of(plan, raw, bind)
    engine.rows(
        f"CREATE TEMP TABLE {CHECKED} AS {typed_query(plan, cells, raw, relation, bind, detailed=True)}", bind.values
    )
    return cells


def _csv(path: Path, columns: int, delimiter: str, quote: str, bind: Bound) -> str:
    names = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(columns))
    return (
        f"read_csv({bind(str(path))}, columns = {{{names}}}, header = false, auto_detect = false, new_line = '\\n', "
        f"delim = {bind(delimiter)}, quote = {bind(quote)}, escape = {bind(quote)}, comment = '', compression = 'none')"
    )


def _placed(rows: Any, staged: Staged, findings: FindingList) -> Iterator[tuple[int, int, list[str]]]:
    """(record, line on which it ends, cells) of the rows that fit the header; the others become findings.

    A row fits that has a cell for each of the header's, and after them nothing but empty ones.
    """
    record, expected = 0, len(staged.header)
    before = staged.line - 1
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            record += 1
            reason = str(error)
            findings.add("ROW_MALFORMED", row=record, line=before + rows.line_num, more=reason)
            continue
        if not row:
            continue
        record += 1
        line = before + rows.line_num
        if len(row) >= expected and not any(row[expected:]):  # the engine passes over empty surplus cells too
            yield record, line, row
        else:
            more = Labels(f"{len(row)} cells instead of {expected}", f"{len(row)} 列而非 {expected} 列")
            findings.add("ROW_MALFORMED", row=record, line=line, value=",".join(row)[:100], more=more)
