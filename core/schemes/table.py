"""Schemes (考核办法) as stored: validated data, versioned, never edited."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.table import BankTable, constrained, refers


class SchemeRow(BankTable, table=True):
    """A scheme's code and labels."""

    __tablename__ = "schemes"

    scheme: str = Field(primary_key=True)
    label: str
    label_zh: str


class SchemeVersion(BankTable, table=True):
    """One version's whole text: draft → submitted → approved. Only an approved one is run.

    The database lets nothing else change: neither text nor maker, nor who submitted it once it is submitted.
    """

    __tablename__ = "scheme_versions"
    __table_args__ = constrained(
        refers(["scheme"], "schemes"),
        CheckConstraint("status IN ('draft', 'submitted', 'approved')", name="scheme_versions_status"),
        CheckConstraint("approved_by IS NULL OR approved_by <> made_by", name="scheme_versions_four_eyes"),
        CheckConstraint("(status = 'approved') = (approved_by IS NOT NULL)", name="scheme_versions_approved"),
        CheckConstraint("approved_by IS NULL OR approved_by <> submitted_by", name="scheme_versions_submitted"),
    )

    scheme: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_type=JSONB)
    status: str = "draft"
    made_by: str
    made_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
    submitted_by: str | None = None
    submitted_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
