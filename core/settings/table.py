"""A bank's own settings (银行设置): one row a setting, as JSON; what is not there has its default."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.table import BankTable


class SettingRow(BankTable, table=True):
    """One setting a bank has chosen. Names and meanings: `core/settings/settings.py`."""

    __tablename__ = "settings"

    name: str = Field(primary_key=True)
    value: Any = Field(sa_type=JSONB)
    set_by: str
    set_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))
