"""Feeds (报送渠道): what a bank's systems send regularly, how it is read, and when it is expected."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.table import BankTable, constrained


class FeedRow(BankTable, table=True):
    """One kind of file. `file_pattern`: its name, with `{day}` where the business day stands; empty: none.

    `every`: day, workday, week (its last day, Sunday), month, quarter, year (their last days) or never (comes as it
    comes). A file is due `due_days` calendar days after its business day. Expected from `since` to `until`
    (None: for ever), both inclusive.
    """

    __tablename__ = "feeds"
    __table_args__ = constrained(
        CheckConstraint("every IN ('day', 'workday', 'week', 'month', 'quarter', 'year', 'never')", name="feeds_every"),
        CheckConstraint("due_days BETWEEN 0 AND 366", name="feeds_due"),
        CheckConstraint("until IS NULL OR since <= until", name="feeds_days"),
    )

    feed: str = Field(primary_key=True)
    label: str
    label_zh: str
    fact: str
    shape: str
    mapping: dict[str, Any] = Field(sa_type=JSONB)
    file_pattern: str = ""
    every: str = "never"
    due_days: int = 1
    since: date
    until: date | None = None
