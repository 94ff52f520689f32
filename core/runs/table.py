"""Runs (考核批次) and what they found: values, scorecards, lines."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.table import BankTable, constrained, refers


def _moment(**kwargs: Any) -> Any:
    return Field(sa_type=DateTime(timezone=True), **kwargs)


class RunRow(BankTable, table=True):
    """One assessment of one period by one scheme version on one snapshot of facts.

    Status: queued → running → complete | failed | cancelled. `despite`: which reasons not to run (missing, late,
    out of balance) its starter overruled. Results are readable only when complete, and then never change.
    `inputs` is the frozen snapshot: files and their hashes. `versions` stand beside the hash, not in it.
    The database begins every run as queued, by an approved version, and lets what was asked for never change.
    """

    __tablename__ = "runs"
    __table_args__ = constrained(
        refers(["scheme", "version"], "scheme_versions"),
        CheckConstraint("status IN ('queued', 'running', 'complete', 'failed', 'cancelled')", name="runs_status"),
        CheckConstraint(
            "(status = 'complete') = (results_hash IS NOT NULL AND finished_at IS NOT NULL)",
            name="runs_complete",
        ),
        Index("runs_by_period", "bank_id", "period", "requested_at"),
    )

    run: str = Field(primary_key=True)
    scheme: str
    version: int
    period: str
    kind: str = "assessment"
    status: str = "queued"
    stage: str = "queued"
    done: int = 0
    total: int = 0
    despite: list[str] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'::jsonb")}
    )
    requested_by: str
    requested_at: datetime = _moment(default_factory=lambda: datetime.now(UTC))
    started_at: datetime | None = _moment(default=None)
    finished_at: datetime | None = _moment(default=None)
    inputs_hash: str | None = None
    results_hash: str | None = None
    inputs: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    versions: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    error: dict[str, Any] | None = Field(default=None, sa_type=JSONB)


class ValueRow(BankTable, table=True):
    """The folded N and D of one indicator: of one manager, of `unattributed`, or of the whole `bank`."""

    __tablename__ = "run_values"
    __table_args__ = constrained(
        refers(["run"], "runs"),
        CheckConstraint("owner IN ('manager', 'unattributed', 'bank')", name="run_values_owner"),
    )

    run: str = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    owner: str = Field(primary_key=True)
    manager: str = Field(default="", primary_key=True)
    numerator: Decimal = Field(sa_type=Numeric(60, 0))
    denominator: Decimal = Field(sa_type=Numeric(60, 0))
    not_applicable: str | None = None


class ScorecardRow(BankTable, table=True):
    """One manager's result. Points in ten-thousandths, pay in minor units; None where no line was applicable."""

    __tablename__ = "scorecards"
    __table_args__ = constrained(
        refers(["run"], "runs"),
        Index("scorecards_by_branch", "bank_id", "run", "branch"),
    )

    run: str = Field(primary_key=True)
    manager: str = Field(primary_key=True)
    branch: str
    position: str
    level: str
    rank: int | None = None
    rank_in_branch: int | None = None
    points_e4: int | None = Field(default=None, sa_type=BigInteger)
    grade: str | None = None
    multiple_e2: int | None = None
    pay_minor: int | None = Field(default=None, sa_type=BigInteger)


class ScoreLineRow(BankTable, table=True):
    """One indicator of one scorecard, with everything needed to redo its sum by hand.

    `rule` None is a measured line without points. `value_e6` is the value as shown; exact N and D stand in `inputs`.
    A trigger refuses lines without their scorecard, all of an insertion at once: a foreign key asks line by line.
    """

    __tablename__ = "score_lines"

    run: str = Field(primary_key=True)
    manager: str = Field(primary_key=True)
    line: int = Field(primary_key=True)
    indicator: str
    section: str
    rule: str | None = None
    value_e6: Decimal | None = Field(default=None, sa_type=Numeric(38, 0))
    target: Decimal | None = Field(default=None, sa_type=Numeric(38, 6))
    completion_e6: Decimal | None = Field(default=None, sa_type=Numeric(38, 0))
    base_e4: int = Field(default=0, sa_type=BigInteger)
    points_e4: int = Field(default=0, sa_type=BigInteger)
    not_applicable: str | None = None
    inputs: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)


class ScoreSheetRow(BankTable, table=True):
    """The lines of one scorecard as they stand in answers: a text a column, of JSON tokens in the order of the lines.

    Made by PostgreSQL of the lines, as they are stored (migrations/guards_0006.sql); read by core/runs/sheets.py.
    """

    __tablename__ = "score_sheets"
    __table_args__ = constrained(refers(["run"], "runs"))

    run: str = Field(primary_key=True)
    manager: str = Field(primary_key=True)
    indicator: str
    section: str
    rule: str
    value_e6: str
    target: str
    completion_e6: str
    base_e4: str
    points_e4: str
    not_applicable: str
