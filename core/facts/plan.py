"""A mapping laid on a fact table of one bank: what each column is made from, checked before any file is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.errors import InputError
from core.facts.fact_table import BALANCE_SHAPES, Column, ColumnType, FactKind, FactTable
from core.facts.mapping import CurrencyColumn, DeliveryMapping, Source, invalid
from core.numbers import exact_scaled, parse_decimal
from core.session import Bank

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9998, 12, 31)
LIMIT = 10**18
"""Numbers stay below this in their smallest unit, so that sums of many stay exact everywhere."""

_NUMBERS = (ColumnType.MONEY, ColumnType.INTEGER, ColumnType.DECIMAL6)


@dataclass(frozen=True)
class ReadPlan:
    """How one delivery is read. `constants`: column → value as kept; `sources`: column → where its text stands.

    `table`: as the delivery's shape has it. `may_be_empty`: a file without rows is meant so. `completes`: the delivery
    whose rows it adds to.
    """

    table: FactTable
    mapping: DeliveryMapping
    bank: Bank
    shape: str
    business_day: date
    constants: Mapping[str, Any]
    sources: Mapping[str, Source]
    may_be_empty: bool = False
    completes: int | None = None

    @property
    def is_transactions(self) -> bool:
        return self.shape == "transactions"

    def digits(self, column: Column) -> int:
        """Decimal places of a number column as kept."""
        return {ColumnType.MONEY: self.bank.digits, ColumnType.DECIMAL6: 6}.get(column.type, 0)

    @property
    def source_columns(self) -> list[str]:
        """Every column of the file that is read, once, in a fixed order."""
        named = [source.column for source in self.sources.values() if source.column]
        signs = [sign.column for source in self.sources.values() for sign in (source.negative, source.positive) if sign]
        currency = [self.mapping.currency.column] if isinstance(self.mapping.currency, CurrencyColumn) else []
        return list(dict.fromkeys([*named, *signs, *currency, *self.mapping.only]))


def shape_of(table: FactTable, mapping: DeliveryMapping) -> str:
    """What a delivery's rows are: one of BALANCE_SHAPES, else the table's kind."""
    return mapping.shape or table.kind.value


def make_plan(
    tables: Mapping[str, FactTable],
    mapping: DeliveryMapping,
    bank: Bank,
    business_day: date,
    *,
    may_be_empty: bool = False,
) -> ReadPlan:
    """Check the mapping against its table. InputError MAPPING_INVALID lists every problem."""
    table = tables.get(mapping.fact)
    if table is None:
        raise invalid([("fact", f"{mapping.fact!r} is none of {', '.join(sorted(tables))}")])
    table = table.shaped(mapping.shape)
    problems: list[tuple[str, str]] = [*_shape_problems(table, mapping), *_column_problems(table, mapping)]
    constants: dict[str, Any] = {}
    for column in table.columns:
        source = mapping.columns.get(column.name)
        if source is not None and source.constant is not None:
            try:
                constants[column.name] = _constant(column, source.constant, bank)
            except (InputError, ValueError) as error:
                problems.append((f"columns.{column.name}.constant", str(error)))
        elif source is None:
            constants[column.name] = business_day if _is_snapshot_day(table, mapping, column) else None
    if problems:
        raise invalid(problems)
    sources = {column.name: mapping.columns[column.name] for column in table.columns if column.name not in constants}
    return ReadPlan(table, mapping, bank, shape_of(table, mapping), business_day, constants, sources, may_be_empty)


def _is_snapshot_day(table: FactTable, mapping: DeliveryMapping, column: Column) -> bool:
    return mapping.shape == "snapshot" and column.name == table.day


def _shape_problems(table: FactTable, mapping: DeliveryMapping) -> list[tuple[str, str]]:
    if table.kind is FactKind.BALANCE and mapping.shape is None:
        return [("shape", f"say {', '.join(BALANCE_SHAPES[:-1])} or {BALANCE_SHAPES[-1]}")]
    if table.kind is not FactKind.BALANCE and mapping.shape is not None:
        return [("shape", f"{table.name} has none: leave it out")]
    if mapping.shape == "spans" and "valid_from" not in table.names:
        return [("shape", f"{table.name} has no columns for spans")]
    return []


def _column_problems(table: FactTable, mapping: DeliveryMapping) -> list[tuple[str, str]]:
    problems = [
        (f"columns.{name}", f"{table.name} has no such column") for name in mapping.columns if name not in table.names
    ]
    for column in table.columns:
        source, path = mapping.columns.get(column.name), f"columns.{column.name}"
        if source is None:
            if column.required and not _is_snapshot_day(table, mapping, column):
                problems.append((path, "is required"))
            continue
        if source.format and column.type is not ColumnType.DAY:
            problems.append((f"{path}.format", "is for dates"))
        if source.codes and column.type not in (ColumnType.CODE, ColumnType.FLAG):
            problems.append((f"{path}.codes", "are for codes and flags"))
        if (source.negative or source.positive) and column.type not in _NUMBERS:
            problems.append((path, "only a number has a sign"))
        problems += [
            (f"{path}.codes.{text}", f"{code!r} is none of {', '.join(_known(column))}")
            for text, code in (source.codes or {}).items()
            if _known(column) and code not in _known(column)
        ]
        if column.type is ColumnType.MONEY and mapping.currency is None:
            problems.append(("currency", "say which currency the amounts are in"))
    if all(source.constant is not None for source in mapping.columns.values()):
        problems.append(("columns", "name at least one column of the file"))
    if not mapping.csv.header:
        problems += _number_problems(mapping)
    return list(dict.fromkeys(problems))


def _number_problems(mapping: DeliveryMapping) -> list[tuple[str, str]]:
    return [
        (f"columns.{name}.column", "without a header, columns are numbers from 1")
        for name, source in mapping.columns.items()
        if source.column is not None and not source.column.isdecimal()
    ]


def _known(column: Column) -> tuple[str, ...]:
    return ("false", "true") if column.type is ColumnType.FLAG else column.codes


def _constant(column: Column, text: str, bank: Bank) -> Any:
    """A constant as kept; ValueError or InputError say what is wrong with it."""
    match column.type:
        case ColumnType.DAY:
            day = date.fromisoformat(text)
            if not FIRST_DAY <= day <= LAST_DAY:
                raise ValueError(f"{text} is outside 1900 to 9998")
            return day
        case ColumnType.MONEY | ColumnType.INTEGER | ColumnType.DECIMAL6:
            digits = {ColumnType.MONEY: bank.digits, ColumnType.DECIMAL6: 6}.get(column.type, 0)
            number = exact_scaled(parse_decimal(text), digits)
            if abs(number) >= LIMIT:
                raise ValueError(f"{text} has too many digits")
            return number
    if not text or len(text) > 200 or not text.isprintable():
        raise ValueError("is empty, longer than 200 characters or not printable")
    if _known(column) and text not in _known(column):
        raise ValueError(f"{text!r} is none of {', '.join(_known(column))}")
    return text == "true" if column.type is ColumnType.FLAG else text
