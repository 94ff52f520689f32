"""Case rules of points, grades, pay and shares, each run through the module the product itself uses."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm
from typing import Any

from core.cases.case import Outcome
from core.cases.given import Given, code, invalid, mapping, numbers
from core.cases.points import POINTS
from core.grades.bands import CONTRIBUTION_1000, SCALE, grade_of
from core.numbers import fraction_text, scaled_text
from core.pay.pool_by_grade import pool_by_grade
from core.pay.pool_by_points import pool_by_points
from core.schemes.table2 import Role, table2_check
from core.shares.attribution import attribute


def _grade_bands(content: Any) -> Outcome:
    points = Given(content, {"points"}).number("points")
    band = grade_of(points, Fraction(SCALE), CONTRIBUTION_1000)
    return {"grade": band.grade, "multiple": scaled_text(band.multiple_e2, 2)}


def _pool_by_points(content: Any) -> Outcome:
    given = Given(content, {"pool", "points"})
    pool, points = _pool(given), given.numbers("points")
    scale = lcm(*(earned.denominator for earned in points.values()))
    payout = pool_by_points(pool, {code: int(earned * scale) for code, earned in points.items()})
    return {"pay": dict(payout.pay), "undistributed": payout.undistributed}


def _pool(given: Given) -> int:
    pool = given.number("pool")
    if pool.denominator != 1 or pool < 0:
        raise invalid("given.pool", "must be a whole number of minor units, not below zero")
    return pool.numerator


def _pool_by_grade(content: Any) -> Outcome:
    """Nobody to pay: no unit, and the pool is `undistributed`."""
    given = Given(content, {"pool", "grades"})
    multiples = {band.grade: band.multiple_e2 for band in CONTRIBUTION_1000}
    grades = {
        code(manager, "given.grades"): code(grade, f"given.grades.{manager}")
        for manager, grade in mapping(given["grades"], "given.grades").items()
    }
    if unknown := sorted(set(grades.values()) - multiples.keys()):
        raise invalid("given.grades", f"names a grade that does not exist: {unknown[0]}")
    payout = pool_by_grade(_pool(given), {manager: multiples[grade] for manager, grade in grades.items()})
    pay = dict(payout.pay)
    if payout.unit is None:
        return {"unit": None, "pay": pay, "undistributed": payout.undistributed}
    return {"unit": fraction_text(payout.unit, 6), "pay": pay}


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


def _table2_check(content: Any) -> Outcome:
    weights = Given(content, {"weights"}).numbers("weights")
    if unknown := sorted(weights.keys() - {*Role}):
        raise invalid("given.weights", f"names a line that table two has not: {unknown[0]}")
    return {"findings": table2_check({Role(name): weight for name, weight in weights.items()})}


SCORING: Mapping[str, Callable[[Any], Outcome]] = {
    **POINTS,
    "attribution": _attribution,
    "grade_bands": _grade_bands,
    "pool_by_grade": _pool_by_grade,
    "pool_by_points": _pool_by_points,
    "table2_check": _table2_check,
}
"""By the rule a case names."""
