"""What an indicator is: a declaration and the rows it counts. Core attributes, folds and shows them.

N = Σ over days of share × numerator and D = Σ share × denominator, per manager. Then:
    Sum      value = N ÷ per(period)          per: a constant of the period which no row and no share touches
    Ratio    value = scale × N ÷ D            D = 0 is "no rows"
    Derived  value = Σ weight × other value   of indicators of the same plugin set
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from core.periods import Period


class Unit(StrEnum):
    """What a value is shown in. MONEY: major units of the bank's currency (rows hold minor units)."""

    MONEY = "money"
    PERCENT = "percent"
    COUNT = "count"
    DAYS = "days"
    SCORE = "score"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"


@dataclass(frozen=True)
class Labels:
    """The same words in the two languages of the house."""

    en: str
    zh: str


class Facts(Protocol):
    """A bank's facts at one snapshot, as Ibis tables. Not joined to shares: a threshold sees the whole customer."""

    def table(self, name: str, period: Period) -> Any:
        """The fact table `name` clipped to `period`: an Ibis table expression with the columns of its declaration.

        Events: rows whose day lies in the period. State: the whole list. `balances`: one row per account and
        stretch of days, columns account, customer, kind, category, first, until (exclusive, both inside the
        period), balance (minor units); the last known balance runs on beyond the last delivered day.
        """
        ...


Parameters = Mapping[str, Any]
"""What the scheme sets for the indicator's plugin, by name; empty where it sets nothing. A plugin has its defaults."""

Rows = Callable[[Facts, Period, Parameters], Any]
"""rows(facts, period, parameters) → Ibis table: customer | manager (exactly one set, strings), ref (string),
first, until (dates, until exclusive: the days the row counts for), numerator, denominator (per day, decimal(38, 0))."""


def one(period: Period) -> int:
    """K of a plain sum."""
    return 1


def calendar_days(period: Period) -> int:
    """K of a daily average (F3)."""
    return period.days


@dataclass(frozen=True)
class Sum:
    """value = N ÷ per(period)."""

    per: Callable[[Period], int] = one


@dataclass(frozen=True)
class Ratio:
    """value = scale × N ÷ D; 100 for a percentage."""

    scale: int = 1


@dataclass(frozen=True)
class Derived:
    """value = Σ weight × value of the named indicators; not applicable as soon as one of them is."""

    weights: Mapping[str, Fraction]


@dataclass(frozen=True)
class Indicator:
    """One measured quantity per manager and period.

    `code` is plugin.name. `no_rows`: None means zero; otherwise the reason why a manager without rows is not
    applicable (snake_case, e.g. "no_loans"). `needs`: the fact tables `rows` reads. `formula`: an id of the domain.
    """

    code: str
    labels: Labels
    unit: Unit
    direction: Direction
    fold: Sum | Ratio | Derived
    rows: Rows | None
    no_rows: str | None = None
    needs: tuple[str, ...] = ()
    formula: str = ""
    description: Labels = field(default_factory=lambda: Labels("", ""))

    @property
    def plugin(self) -> str:
        """The plugin the code begins with."""
        return self.code.partition(".")[0]
