"""Bonus and deduction sections of a sheet: what they come to at most, and lines of theirs that do not apply."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.numbers import POINTS_SCALE, exact_scaled, scaled_text
from core.points.rule import LineKind
from core.runs.scorecard import ScoreLine
from core.schemes.scheme import Scheme

POINTS_DIGITS = len(str(POINTS_SCALE)) - 1


@dataclass(frozen=True)
class Extra:
    """A bonus or deduction section: the places of its lines on the sheet, and its limit in ten-thousandths or None."""

    places: Sequence[int]
    limit_e4: int | None


def extras_of(scheme: Scheme) -> list[Extra]:
    """The sections of a scheme whose lines have no base."""
    extras, first = [], 0
    for section in scheme.sections:
        places = range(first, first + len(section.lines))
        first = places.stop
        if section.kind is not LineKind.BASE:
            limit = None if section.limit is None else exact_scaled(section.limit, POINTS_DIGITS)
            extras.append(Extra(places, limit))
    return extras


def count_extras(scored: list[ScoreLine], extras: Sequence[Extra]) -> None:
    """Cut the lines of these sections to what the section's limit leaves, in their order; `inputs` say so.

    The line where the limit is met is cut, lines after it count zero: the total is still the sum of the lines.
    A line that is not applicable counts nothing.
    """
    for extra in extras:
        left = extra.limit_e4
        for place in extra.places:
            line = scored[place]
            if line.not_applicable is not None:
                scored[place] = replace(line, inputs={**line.inputs, "treatment": "nothing"})
            elif left is not None and extra.limit_e4 is not None:
                scored[place] = _cut(line, extra.limit_e4, left)
                left -= abs(scored[place].points_e4)


def _cut(line: ScoreLine, limit_e4: int, left_e4: int) -> ScoreLine:
    if abs(line.points_e4) <= left_e4:
        return line
    inputs = {
        **line.inputs,
        "section_limit": scaled_text(limit_e4, POINTS_DIGITS),
        "section_left": scaled_text(left_e4, POINTS_DIGITS),
    }
    return replace(line, points_e4=left_e4 if line.points_e4 > 0 else -left_e4, inputs=inputs)
