"""Scorecards (成绩单): what a run says of each manager."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.indicators.value import Value
from core.points.rule import LineKind


@dataclass(frozen=True, slots=True)
class RunManager:
    """Who is scored: code, and branch, position and level on the period's last day (a leaver's last day).

    `days`: how many of the period's days the manager held a post.
    """

    manager: str
    branch: str
    position: str
    level: str
    days: int


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One indicator of one scorecard. `rule` None: measured only. Points and base in ten-thousandths.

    `base_e4` is the base that counted (after rescaling; zero of a bonus or deduction line), `inputs` what the rule
    saw, as exact text. Points of a deduction line are zero or below.
    """

    indicator: str
    section: str
    rule: str | None
    value: Value
    target: Decimal | None
    base_e4: int
    points_e4: int
    not_applicable: str | None
    inputs: Mapping[str, str]
    kind: LineKind = LineKind.BASE


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One manager's result. Points, grade, pay and ranks are None where no line with a base was applicable.

    `multiple_e2`: the grade's pay multiple in hundredths. `pay_minor`: minor units.
    """

    manager: RunManager
    lines: tuple[ScoreLine, ...]
    points_e4: int | None = None
    grade: str | None = None
    multiple_e2: int | None = None
    pay_minor: int | None = None
    rank: int | None = None
    rank_in_branch: int | None = None


@dataclass(frozen=True, slots=True)
class RunFinding:
    """Something about a run that a person should look at; the run stands."""

    code: str
    subject: str
    message: str
    message_zh: str
    fields: Mapping[str, str]


Targets = Mapping[tuple[str, str], tuple[Decimal, bool]]
"""(manager, indicator) → target in the indicator's shown unit, and whether it is prorated by days held."""
