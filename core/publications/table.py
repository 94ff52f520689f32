"""Publications (发布): a complete run that a second person made the bank's word on its period."""

from datetime import UTC, datetime

from sqlalchemy import DateTime
from sqlmodel import Field

from core.table import BankTable, constrained, refers


class PublicationRow(BankTable, table=True):
    """One published run. Rows are added, never changed; of one scheme and period the newest is in force.

    The database refuses a run that is not complete, and the person who asked for it (four eyes).
    """

    __tablename__ = "publications"
    __table_args__ = constrained(refers(["run"], "runs"))

    run: str = Field(primary_key=True)
    published_by: str
    published_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
