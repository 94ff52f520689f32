"""Targets as read: of one manager, or of a whole period, within a row scope."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.decimal_text import decimal_text
from core.paging import Listing, SortKey
from core.periods import Period
from core.scopes import RowScope
from core.statement import Arguments
from core.versions import version_of

MANAGER = SortKey("manager", "t.manager", "text")
INDICATOR = SortKey("indicator", "t.indicator", "text")
PERIOD = SortKey("period", "t.period", "text")
TARGET = SortKey("target", "t.target", "exact")


@dataclass(frozen=True, slots=True)
class TargetRead:
    """What was agreed. `target` in the indicator's shown unit, without idle zeros."""

    manager: str
    indicator: str
    period: str
    target: Decimal
    prorate: bool

    @property
    def version(self) -> str:
        """Of figure and proration."""
        return target_version(self.target, self.prorate)


def target_version(target: Decimal, prorate: bool) -> str:
    """The version of a target, however many zeros it is written with."""
    return version_of([decimal_text(target), prorate])


def target_read(row: Any) -> TargetRead:
    """A target of a record with the columns of `targets_in`."""
    return TargetRead(row["manager"], row["indicator"], row["period"], row["target"], row["prorate"])


def targets_in(scope: RowScope, *, period: Period | None = None, by_manager: bool = False) -> Listing:
    """The targets in `scope` (whose manager is in it today), of one period if one is named."""
    arguments = Arguments()
    on = arguments.add(scope.today)
    where = [scope.where(arguments, "t.manager", "p.branch")]
    if period is not None:
        where.append(f"t.period = {arguments.add(str(period))}")
    return Listing(
        "t.manager, t.indicator, t.period, trim_scale(t.target) AS target, t.prorate",
        f"bank.targets t LEFT JOIN {_posted(on)}",
        parent="t.manager" if by_manager else None,
        where=tuple(where),
        arguments=tuple(arguments.values),
    )


def _posted(on: str) -> str:
    return f"bank.postings p ON p.manager = t.manager AND p.valid_from <= {on} AND {on} < p.valid_until"
