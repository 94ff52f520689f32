"""Rows that are wrong and left out, so that the rest of their file counts: which, and the file a person corrects."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from core.facts.aside_parquet import parquet_rows
from core.facts.engine import Engine, quoted
from core.facts.fact_table import FactKind
from core.facts.findings import FindingList, sentences
from core.facts.mapping import CsvDialect
from core.facts.plan import ReadPlan
from core.facts.reading import CHECKED, MALFORMED, TYPED, WRONG, SlowRead, placed, unlike
from core.facts.sent import Unreadable
from core.facts.spreadsheets import as_sent, harmless
from core.facts.staging import Staged, csv_reader
from core.facts.validation import Fault, faults, unique_key
from core.indicators.indicator import Labels

NONE_RIGHT = Labels("no row is right, and nothing would be left of the file", "没有一行正确，文件无可接收的数据")
EXPLAINED = ("rule", "message", "message_zh")
BYTE_ORDER_MARK = "\ufeff"


def may_set_aside(plan: ReadPlan) -> bool:
    """Registers are whole or not at all; in a list of spans a row that is missing would be a balance of zero."""
    return plan.table.kind is not FactKind.REGISTER and plan.shape != "spans"


def is_list(plan: ReadPlan) -> bool:
    """Whether what a delivery does not name is gone: complete lists and snapshots."""
    return plan.table.kind is FactKind.STATE or plan.shape == "snapshot"


def leave_out(engine: Engine, plan: ReadPlan, slow: SlowRead, percent: Decimal, findings: FindingList) -> int:
    """Make TYPED of the rows of CHECKED that are right, and WRONG of the others; how many others there are.

    Findings that say why they cannot be left out: too many, or of a list, and nobody knows about what.
    """
    _gather(engine, plan, slow)
    wrong: int = engine.row(f"SELECT count(DISTINCT record) FROM {WRONG}")[0]  # noqa: S608
    total: int = engine.row(f"SELECT (SELECT count(*) FROM {CHECKED}) + (SELECT count(*) FROM {MALFORMED})")[0]  # noqa: S608
    if wrong == total > 0:
        findings.add("TOO_MANY_BAD", value=f"{wrong:,} / {total:,}", more=NONE_RIGHT)
    elif wrong * 100 > percent * total:
        most = f"{percent.normalize():f}"
        more = Labels(f"at most {most} percent are set aside", f"搁置比例上限为 {most}%")
        findings.add("TOO_MANY_BAD", value=f"{wrong:,} / {total:,}", more=more)
    if is_list(plan):
        _find_unreadable(engine, plan, findings)
    names = ", ".join(map(quoted, plan.table.names))
    engine.rows(
        f"""CREATE OR REPLACE TEMP TABLE {TYPED} AS SELECT {names}, false AS bad FROM {CHECKED}
            WHERE record NOT IN (SELECT record FROM {WRONG}) ORDER BY record"""  # noqa: S608
    )
    return wrong


def write_aside(
    engine: Engine, plan: ReadPlan, slow: SlowRead, staged: Staged, path: Path, findings: FindingList
) -> None:
    """The rows of WRONG with all cells of the file as sent, and why they are wrong: UTF-8 with its mark.

    FILE_TOO_LARGE, and no file, where those of Parquet come to more than the file may hold.
    """
    known = list(faults(plan, slow.cells))
    reasons = _reasons(engine, known, len(staged.header))
    try:
        rows = parquet_rows(engine, plan, staged) if staged.is_parquet else _text_rows(plan, staged)
    except Unreadable as large:
        findings.add(large.rule, more=large.more)
        return
    record, why = next(reasons, (0, ("", "", "")))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(BYTE_ORDER_MARK)
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([*map(harmless, staged.header), *_free(staged.header)])
        for number, cells in rows:
            if number == record:
                fitted = [*cells, *[""] * len(staged.header)][: len(staged.header)]
                writer.writerow([*map(harmless, [*fitted, *why])])
                record, why = next(reasons, (0, ("", "", "")))


def as_corrected(plan: ReadPlan) -> ReadPlan:
    """How a corrected file of rows set aside is read, if it is text: as `write_aside` writes it."""
    given = plan.mapping.csv
    dialect = CsvDialect(decimal=given.decimal, thousands=given.thousands, nulls=given.nulls)
    return replace(plan, mapping=plan.mapping.model_copy(update={"csv": dialect, "file": None}))


def unmarked(staged: Staged) -> Staged:
    """A corrected file whose header and cells are read without the marks that `harmless` made."""
    return replace(staged, header=tuple(map(as_sent, staged.header)), is_marked=True)


def _gather(engine: Engine, plan: ReadPlan, slow: SlowRead) -> None:
    """WRONG: record, number of the fault, rule, value and, of a repeated key, its first record."""
    engine.rows(
        f"CREATE OR REPLACE TEMP TABLE {WRONG} (record BIGINT, fault INT, value VARCHAR, rule VARCHAR, first BIGINT)"
    )
    number = -1
    for number, fault in enumerate(faults(plan, slow.cells)):
        engine.rows(
            f"INSERT INTO {WRONG} SELECT record, {number}, value, rule, first FROM ({fault.select})",  # noqa: S608
            fault.parameters,
        )
    # Of rows with one key nobody knows which is right: the first of them is left out too.
    engine.rows(
        f"""INSERT INTO {WRONG} SELECT first, any_value(fault), any_value(value), any_value(rule), min(record)
            FROM {WRONG} WHERE first IS NOT NULL GROUP BY first"""  # noqa: S608
    )
    engine.rows(f"INSERT INTO {WRONG} SELECT record, -1, '', 'ROW_MALFORMED', cells FROM {MALFORMED}")  # noqa: S608


def list_key(plan: ReadPlan) -> tuple[str, ...]:
    """What a row of a list is about."""
    return tuple(name for name in unique_key(plan) if plan.shape != "snapshot" or name != plan.table.day)


def _find_unreadable(engine: Engine, plan: ReadPlan, findings: FindingList) -> None:
    key = list_key(plan)
    label = Labels(
        ", ".join(plan.table.column(name).labels.en for name in key),
        "、".join(plan.table.column(name).labels.zh for name in key),
    )
    missing = " OR ".join(f"{quoted(name)} IS NULL" for name in key)
    rows = engine.rows(
        f"""SELECT record, line FROM {CHECKED} WHERE {missing}
            UNION ALL SELECT record, NULL FROM {MALFORMED} ORDER BY ALL LIMIT 100"""  # noqa: S608
    )
    for record, line in rows:
        findings.add("KEY_UNREADABLE", row=record, line=line, label=label, column=", ".join(key), whole=True)


def _reasons(engine: Engine, known: list[Fault], width: int) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Of every wrong record, in order: its rules, and what they say in English and Chinese."""
    query = f"SELECT record, fault, rule, value, first FROM {WRONG} ORDER BY record, fault, first"  # noqa: S608
    for record, found in groupby(engine.stream(query), key=itemgetter(0)):
        told = [_sentences(known, width, *one) for one in found]
        yield (
            record,
            ("; ".join(one[0] for one in told), " ".join(one[1] for one in told), "".join(one[2] for one in told)),
        )


