"""Case rules of points, grades, pay and shares, each run through the module the product itself uses."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm
from typing import Any

from pydantic import ValidationError

from core.cases.given import Given, invalid, mapping, numbers
from core.grades.bands import CONTRIBUTION_1000, SCALE, grade_of
from core.indicators.value import Value
from core.numbers import fraction_text, scaled_text
from core.pay.pool_by_points import pool_by_points
from core.points.per_unit import POINTS_PER_UNIT
from core.points.proportional import POINTS_PROPORTIONAL
from core.points.rule import PointRule, RuleParameters
from core.shares.attribution import attribute

Outcome = Mapping[str, Any]


def _points(rule: PointRule, target: str) -> Callable[[Any], Outcome]:
    """A case rule of a point rule whose target stands under the name `target`."""

    def run(content: Any) -> Outcome:
        names = set(rule.parameters.model_fields)
        given = Given(content, {"base", "actual", target} | names)
        actual = given.number("actual")
        awarded = rule.award(
            given.number("base"),
            Value(actual.numerator, actual.denominator),
            None if given.get(target) is None else given.number(target),
            _parameters(rule, {name: content[name] for name in names if name in content}),
        )
        if awarded.not_applicable is not None:
            return {"not_applicable": awarded.not_applicable}
        return {"points": scaled_text(awarded.points_e4, 4)}

    return run


def _parameters(rule: PointRule, given: Mapping[str, Any]) -> RuleParameters:
    try:
        return rule.parameters.model_validate(given)
    except ValidationError as refused:
        first = refused.errors()[0]
        raise invalid(f"given.{'.'.join(map(str, first['loc']))}", first["msg"]) from refused


def _grade_bands(content: Any) -> Outcome:
    points = Given(content, {"points"}).number("points")
    band = grade_of(points, Fraction(SCALE), CONTRIBUTION_1000)
    return {"grade": band.grade, "multiple": scaled_text(band.multiple_e2, 2)}


def _pool_by_points(content: Any) -> Outcome:
    given = Given(content, {"pool", "points"})
    pool, points = given.number("pool"), given.numbers("points")
    if pool.denominator != 1 or pool < 0:
        raise invalid("given.pool", "must be a whole number of minor units, not below zero")
    scale = lcm(*(earned.denominator for earned in points.values()))
    payout = pool_by_points(pool.numerator, {code: int(earned * scale) for code, earned in points.items()})
    return {"pay": dict(payout.pay), "undistributed": payout.undistributed}


def _attribution(content: Any) -> Outcome:
    given = Given(content, {"contributions", "shares"})
    shares = {
        customer: numbers(held, f"given.shares.{customer}")
        for customer, held in mapping(given["shares"], "given.shares").items()
    }
    attributed = attribute(given.numbers("contributions"), shares)
    return {
        "performance": {code: fraction_text(sum_, 4) for code, sum_ in attributed.performance.items()},
        "unattributed": fraction_text(attributed.unattributed, 4),
    }


SCORING: Mapping[str, Callable[[Any], Outcome]] = {
    "attribution": _attribution,
    "grade_bands": _grade_bands,
    "points_per_unit": _points(POINTS_PER_UNIT, "plan"),
    "points_proportional": _points(POINTS_PROPORTIONAL, "target"),
    "pool_by_points": _pool_by_points,
}
"""By the rule a case names."""
