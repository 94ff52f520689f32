"""Reconciliation (总分核对): the sums of a bank's balances against the totals of its general ledger."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.facts.snapshot import Snapshot
from core.indicators.bound_facts import BoundFacts
from core.indicators.engine import Engine
from core.indicators.expressions import EXACT
from core.periods import Period
from core.readiness.readiness import LedgerDifference, Unreconciled

ALL = "all"
_GROUP = ("kind", "category")
Group = tuple[str, str]
"""kind, category."""


@dataclass(frozen=True)
class Step:
    """From `day` on the balances of a group are `amount` minor units more, of `spans` more accounts."""

    group: Group
    day: date
    amount: int
    spans: int


@dataclass(frozen=True)
class Total:
    """One total of the general ledger, in minor units."""

    day: date
    group: Group
    balance: int


@dataclass(frozen=True)
class Reconciled:
    """`days`: with totals. `differences`: beyond the tolerance. `unreconciled`: balances without a total there."""

    days: int = 0
    differences: tuple[LedgerDifference, ...] = ()
    unreconciled: tuple[Unreconciled, ...] = ()


def has_totals(facts: Snapshot, period: Period) -> bool:
    """Whether the snapshot holds ledger totals of the period's months at all; without, no file is read."""
    return any(file.month in period.months for file in facts.files("ledger_totals", "record"))


def reconcile(
    engine: Engine, facts: BoundFacts, period: Period, tolerance_minor: Fraction, known_since: date | None
) -> Reconciled:
    """Read totals and balances of the period from the engine and compare them, as `compare`. Blocking.

    One pass over the balances sums them by the days they begin and end on; the rest are a few sums a day.
    """
    totals = [
        Total(row["day"], (row["kind"], row["category"]), row["balance"])
        for row in engine.read(facts.table("ledger_totals", period)).to_pylist()
    ]
    if not totals:
        return Reconciled()
    return compare(totals, list(_steps(engine, facts.table("balances", period))), tolerance_minor, known_since)


def _steps(engine: Engine, spans: Any) -> Iterator[Step]:
    known = spans.filter(spans.kind.notnull())  # of an unknown account: told elsewhere, and in no group
    amount = known.balance.cast(EXACT).sum().cast(EXACT)
    grouped = engine.read(known.group_by([*_GROUP, "first", "until"]).agg(amount=amount, spans=known.count()))
    for day, sign in (("first", 1), ("until", -1)):
        summed = grouped.group_by([*_GROUP, day]).aggregate([("amount", "sum"), ("spans", "sum")])
        for row in summed.to_pylist():
            step = sign * int(row["amount_sum"]), sign * row["spans_sum"]
            yield Step((row["kind"], row["category"]), row[day], *step)


def compare(
    totals: Sequence[Total], steps: Sequence[Step], tolerance_minor: Fraction, known_since: date | None = None
) -> Reconciled:
    """Every total against the sum of that day's balances; a difference of just the tolerance is in order.

    `known_since`: the first day that a delivery tells about. Balances run on from there, so that a day without any
    is known, and zero: one that an empty list emptied too.
    """
    days = sorted({total.day for total in totals})
    sums = _sums(steps, days, known_since)
    found = [_difference(total, sums[total.day]) for total in totals]
    out = [one for one in found if abs(one.difference_minor) > tolerance_minor]
    out.sort(key=lambda one: (one.day, one.kind, one.category))
    return Reconciled(len(days), tuple(out), tuple(_without(totals, sums)))


@dataclass(frozen=True)
class _Day:
    sums: dict[Group, int]
    is_known: bool


def _sums(steps: Sequence[Step], days: Sequence[date], known_since: date | None) -> dict[date, _Day]:
    """What the balances of each group come to on each of the days."""
    waiting = sorted(steps, key=lambda step: step.day, reverse=True)
    sums: dict[Group, int] = defaultdict(int)
    spans, found = 0, {}
    for day in days:
        while waiting and waiting[-1].day <= day:
            step = waiting.pop()
            sums[step.group] += step.amount
            spans += step.spans
        found[day] = _Day(dict(sums), spans > 0 or (known_since is not None and day >= known_since))
    return found


def _difference(total: Total, day: _Day) -> LedgerDifference:
    kind, category = total.group
    parts = (amount for (of, part), amount in day.sums.items() if of == kind and category in (part, ALL))
    return LedgerDifference(total.day, kind, category, total.balance, sum(parts) if day.is_known else None)


def _without(totals: Sequence[Total], sums: dict[date, _Day]) -> Iterator[Unreconciled]:
    covered = {(total.day, total.group) for total in totals}
    alone: dict[Group, list[date]] = defaultdict(list)
    for day, known in sums.items():
        for (kind, category), amount in known.sums.items():
            if amount and not {(day, (kind, category)), (day, (kind, ALL))} & covered:
                alone[kind, category].append(day)
    for (kind, category), days in sorted(alone.items()):
        yield Unreconciled(kind, category, len(days), min(days))


def tolerance_in_minor(tolerance: Decimal, digits: int) -> Fraction:
    """The bank's tolerance, set in major units, in minor ones; it may be a part of one."""
    return Fraction(tolerance) * Fraction(10**digits)
