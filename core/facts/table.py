"""Deliveries (数据报送), the list of files that is a fact table, and what was found wrong."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.table import BankTable, constrained, refers


class Delivery(BankTable, table=True):
    """One file of one kind of fact, accepted whole or refused whole.

    `content` is the SHA-256 of what was sent with how it was read (mapping). In force: status `accepted`.
    `first_day`: the earliest day it says anything about. `set_aside`: rows left out as wrong; they stand in the file
    `set_aside_sha256` of the bank's folder. `completes`: the delivery whose set-aside rows it brings. `reason`: why
    a closed period was corrected, or an entry made by hand. `control`: the sender's totals, as checked.
    """

    __tablename__ = "deliveries"
    __table_args__ = constrained(
        CheckConstraint("status IN ('accepted', 'superseded', 'refused')", name="deliveries_status"),
        Index(
            "deliveries_in_force",
            "bank_id",
            "fact",
            "shape",
            "business_day",
            unique=True,
            postgresql_where="status = 'accepted'",
        ),
    )

    delivery: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=False)]
    )
    fact: str
    shape: str
    business_day: date
    source: str
    content: str
    status: str
    rows: int = Field(default=0, sa_type=BigInteger)
    findings: int = Field(default=0, sa_type=BigInteger)
    supersedes: int | None = Field(default=None, sa_type=BigInteger)
    first_day: date | None = None
    set_aside: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    set_aside_sha256: str | None = None
    completes: int | None = Field(default=None, sa_type=BigInteger)
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    control: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    delivered_by: str
    delivered_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
    mapping: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)


class FactFile(BankTable, table=True):
    """One Parquet file of a fact table, named by its SHA-256, from `since_delivery` until (exclusive) `until_delivery`.

    `part`: `record` (rows as delivered), `closed` and `open` (balance spans derived from records).
    `month` is a first day for what is kept by months, else None-like 0001-01-01. A file ends once, with an accepted
    delivery of its fact.
    """

    __tablename__ = "fact_files"
    __table_args__ = constrained(
        UniqueConstraint("bank_id", "fact", "part", "month", "sha256", "since_delivery"),
        CheckConstraint("part IN ('record', 'closed', 'open')", name="fact_files_part"),
        CheckConstraint("since_delivery <= until_delivery", name="fact_files_order"),
        refers(["since_delivery"], "deliveries", ["delivery"]),
        refers(["until_delivery"], "deliveries", ["delivery"]),
        Index("fact_files_in_force", "bank_id", "fact", postgresql_where="until_delivery IS NULL"),
    )

    fact_file: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=False)]
    )
    fact: str
    part: str
    month: date
    sha256: str
    rows: int = Field(sa_type=BigInteger)
    bytes: int = Field(sa_type=BigInteger)
    of_delivery: int | None = Field(default=None, sa_type=BigInteger)
    since_delivery: int = Field(sa_type=BigInteger)
    until_delivery: int | None = Field(default=None, sa_type=BigInteger)


class Finding(BankTable, table=True):
    """Something a data team can act on, about a delivery or a run. Codes and figures, no names of people."""

    __tablename__ = "findings"
    __table_args__ = constrained(
        Index("findings_by_run", "bank_id", "run", "finding"),
        Index("findings_by_delivery", "bank_id", "delivery", "finding"),
    )

    finding: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=False)]
    )
    run: str | None = None
    delivery: int | None = Field(default=None, sa_type=BigInteger)
    code: str
    severity: str = "error"
    subject: str = ""
    message: str
    message_zh: str = ""
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
