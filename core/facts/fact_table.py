"""What a fact table is: its columns, its key, and how deliveries of it add up."""

from dataclasses import dataclass, replace
from enum import StrEnum

from core.indicators.indicator import Labels


class ColumnType(StrEnum):
    """How a delivered text is read and kept."""

    CODE = "code"  # text, trimmed, not empty, at most 200 characters
    DAY = "day"  # a date, years 1900 to 9998
    MONEY = "money"  # decimal text in major units → int64 minor units
    INTEGER = "integer"  # whole number → int64
    DECIMAL6 = "decimal6"  # decimal text → int64 millionths
    FLAG = "flag"  # true or false


class FactKind(StrEnum):
    """How deliveries of a table add up."""

    STATE = "state"  # a complete list; the newest business day's is the table
    EVENT = "event"  # rows that happened on a day; deliveries add up
    BALANCE = "balance"  # in one of BALANCE_SHAPES, from which spans are derived
    REGISTER = "register"  # no facts: a list kept in PostgreSQL, changed by files (core/registers)


@dataclass(frozen=True)
class Column:
    """One column. `codes`: the allowed values, empty for any. `refers`: customers | accounts | managers."""

    name: str
    type: ColumnType
    labels: Labels
    required: bool = True
    codes: tuple[str, ...] = ()
    refers: str | None = None
    at_least: int | None = None
    at_most: int | None = None


BALANCE_SHAPES = ("snapshot", "transactions", "changes", "spans")
"""How balances may be told."""


@dataclass(frozen=True)
class Shape:
    """A shape of deliveries whose columns are not the table's own."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    day: str


@dataclass(frozen=True)
class FactTable:
    """A named list of facts. `key`: the columns that make a row unique. `day`: the column that dates an event.

    `shapes`: those of its deliveries that have other columns.
    """

    name: str
    kind: FactKind
    labels: Labels
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    day: str | None = None
    shapes: tuple[Shape, ...] = ()

    def shaped(self, shape: str | None) -> "FactTable":
        """The table as deliveries of that shape have it: its key, columns and day."""
        for own in self.shapes:
            if own.name == shape:
                return replace(self, key=own.key, columns=own.columns, day=own.day)
        return self

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in their declared order."""
        return tuple(column.name for column in self.columns)
