"""The facts a case of any indicator gives: rows by table, read by the columns that the table declares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from core.cases.days import from_and_to
from core.cases.given import Given, code, day, invalid, mapping, number
from core.errors import InputError
from core.facts.fact_table import Column, ColumnType, FactKind, FactTable
from core.periods import Period

Row = Mapping[str, Any]

_TYPES = {
    ColumnType.CODE: pa.string(),
    ColumnType.DAY: pa.date32(),
    ColumnType.MONEY: pa.int64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.DECIMAL6: pa.int64(),
    ColumnType.FLAG: pa.bool_(),
}
_SPAN_TYPES = {
    "account": pa.string(),
    "customer": pa.string(),
    "kind": pa.string(),
    "category": pa.string(),
    "first": pa.date32(),
    "until": pa.date32(),
    "balance": pa.int64(),
}
_SPAN = {"account", "customer", "kind", "category", "from", "to", "balance"}
_LARGEST = 10**18


@dataclass(frozen=True)
class CaseTables:
    """Implements `Facts`. Lists by business day: a period's is the newest up to its last day, else the earliest after.

    A declared table that the case does not give is empty.
    """

    declared: Mapping[str, FactTable]
    lists: Mapping[str, Mapping[date, Sequence[Row]]]
    events: Mapping[str, Sequence[Row]]
    spans: Sequence[Row]

    def balance_days(self, period: Period) -> Any:
        """A case's balances as they are."""
        return self.table("balances", period)

    def table(self, name: str, period: Period) -> Any:
        """As `Facts.table`."""
        if name not in self.declared:
            raise InputError(f"There is no fact table {name}.", code="CASE_INVALID")
        declared = self.declared[name]
        match declared.kind:
            case FactKind.BALANCE:
                return _memory(self._clipped(period), _SPAN_TYPES)
            case FactKind.EVENT:
                rows: Sequence[Row] = [row for row in self.events.get(name, ()) if row[str(declared.day)] in period]
            case _:
                lists = self.lists.get(name, {})
                before = [since for since in lists if since <= period.last]
                rows = lists[max(before) if before else min(lists)] if lists else ()
        return _memory(rows, {column.name: _TYPES[column.type] for column in declared.columns})

    def _clipped(self, period: Period) -> list[Row]:
        return [
            {**span, "first": max(span["first"], period.first), "until": min(span["until"], period.until)}
            for span in self.spans
            if span["first"] < period.until and period.first < span["until"]
        ]

    @property
    def managers(self) -> set[str]:
        """Every manager a row names."""
        every = [*self.events.values(), *(rows for days in self.lists.values() for rows in days.values())]
        return {row["manager"] for rows in every for row in rows if row.get("manager") is not None}


def read_tables(content: Any, declared: Mapping[str, FactTable], digits: int) -> CaseTables:
    """What stands under `facts`. A list is given as it is in force all the time, or by the business day it came."""
    lists: dict[str, Mapping[date, Sequence[Row]]] = {}
    events: dict[str, Sequence[Row]] = {}
    spans: list[Row] = []
    for name, given in mapping(content, "given.facts").items():
        place = f"given.facts.{name}"
        if name not in declared:
            raise invalid(place, f"is no fact table; there are {', '.join(sorted(declared))}")
        table = declared[name]
        if table.kind is FactKind.BALANCE:
            spans = [_span(row, digits) for row in Given({name: given}, {name}, "given.facts").rows(name, _SPAN)]
        elif table.kind is FactKind.EVENT:
            events[name] = _rows(given, table, digits, place)
        else:
            by_day = given if isinstance(given, dict) else {date.min: given}
            lists[name] = {day(since, place): _rows(rows, table, digits, place) for since, rows in by_day.items()}
    return CaseTables(declared, lists, events, spans)


def _rows(given: Any, table: FactTable, digits: int, place: str) -> list[Row]:
    rows = Given({"rows": given}, {"rows"}, place).rows("rows", set(table.names))
    return [{column.name: _cell(row, column, digits, place) for column in table.columns} for row in rows]


def _cell(row: Given, column: Column, digits: int, place: str) -> Any:
    value, place = row.get(column.name), f"{place}.{column.name}"
    if value is None:
        if column.required:
            raise invalid(place, "is needed")
        return None
    match column.type:
        case ColumnType.CODE:
            if column.codes and value not in column.codes:
                raise invalid(place, f"must be one of {', '.join(column.codes)}")
            return code(value, place)
        case ColumnType.DAY:
            return day(value, place)
        case ColumnType.FLAG:
            if not isinstance(value, bool):
                raise invalid(place, "must be true or false")
            return value
    return _whole(value, {ColumnType.MONEY: digits, ColumnType.DECIMAL6: 6}.get(column.type, 0), place)


def _whole(value: Any, digits: int, place: str) -> int:
    scaled = number(value, place) * 10**digits
    if scaled.denominator != 1 or abs(scaled) >= _LARGEST:
        raise invalid(place, f"must have at most {digits} decimals and 18 digits")
    return int(scaled)


def _span(row: Given, digits: int) -> Row:
    first, until = from_and_to(row, "facts.balances")
    return {
        "account": row.code("account"),
        "customer": row.code("customer"),
        "kind": row.code("kind"),
        "category": row.get("category") or "savings",
        "first": first,
        "until": until,
        "balance": _whole(row["balance"], digits, "given.facts.balances"),
    }


def _memory(rows: Sequence[Row], types: Mapping[str, pa.DataType]) -> Any:
    return ibis.memtable(pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()}))
