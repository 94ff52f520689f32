"""The first step of an assessment: every line of a manager's sheet gets its points, or a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from core.exact_text import fraction_exact_text
from core.indicators.value import Value, Values
from core.numbers import round_half_away
from core.points.rule import Awarded, LineKind, PointRule, RuleParameters
from core.points.words import value_inputs
from core.runs.bases import RescaledBases
from core.runs.extras import Extra, count_extras, extras_of
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
    base_e4: int
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Sheet:
    """What all managers of one run share: the scheme's lines with their values, and all targets.

    `based`: places in `scored` of the lines with a base, to which `bases` and `treatment` refer; `extras`: the other
    sections.
    """

    scored: Sequence[SheetLine]
    based: Sequence[int]
    extras: Sequence[Extra]
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
    based = [place for place, line in enumerate(scored) if line.rule.kind is LineKind.BASE]
    sheet = Sheet(
        scored=scored,
        based=based,
        extras=extras_of(scheme),
        measured={code: values[code].managers for code in scheme.measures},
        bases=RescaledBases([scored[place].section for place in based], [scored[place].base for place in based]),
        treatment=scheme.not_applicable,
        targets=targets,
        period_days=period_days,
    )
    return [Scorecard(manager, _lines_of(manager, sheet)) for manager in managers]


def _sheet_line(section: Section, line: Line, values: Values, rules: Mapping[str, PointRule]) -> SheetLine:
    rule, base = rules[line.rule], Fraction(line.base or 0)
    return SheetLine(
        indicator=line.indicator,
        section=section.code,
        rule=rule,
        parameters=rule.parameters.model_validate(line.parameters),
        base=base,
        base_e4=round_half_away(base, 4),
        values=values[line.indicator].managers,
    )


def _lines_of(manager: RunManager, sheet: Sheet) -> tuple[ScoreLine, ...]:
    scored = [_award(line, manager, sheet) for line in sheet.scored]
    based = [scored[place] for place in sheet.based]
    absent = tuple(line.not_applicable is not None for line in based)
    if any(absent) and not all(absent):
        for place, line in zip(sheet.based, _treat(based, absent, manager, sheet), strict=True):
            scored[place] = line
    count_extras(scored, sheet.extras)
    measured = [_measure(code, values[manager.manager], manager, sheet) for code, values in sheet.measured.items()]
    return (*scored, *measured)


def _award(line: SheetLine, manager: RunManager, sheet: Sheet, rescaled: Fraction | None = None) -> ScoreLine:
    """One line with its base, or the `rescaled` one, to earn."""
    value = line.values[manager.manager]
    goal = _goal(line.indicator, manager, sheet)
    base = line.base if rescaled is None else rescaled
    if value.not_applicable:
        awarded = Awarded(0, {}, value.not_applicable)
    else:
        awarded = line.rule.award(base, value, goal.exact, line.parameters)
    inputs = awarded.inputs
    if goal.inputs and line.rule.uses_target:
        inputs = {**inputs, **goal.inputs}
    if rescaled is not None:
        inputs = {**inputs, "scheme_base": fraction_exact_text(line.base)}
    return ScoreLine(
        indicator=line.indicator,
        section=line.section,
        rule=line.rule.code,
        value=value,
        target=goal.shown,
        base_e4=line.base_e4 if rescaled is None else round_half_away(rescaled, 4),
        points_e4=awarded.points_e4,
        not_applicable=awarded.not_applicable,
        inputs=inputs,
        kind=line.rule.kind,
    )


def _goal(indicator: str, manager: RunManager, sheet: Sheet) -> Goal:
    return goal_of(sheet.targets.get((manager.manager, indicator)), manager, sheet.period_days)


def _treat(scored: Sequence[ScoreLine], absent: tuple[bool, ...], manager: RunManager, sheet: Sheet) -> list[ScoreLine]:
    """Do with the lines with a base that are not applicable what the scheme says; `inputs` say that it was done."""
    if sheet.treatment == "rescale":
        bases = sheet.bases.without(absent)
        ready_lines = [sheet.scored[place] for place in sheet.based]
        return [
            _treated(line, sheet.treatment, 0, 0)
            if gone
            else (line if base == ready.base else _award(ready, manager, sheet, base))
            for line, gone, ready, base in zip(scored, absent, ready_lines, bases, strict=True)
        ]
    counts_base = sheet.treatment == "base"
    return [
        _treated(line, sheet.treatment, line.base_e4, line.base_e4 if counts_base else 0) if gone else line
        for line, gone in zip(scored, absent, strict=True)
    ]


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
