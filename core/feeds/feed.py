"""A feed (报送渠道) as it is worked with: one kind of file a bank's system sends again and again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from core.versions import version_of


class Every(StrEnum):
    """How often a feed sends: the business days a file is of."""

    DAY = "day"
    WORKDAY = "workday"  # Monday to Friday
    WEEK = "week"  # its Sunday
    MONTH = "month"  # its last day
    QUARTER = "quarter"
    YEAR = "year"
    NEVER = "never"  # comes as it comes, and is never missed


@dataclass(frozen=True)
class Feed:
    """`file_pattern`: the names of its files, with the business day in it; empty: none are taken from the inbox.

    A file of a business day is due `due_days` calendar days after it, inclusive. Business days are expected from
    `since` to `until`, both inclusive; `until` None: for ever. `mapping` is the delivery mapping as a dict.
    """

    feed: str
    label: str
    label_zh: str
    fact: str
    shape: str
    since: date
    until: date | None = None
    every: Every = Every.NEVER
    due_days: int = 1
    file_pattern: str = ""
    mapping: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Of all that it says."""
        return version_of(asdict(self))
