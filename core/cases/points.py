"""Case rules of points (F4–F9), each run through the point rule the product itself uses."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from core.cases.case import Outcome
from core.cases.given import Given, invalid
from core.indicators.value import Value
from core.numbers import scaled_text
from core.points.bonus import bonus_e4
from core.points.counted import CountedParameters
from core.points.deduction import deduction_e4
from core.points.deviation import POINTS_DEVIATION
from core.points.per_unit import POINTS_PER_UNIT
from core.points.proportional import POINTS_PROPORTIONAL
from core.points.rule import PointRule, RuleParameters
from core.points.tiered import POINTS_TIERED

Counted = Callable[[Iterable[tuple[Fraction, Fraction]], Decimal], int]


def _points(rule: PointRule, target: str | None) -> Callable[[Any], Outcome]:
    """A case rule of a point rule whose target stands under the name `target`; None where it has none."""

    def run(content: Any) -> Outcome:
        names = set(rule.parameters.model_fields)
        given = Given(content, {"base", "actual"} | names | ({target} if target else set()))
        actual = given.number("actual")
        if "direction" in names and given["direction"] is None:
            raise invalid("given.direction", "is needed")
        awarded = rule.award(
            given.number("base"),
            Value(actual.numerator, actual.denominator),
            None if target is None or given.get(target) is None else given.number(target),
            _parameters(rule.parameters, {name: content[name] for name in names if name in content}),
        )
        if awarded.not_applicable is not None:
            return {"not_applicable": awarded.not_applicable}
        return {"points": scaled_text(awarded.points_e4, 4)}

    return run


def _counted(events: str, reckon: Counted, known: set[str]) -> Callable[[Any], Outcome]:
    """A case rule of points for each of many events, which stand under the name `events`."""

    def run(content: Any) -> Outcome:
        given = Given(content, {events, "limit"} | known)
        for name in sorted(known):
            given.number(name)
        rows = given.rows(events, {"points", "count"})
        parameters = _parameters(CountedParameters, {"points": "0", "limit": given["limit"]})
        assert isinstance(parameters, CountedParameters)
        points_e4 = reckon([(row.number("points"), row.number("count")) for row in rows], parameters.limit)
        return {"points": scaled_text(points_e4, 4)}

    return run


def _parameters(parameters: type[RuleParameters], given: Mapping[str, Any]) -> RuleParameters:
    try:
        return parameters.model_validate(given)
    except ValidationError as refused:
        first = refused.errors()[0]
        raise invalid(f"given.{'.'.join(map(str, first['loc']))}", first["msg"]) from refused


POINTS: Mapping[str, Callable[[Any], Outcome]] = {
    "points_bonus": _counted("events", bonus_e4, {"base_total"}),
    "points_deduction": _counted("incidents", deduction_e4, set()),
    "points_deviation": _points(POINTS_DEVIATION, "plan"),
    "points_per_unit": _points(POINTS_PER_UNIT, "plan"),
    "points_proportional": _points(POINTS_PROPORTIONAL, "target"),
    "points_tiered": _points(POINTS_TIERED, None),
}
"""By the rule a case names."""
