"""A page of the rows behind one line: which it is, how it is read, what a row of it is."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from core.indicators.engine import Engine
from core.numbers import PPM
from core.runs.evidence_plan import EvidencePlan

Place = tuple[str, str, date]
"""Where a page ends: customer ("" for the manager's own rows), ref, first day. Rows come in this order."""

# Engines take a day plus an interval for a moment: what rows call a day is made one.
_COLUMNS = """"customer", "ref", "first"::DATE AS "first", "until"::DATE AS "until", "share_ppm", "numerator",
              "denominator", coalesce("customer", '') AS "key", count(*) OVER () AS "total" """


@dataclass(frozen=True, slots=True)
class EvidenceAsked:
    """The first `limit` rows behind `after` and before `before` of a manager's line; the last of them, `backward`."""

    manager: str
    indicator: str
    limit: int
    after: Place | None = None
    before: Place | None = None
    backward: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row that counted. `numerator` and `denominator` per day, in shown units (major money units).

    `first` to `until` (exclusive): the days on which row and share both hold. `counted`: what it adds to N,
    after days and share, in shown units; for a sum, Σ counted ÷ per is the value.
    """

    customer: str | None
    ref: str
    first: date
    until: date
    share_ppm: int
    numerator: Fraction
    denominator: Fraction
    counted: Fraction

    @property
    def place(self) -> Place:
        """What a cursor after this row holds."""
        return self.customer or "", self.ref, self.first


@dataclass(frozen=True)
class EvidencePage:
    """Rows in order of customer, ref, first day. `per`: K of a sum's formula, None of a ratio."""

    rows: tuple[EvidenceRow, ...]
    total: int
    more: bool
    per: int | None


def read_page(engine: Engine, plan: EvidencePlan, asked: EvidenceAsked) -> EvidencePage:
    """The page, in a session that has `shares` and has repeated the plan's steps. Blocking: engine work."""
    found = _found(engine, plan, asked)
    total = found[0]["total"] if found else _total(engine, plan, asked)
    shown = [_row(each, plan.scale) for each in found[: asked.limit]]
    rows = tuple(reversed(shown) if asked.backward else shown)
    return EvidencePage(rows, total, len(found) > asked.limit, plan.per)


def _found(engine: Engine, plan: EvidencePlan, asked: EvidenceAsked) -> list[dict[str, Any]]:
    """The page and a row more, from its end where it is the last; each with the whole list's `total`."""
    values: dict[str, Any] = {"manager": asked.manager, "most": asked.limit + 1}
    conditions = ["true"]
    for sign, name, place in ((">", "after", asked.after), ("<", "before", asked.before)):
        if place is not None:
            conditions.append(_beyond(sign, name))
            values |= dict(zip((f"{name}_key", f"{name}_ref", f"{name}_first"), place, strict=True))
    turn = "DESC" if asked.backward else "ASC"
    return engine.rows(
        f"""SELECT * FROM (SELECT {_COLUMNS} FROM ({plan.sql}) AS "counted" WHERE "manager" = $manager) AS "mine"
            WHERE {" AND ".join(conditions)} ORDER BY "key" {turn}, "ref" {turn}, "first" {turn} LIMIT $most""",  # noqa: S608
        **values,
    )


def _beyond(sign: str, name: str) -> str:
    # Written out: two comparisons of whole rows, one from each side, are more than DuckDB 2 can plan.
    key, ref, first = f"${name}_key", f"${name}_ref", f"${name}_first"
    within = f'"ref" {sign} {ref} OR ("ref" = {ref} AND "first" {sign} {first})'
    return f'("key" {sign} {key} OR ("key" = {key} AND ({within})))'


def _total(engine: Engine, plan: EvidencePlan, asked: EvidenceAsked) -> int:
    """Of a list none of whose rows is on the page."""
    if asked.after is None and asked.before is None:
        return 0
    counted = f"""SELECT count(*) AS "total" FROM ({plan.sql}) AS "counted" WHERE "manager" = $manager"""  # noqa: S608
    return int(engine.rows(counted, manager=asked.manager)[0]["total"])


def _row(row: dict[str, Any], scale: int) -> EvidenceRow:
    numerator = Fraction(int(row["numerator"]), scale)
    days = (row["until"] - row["first"]).days
    return EvidenceRow(
        customer=row["customer"],
        ref=row["ref"],
        first=row["first"],
        until=row["until"],
        share_ppm=row["share_ppm"],
        numerator=numerator,
        denominator=Fraction(int(row["denominator"]), scale),
        counted=numerator * days * row["share_ppm"] / PPM,
    )
