"""Work that takes time, as rows of schema `platform`: codes and ids only, no business data."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index
from sqlmodel import Field, SQLModel


class JobRow(SQLModel, table=True):
    """One piece of work. `worker` and `lease_until` fence every change: who lost the lease changes nothing.

    `subject` is what the job is about (a run's id); one live job per bank, kind and subject.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'failed')", name="jobs_status"),
        Index(
            "jobs_live", "bank_id", "kind", "subject", unique=True, postgresql_where="status IN ('queued', 'running')"
        ),
        Index("jobs_by_turn", "not_before", "job", postgresql_where="status IN ('queued', 'running')"),
        {"schema": "platform"},
    )

    job: int | None = Field(default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)])
    bank_id: int = Field(sa_column_args=[ForeignKey("platform.banks.id")])
    kind: str
    subject: str
    status: str = "queued"
    attempts: int = 0
    worker: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    not_before: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
    error: str | None = None
