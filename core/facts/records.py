"""Typed rows as Parquet, as they were delivered: for lists and events these files are the fact table."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.facts.engine import Engine, quoted
from core.facts.fact_table import FactKind
from core.facts.ledger import NO_MONTH
from core.facts.plan import ReadPlan
from core.facts.reading import TYPED
from core.periods import first_of_month, next_month


@dataclass(frozen=True)
class Record:
    """One file of delivered rows, not yet kept."""

    month: date
    path: Path
    rows: int


def write_records(engine: Engine, plan: ReadPlan, folder: Path) -> list[Record]:
    """Write TYPED into `folder`, rows in their delivered order: by months where rows have days of their own.

    Spans are one file of the month they begin in; a complete list is one file, whose `month` is its business day.
    """
    columns = ", ".join(map(quoted, plan.table.names))
    if plan.shape == "snapshot":
        return [_write(engine, f"SELECT {columns} FROM {TYPED}", first_of_month(plan.business_day), folder)]  # noqa: S608
    if plan.shape == "spans":
        first = engine.row(f"SELECT min(valid_from) FROM {TYPED}")[0]  # noqa: S608
        if first is None:
            return []
        return [_write(engine, f"SELECT {columns} FROM {TYPED}", first_of_month(first), folder)]  # noqa: S608
    if plan.table.kind is FactKind.STATE:
        stand_ins = engine.row(f"SELECT count_if(bad) FROM {TYPED}")[0]  # noqa: S608
        query = f"SELECT {columns} FROM {TYPED}"  # noqa: S608
        return [_write(engine, query, plan.business_day, folder, stand_ins)]
    if plan.table.day is None:
        return [_write(engine, f"SELECT {columns} FROM {TYPED}", NO_MONTH, folder)]  # noqa: S608
    day = quoted(plan.table.day)
    months = engine.rows(f"SELECT DISTINCT CAST(date_trunc('month', {day}) AS DATE) FROM {TYPED} ORDER BY ALL")  # noqa: S608
    query = f"SELECT {columns} FROM {TYPED} WHERE {day} >= $first AND {day} < $until"  # noqa: S608
    return [_write(engine, query, month, folder, first=month, until=next_month(month)) for (month,) in months]


def first_day(engine: Engine, plan: ReadPlan) -> date:
    """The earliest day the delivery says anything about."""
    dated = plan.table.day if plan.shape != "snapshot" and plan.table.kind is not FactKind.STATE else None
    day = engine.row(f"SELECT min({quoted(dated)}) FROM {TYPED}")[0] if dated else None  # noqa: S608
    return day or plan.business_day


def _write(engine: Engine, query: str, month: date, folder: Path, stand_ins: int = 0, **days: date) -> Record:
    path = folder / f"record-{month}.parquet"
    return Record(month, path, engine.write(query, path, days, stand_ins))
