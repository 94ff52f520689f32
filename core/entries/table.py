"""Manual entries (手工补录): facts no system has, made by one person with a reason and approved by a second."""

from datetime import UTC, date, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.table import BankTable, constrained


class EntryRow(BankTable, table=True):
    """A few rows of one event table. `rows`: a list of {column: text}. `delivery`: what the approval made of it.

    `reverses`: the approved entry whose rows no longer count once this one is approved. The database begins every
    entry as waiting, lets nobody decide on his own, and lets nothing change that is decided.
    """

    __tablename__ = "entries"
    __table_args__ = constrained(
        CheckConstraint("status IN ('waiting', 'approved', 'refused', 'withdrawn')", name="entries_status"),
        CheckConstraint("(status = 'waiting') = (decided_by IS NULL)", name="entries_decided"),
        CheckConstraint("(status = 'approved') = (delivery IS NOT NULL)", name="entries_delivered"),
        CheckConstraint("status NOT IN ('approved', 'refused') OR decided_by <> made_by", name="entries_four_eyes"),
        CheckConstraint("status <> 'withdrawn' OR decided_by = made_by", name="entries_withdrawn"),
        CheckConstraint("btrim(reason) <> ''", name="entries_reason"),
        Index(
            "entries_reversed_once",
            "bank_id",
            "reverses",
            unique=True,
            postgresql_where="reverses IS NOT NULL AND status IN ('waiting', 'approved')",
        ),
    )

    entry: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=False)]
    )
    fact: str
    business_day: date
    rows: list[dict[str, str]] = Field(sa_type=JSONB)
    reason: str
    status: str = "waiting"
    made_by: str
    made_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    decision: str = ""
    delivery: int | None = Field(default=None, sa_type=BigInteger)
    reverses: int | None = Field(default=None, sa_type=BigInteger)
