"""What a person enters by hand: the rows of one event table, and why no system has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.errors import InputError
from core.facts.fact_table import FactKind, FactTable
from core.facts.plan import FIRST_DAY, LAST_DAY

MOST_ROWS = 200
LONGEST_CELL = 1_000
LONGEST_REASON = 500
_KEYS = ("fact", "day", "reason", "rows")

Row = Mapping[str, str]
"""Our column → text: days as 2026-09-30, amounts in major units, flags as true or false. A column left out is empty."""


@dataclass(frozen=True)
class NewEntry:
    """`business_day`: as of a delivery; no row is dated after it."""

    fact: str
    business_day: date
    reason: str
    rows: Sequence[Row]


def read_entry(body: Any) -> NewEntry:
    """An entry from a mapping of texts, as a YAML file gives it: fact, day, reason, rows. ENTRY_INVALID."""
    if not isinstance(body, dict) or (wrong := sorted(set(map(str, body)) ^ set(_KEYS))):
        named = "" if not isinstance(body, dict) else f" Look at: {', '.join(wrong)[:100]}."
        raise _invalid(f"An entry has {', '.join(_KEYS[:-1])} and {_KEYS[-1]}, nothing else.{named}")
    try:
        day = date.fromisoformat(str(body["day"]))
    except ValueError:
        raise _invalid(f"{str(body['day'])[:40]!r} is not a day such as 2026-09-30.") from None
    rows = body["rows"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _invalid("`rows` is a list, each row with its columns.")
    if not all(isinstance(cell, str) for row in rows for cell in row.values()):
        raise _invalid("Every cell of a row is one text.")
    return NewEntry(str(body["fact"]), day, str(body["reason"]), rows)


def check_entry(tables: Mapping[str, FactTable], entry: NewEntry) -> FactTable:
    """The event table the rows are for. ENTRY_INVALID for what no delivery could be made of."""
    table = tables.get(entry.fact)
    if table is None or table.kind is not FactKind.EVENT:
        known = ", ".join(sorted(name for name, one in tables.items() if one.kind is FactKind.EVENT))
        raise _invalid(f"{entry.fact[:40]!r} cannot be entered by hand: write one of {known}.")
    check_reason(entry.reason)
    if not FIRST_DAY <= entry.business_day <= LAST_DAY:
        raise _invalid(f"{entry.business_day} is outside the years 1900 to 9998.")
    if not 1 <= len(entry.rows) <= MOST_ROWS:
        raise _invalid(f"An entry has 1 to {MOST_ROWS} rows; more is a delivery.")
    for number, row in enumerate(entry.rows, start=1):
        _check_row(table, number, row)
    return table


def check_reason(reason: str) -> None:
    """ENTRY_INVALID for a reason that says nothing, or too much, or cannot be printed."""
    if not reason.strip() or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise _invalid(f"Say why, in one line of at most {LONGEST_REASON} characters.")


def _check_row(table: FactTable, number: int, row: Row) -> None:
    if unknown := sorted(set(row) - set(table.names)):
        raise _invalid(
            f"Row {number}: {table.name} has no column {unknown[0][:40]!r}; it has {', '.join(table.names)}."
        )
    if not any(cell.strip() for cell in row.values()):
        raise _invalid(f"Row {number} is empty.")
    for column, cell in row.items():
        if len(cell) > LONGEST_CELL or not cell.isprintable():
            raise _invalid(f"Row {number}: {column} is too long or holds characters that cannot be printed.")


def _invalid(sentence: str) -> InputError:
    return InputError(sentence, code="ENTRY_INVALID")
