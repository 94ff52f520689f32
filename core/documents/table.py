"""Trusted documents (可信文档): GraphQL documents that a bank answers by their id alone."""

from datetime import UTC, datetime

from sqlalchemy import CheckConstraint, DateTime
from sqlmodel import Field

from core.table import BankTable, constrained


class DocumentRow(BankTable, table=True):
    """One document. `sha256`: of its text in UTF-8, 64 small hexadecimal digits, which the database checks.

    `name`: of its operations, for people. A document is registered or removed, never changed.
    """

    __tablename__ = "documents"
    __table_args__ = constrained(
        CheckConstraint("sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')", name="documents_are_their_hash"),
    )

    sha256: str = Field(primary_key=True)
    text: str
    name: str
    registered_by: str
    at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
