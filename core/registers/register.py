"""What a register is: a list the bank keeps in PostgreSQL, brought as a file like any facts."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from core.session import BankSession

INCOMING = "pg_temp.register_rows"
"""The rows of the file while they are checked and applied: the table's columns and `record`, counted from 1."""


@dataclass(frozen=True)
class RowCheck:
    """Rows that break `rule` (of core/facts/findings): `statement` gives record, value and more for each.

    `column` names the column the finding stands at.
    """

    rule: str
    column: str
    statement: str


@dataclass(frozen=True)
class Register:
    """One list, by the name of its files. `permission`: what it takes to change it.

    `apply` writes INCOMING into the list and counts what it did: added, changed, ended (posts and shares cut short by
    new ones), unchanged. `first_day`: the column that says from when a row counts; None where it counts at all times.
    """

    name: str
    permission: str
    checks: tuple[RowCheck, ...]
    first_day: str | None
    apply: Callable[[BankSession], Awaitable[Mapping[str, int]]]
