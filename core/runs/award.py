"""The first step of an assessment: every line of a manager's sheet gets its points, or a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from core.exact_text import fraction_exact_text
from core.indicators.value import Value, Values
from core.numbers import round_half_away
from core.points.rule import Awarded, PointRule, RuleParameters
from core.points.words import value_inputs
from core.runs.bases import RescaledBases
from core.runs.goals import Goal, goal_of
from core.runs.scorecard import RunManager, Scorecard, ScoreLine, Targets
from core.schemes.scheme import Line, Scheme, Section


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A scored line of the scheme, ready for many managers."""

    indicator: str
    section: str
    rule: PointRule
    parameters: RuleParameters
    base: Fraction
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Sheet:
    """What all managers of one run share: the scheme's lines with their values, and all targets."""

    scored: Sequence[SheetLine]
    measured: Mapping[str, Mapping[str, Value]]
    bases: RescaledBases
    treatment: str
    targets: Targets
    period_days: int


def award_points(
    values: Values,
    scheme: Scheme,
    targets: Targets,
    managers: Sequence[RunManager],
    rules: Mapping[str, PointRule],
    period_days: int,
) -> list[Scorecard]:
    """Scorecards with lines only, in the order of `managers`."""
    scored = [_sheet_line(section, line, values, rules) for section, line in scheme.lines]
    sheet = Sheet(
        scored=scored,
        measured={code: values[code].managers for code in scheme.measures},
        bases=RescaledBases([line.section for line in scored], [line.base for line in scored]),
        treatment=scheme.not_applicable,
        targets=targets,
        period_days=period_days,
    )
    return [Scorecard(manager, _lines_of(manager, sheet)) for manager in managers]


def _sheet_line(section: Section, line: Line, values: Values, rules: Mapping[str, PointRule]) -> SheetLine:
    rule = rules[line.rule]
    return SheetLine(
        indicator=line.indicator,
        section=section.code,
        rule=rule,
        parameters=rule.parameters.model_validate(line.parameters),
        base=Fraction(line.base),
        values=values[line.indicator].managers,
    )


def _lines_of(manager: RunManager, sheet: Sheet) -> tuple[ScoreLine, ...]:
    scored = [_award(line, manager, sheet, line.base) for line in sheet.scored]
    absent = tuple(line.not_applicable is not None for line in scored)
    if any(absent) and not all(absent):
        scored = _treat(scored, absent, manager, sheet)
    measured = [_measure(code, values[manager.manager], manager, sheet) for code, values in sheet.measured.items()]
    return (*scored, *measured)


def _award(line: SheetLine, manager: RunManager, sheet: Sheet, base: Fraction) -> ScoreLine:
    """One line with `base` points to earn."""
    value = line.values[manager.manager]
    goal = _goal(line.indicator, manager, sheet)
    awarded = (
        Awarded(0, {}, value.not_applicable)
        if value.not_applicable
        else line.rule.award(base, value, goal.exact, line.parameters)
    )
    inputs = {**awarded.inputs, **goal.inputs} if goal.inputs else awarded.inputs
    return ScoreLine(
        indicator=line.indicator,
        section=line.section,
        rule=line.rule.code,
        value=value,
        target=goal.shown,
        base_e4=round_half_away(base, 4),
        points_e4=awarded.points_e4,
        not_applicable=awarded.not_applicable,
        inputs=inputs,
    )


def _goal(indicator: str, manager: RunManager, sheet: Sheet) -> Goal:
    return goal_of(sheet.targets.get((manager.manager, indicator)), manager, sheet.period_days)


def _treat(scored: Sequence[ScoreLine], absent: tuple[bool, ...], manager: RunManager, sheet: Sheet) -> list[ScoreLine]:
    """Do with the lines that are not applicable what the scheme says; `inputs` say that it was done."""
    if sheet.treatment == "rescale":
        bases = sheet.bases.without(absent)
        return [
            _treated(line, sheet.treatment, 0, 0) if gone else _rescaled(line, ready, manager, sheet, base)
            for line, gone, ready, base in zip(scored, absent, sheet.scored, bases, strict=True)
        ]
    counts_base = sheet.treatment == "base"
    return [
        _treated(line, sheet.treatment, line.base_e4, line.base_e4 if counts_base else 0) if gone else line
        for line, gone in zip(scored, absent, strict=True)
    ]


def _rescaled(line: ScoreLine, ready: SheetLine, manager: RunManager, sheet: Sheet, base: Fraction) -> ScoreLine:
    if base == ready.base:
        return line
    again = _award(ready, manager, sheet, base)
    return replace(again, inputs={**again.inputs, "scheme_base": fraction_exact_text(ready.base)})


def _treated(line: ScoreLine, treatment: str, base_e4: int, points_e4: int) -> ScoreLine:
    inputs = {**line.inputs, "treatment": treatment}
    return replace(line, base_e4=base_e4, points_e4=points_e4, inputs=inputs)


def _measure(indicator: str, value: Value, manager: RunManager, sheet: Sheet) -> ScoreLine:
    """A line that is shown without points."""
    goal = _goal(indicator, manager, sheet)
    inputs = {} if value.not_applicable else value_inputs(value)
    return ScoreLine(
        indicator=indicator,
        section="",
        rule=None,
        value=value,
        target=goal.shown,
        base_e4=0,
        points_e4=0,
        not_applicable=value.not_applicable,
        inputs={**inputs, **goal.inputs},
    )
