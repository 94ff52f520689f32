"""What an indicator is: a declaration and the rows it counts. Core attributes, folds and shows them.

N = Σ over days of share × numerator and D = Σ share × denominator, per manager. Then:
    Sum      value = N ÷ per(period)          per: a constant of the period which no row and no share touches
    Ratio    value = scale × N ÷ D            D = 0 is "no rows"
    Derived  value = Σ weight × other value   of indicators of the same plugin set
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
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

        Events: rows whose day lies in the period. State: the whole list as it holds on the period's last day: the
        newest of a business day up to it, else the earliest after; `period.previous()` asks for the state at the
        start. `balances`: one row per account and stretch of days, columns account, customer, kind, category (of
        the list of accounts of the run's period), first, until (exclusive, both inside the period), balance (minor
        units); the last known balance runs on beyond the last delivered day.
        """
        ...

    def balance_days(self, period: Period) -> Any:
        """`balances` for sums over their days: the same columns, fewer rows, the same Σ share × balance × days.

        A row may stand for many stretches of one customer, kind and category (account null, balance their Σ balance ×
        days on one day). Not for thresholds, days or accounts: these need `table`.
        """
        ...


class ParameterUnit(StrEnum):
    """What a parameter is, and as what `rows` gets it."""

    CHOICE = "choice"  # one of the choices → str
    CODES = "codes"  # a list of codes → tuple of str, sorted
    COUNT = "count"  # a whole number → int
    DAYS = "days"  # a whole number → int
    MONEY = "money"  # decimal text in major units → int, minor units of the bank's currency
    PERCENT = "percent"  # decimal text → Decimal
    SCORE = "score"  # decimal text → Decimal


@dataclass(frozen=True)
class DatedValue:
    """A parameter's value from the day `since` on, and where it comes from: a law, a manual, the house's custom."""

    since: date
    value: Any
    source: str


@dataclass(frozen=True)
class Parameter:
    """A figure of a plugin that a bank may replace in its scheme. `values`: ascending by day, each once.

    `choices`: the texts that CHOICE and CODES allow; empty for any. `at_least`: of numbers, none where it is None.
    """

    name: str
    description: Labels
    unit: ParameterUnit
    values: tuple[DatedValue, ...]
    choices: tuple[str, ...] = ()
    at_least: int | None = None


Parameters = Mapping[str, Any]
"""The plugin's parameters in force on the period's last day, those the scheme sets in their place; by name."""

Rows = Callable[[Facts, Period, Parameters], Any]
"""rows(facts, period, parameters) → Ibis table: customer | manager (exactly one set, strings), ref (string),
first, until (dates, until exclusive: the days the row counts for), numerator, denominator (per day, decimal(38, 0)).
A string column `part` may stand beside them, see `Indicator.part`."""


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
    `parameters`: those of the plugin that `rows` reads; others are not handed to it. `part`: only rows whose column
    `part` says so, None for all of them. Indicators that share one `rows` are measured in one go.
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
    parameters: tuple[Parameter, ...] = ()
    part: str | None = None

    @property
    def plugin(self) -> str:
        """The plugin the code begins with."""
        return self.code.partition(".")[0]
