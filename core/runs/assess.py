"""The assessment itself (考核): from values to points, rank, grade and pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from core.grades.bands import grade_of
from core.indicators.value import Values
from core.numbers import POINTS_SCALE
from core.pay.pool_by_grade import pool_by_grade
from core.pay.pool_by_points import Payout, pool_by_points
from core.points.rule import PointRule
from core.runs.award import award_points
from core.runs.findings import findings_of
from core.runs.scorecard import RunFinding, RunManager, Scorecard, Targets
from core.runs.totals import rank, total
from core.schemes.scheme import Scheme


@dataclass(frozen=True)
class Assessment:
    """Scorecards by rank, then code; who has no points comes last.

    `undistributed_minor`: what of the pool nobody gets; None where the scheme pays nothing.
    """

    scorecards: tuple[Scorecard, ...]
    findings: tuple[RunFinding, ...]
    undistributed_minor: int | None


def assess(
    values: Values,
    scheme: Scheme,
    targets: Targets,
    managers: Sequence[RunManager],
    rules: Mapping[str, PointRule],
    period_days: int,
) -> Assessment:
    """Score every manager of one run. Pure: same inputs, same result, in whatever order the managers come."""
    awarded = award_points(values, scheme, targets, managers, rules, period_days)
    totalled = total(awarded)
    ranked = rank(totalled)
    graded = grade(ranked, scheme)
    paid, undistributed = pay(graded, scheme)
    return Assessment(tuple(paid), findings_of(paid, scheme, undistributed), undistributed)


def grade(cards: Sequence[Scorecard], scheme: Scheme) -> list[Scorecard]:
    """F12: grade and multiple of every scorecard that has points."""
    base_total, bands = Fraction(scheme.base_total), scheme.bands
    graded = []
    for card in cards:
        if card.points_e4 is not None:
            band = grade_of(Fraction(card.points_e4, POINTS_SCALE), base_total, bands)
            card = replace(card, grade=band.grade, multiple_e2=band.multiple_e2)
        graded.append(card)
    return graded


def pay(cards: Sequence[Scorecard], scheme: Scheme) -> tuple[list[Scorecard], int | None]:
    """F13 or F14: pay of every scorecard that has points, and what of the pool is undistributed."""
    if scheme.pay is None or scheme.pool_minor is None:
        return list(cards), None
    payout = _payout(scheme.pay.rule, scheme.pool_minor, cards)
    return [replace(card, pay_minor=payout.pay.get(card.manager.manager)) for card in cards], payout.undistributed


def _payout(rule: str, pool: int, cards: Sequence[Scorecard]) -> Payout:
    if rule == "pool_by_grade":
        graded = {card.manager.manager: card.multiple_e2 for card in cards}
        return pool_by_grade(pool, {code: multiple for code, multiple in graded.items() if multiple is not None})
    points = {card.manager.manager: card.points_e4 for card in cards}
    return pool_by_points(pool, {code: earned for code, earned in points.items() if earned is not None})
