"""Answers (答复): what was answered to a change that was asked under a key, so that asking again changes nothing."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.table import BankTable, constrained


class AnswerRow(BankTable, table=True):
    """One change of one person under one key of his own. `mutation`: the change's name, such as startRun.

    `input_sha256`: of the input in its canonical text. `answer`: what the answer is made of, in codes and figures;
    None while the change's transaction is open. The database dates it, and keeps it for a week.
    """

    __tablename__ = "answers"
    __table_args__ = constrained(Index("answers_by_time", "bank_id", "answered_at"))

    person: str = Field(primary_key=True)
    mutation: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    input_sha256: str
    answer: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    answered_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
