"""The audit trail: who did what to which thing, when. Added to, never changed (a trigger and the rights say so)."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.table import BankTable


class AuditRecord(BankTable, table=True):
    """One act. `detail` holds codes and figures, no names of people and no secrets."""

    __tablename__ = "audit"

    record: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=False)]
    )
    at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
    person: str
    action: str
    subject: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
