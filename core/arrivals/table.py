"""Arrivals (到达文件): files that came in, by inbox folder or upload, and what became of them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.table import BankTable, constrained


class ArrivalRow(BankTable, table=True):
    """One file, from its arrival to its end. `name`: as it stood in the inbox folder, never a path.

    `terms`: how it is to be taken in (feed or mapping, control totals, correction, …). `outcome`: the delivery report,
    or code and sentence of what stopped it. `delivery`: what came of it, refused ones too. The database keeps what
    arrived, and everything once it has ended.
    """

    __tablename__ = "arrivals"
    __table_args__ = constrained(
        CheckConstraint("status IN ('waiting', 'working', 'done', 'refused')", name="arrivals_status"),
        CheckConstraint("origin IN ('inbox', 'upload')", name="arrivals_origin"),
        CheckConstraint("(finished_at IS NOT NULL) = (status IN ('done', 'refused'))", name="arrivals_finished"),
        Index("arrivals_by_time", "bank_id", "arrived_at"),
    )

    arrival: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=False)]
    )
    name: str
    origin: str
    feed: str | None = None
    business_day: date | None = None
    bytes: int = Field(default=0, sa_type=BigInteger)
    status: str = "waiting"
    stage: str = ""
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    outcome: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    delivery: int | None = Field(default=None, sa_type=BigInteger)
    arrived_by: str
    arrived_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
    finished_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