def _sentences(
    known: list[Fault], width: int, record: int, fault: int, rule: str, value: str, first: int
) -> tuple[str, str, str]:
    if fault < 0:
        return (rule, *sentences(rule, "", unlike(first, width), value=value))
    of = known[fault]
    return (rule, *sentences(rule, of.label, of.also(first), value=value or ""))


def _free(header: tuple[str, ...]) -> list[str]:
    """Names for our columns that the file does not have."""
    names = []
    for name in EXPLAINED:
        while name in header:
            name += "_"
        names.append(name)
    return names


def _text_rows(plan: ReadPlan, staged: Staged) -> Iterator[tuple[int, list[str]]]:
    nothing = FindingList("")
    with staged.path.open(encoding="utf-8", newline="\n") as file:
        for record, _, row in placed(csv_reader(file, plan.mapping.csv), staged, nothing):
            yield record, [*map(as_sent, row or [])] if staged.is_marked else row or []


def stand_ins(engine: Engine, path: Path) -> int:
    """How many of a record file's last rows stand in for rows that were set aside."""
    found: list[Any] = engine.rows(
        "SELECT decode(value) FROM parquet_kv_metadata($file) WHERE decode(key) = 'stand_ins'", {"file": str(path)}
    )
    return int(found[0][0]) if found else 0
