"""People who log in: codes, their roles, and the manager they are (names live with managers)."""

from datetime import UTC, datetime

from sqlalchemy import CheckConstraint, DateTime
from sqlmodel import Field

from core.table import BankTable, constrained, refers


class Person(BankTable, table=True):
    """Somebody a token can name. `manager` ties a login to the manager who is scored."""

    __tablename__ = "people"
    __table_args__ = constrained(refers(["manager"], "managers"))

    person: str = Field(primary_key=True)
    manager: str | None = None
    active: bool = True


class Grant(BankTable, table=True):
    """A role of a person; `branch` is the subtree's top for roles that are bound to one, else empty."""

    __tablename__ = "grants"
    __table_args__ = constrained(
        refers(["person"], "people"),
        CheckConstraint("role <> 'branch_head' OR branch <> ''", name="grants_branch_head_has_branch"),
        CheckConstraint("granted_by <> person", name="grants_by_another"),
    )

    person: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    branch: str = Field(default="", primary_key=True)
    granted_by: str
    granted_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
