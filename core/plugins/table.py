"""Which indicator plugins a bank has enabled."""

from datetime import UTC, datetime

from sqlalchemy import DateTime
from sqlmodel import Field

from core.table import BankTable


class EnabledPlugin(BankTable, table=True):
    """Present: enabled. A plugin that is not here is never called for the bank."""

    __tablename__ = "plugins"

    plugin: str = Field(primary_key=True)
    enabled_by: str
    enabled_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
