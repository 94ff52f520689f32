"""The base of every table of a bank: schema `bank`, keys that start with `bank_id`, row-level security.

The migration enables and forces the policy on every table that this metadata names; a test compares the
database with it. `bank_id` fills itself in from the transaction's bank, so no statement ever writes it.
SQLModel table classes do not validate: validate before.
"""

from typing import Any

from sqlalchemy import ForeignKeyConstraint, Integer, text
from sqlmodel import Field, SQLModel

CURRENT_BANK = "(nullif(current_setting('meritgraph.bank', true), ''))::integer"


class BankTable(SQLModel):
    """A row that belongs to one bank."""

    __table_args__: Any = {"schema": "bank"}

    bank_id: int | None = Field(
        default=None, primary_key=True, sa_type=Integer, sa_column_kwargs={"server_default": text(CURRENT_BANK)}
    )


def refers(columns: list[str], table: str, to: list[str] | None = None) -> ForeignKeyConstraint:
    """A foreign key inside the same bank: (bank_id, columns) → bank.<table> (bank_id, to)."""
    return ForeignKeyConstraint(
        ["bank_id", *columns], [f"bank.{table}.{name}" for name in ["bank_id", *(to or columns)]]
    )


def constrained(*constraints: Any) -> tuple[Any, ...]:
    """Table arguments of a bank table with these constraints and indexes."""
    return (*constraints, {"schema": "bank"})
