"""Relationship managers (客户经理) and the posts they hold."""

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from core.periods import FOREVER
from core.table import BankTable, constrained, refers


class Manager(BankTable, table=True):
    """A person who is scored. The only manager table that holds a name."""

    __tablename__ = "managers"

    manager: str = Field(primary_key=True)
    name: str


class Posting(BankTable, table=True):
    """Branch, position and level of a manager from `valid_from` until (exclusive) `valid_until`.

    A trigger refuses two postings of one manager on one day (POSTINGS_OVERLAP).
    """

    __tablename__ = "postings"
    __table_args__ = constrained(
        refers(["manager"], "managers"),
        refers(["branch"], "branches"),
        CheckConstraint("valid_from < valid_until", name="postings_days"),
        Index("postings_by_branch", "bank_id", "branch"),
    )

    manager: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    valid_until: date = FOREVER
    branch: str
    position: str = "manager"
    level: str = ""
