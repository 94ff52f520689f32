"""Schema `platform`: the registry of banks. Business data never stands here."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Identity, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class BankRow(SQLModel, table=True):
    """A bank: its code, how its money is written, and who may vouch for its people (issuer and public keys)."""

    __tablename__ = "banks"
    __table_args__ = {"schema": "platform"}

    id: int | None = Field(default=None, primary_key=True, sa_type=Integer, sa_column_args=[Identity(always=True)])
    code: str = Field(unique=True)
    name: str
    name_zh: str
    currency: str
    digits: int = 2
    time_zone: str = "Asia/Shanghai"
    issuer: str = Field(unique=True)
    jwks: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
