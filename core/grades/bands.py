"""F12 (等次): total points, scaled to a base of 1,000, find their grade by its lower bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

SCALE = 1000
"""What a sheet's base total is scaled to before bounds are looked at."""


@dataclass(frozen=True)
class Band:
    """A grade and its lower bound on the scale of 1,000; None: everything below. Multiple in hundredths."""

    grade: str
    at_least: Decimal | None
    multiple_e2: int


def _bands(*rows: tuple[str, int | None, int]) -> tuple[Band, ...]:
    return tuple(Band(grade, None if bound is None else Decimal(bound), multiple) for grade, bound, multiple in rows)


CONTRIBUTION_1000 = _bands(
    ("A1", 1200, 300),
    ("A2", 1150, 290),
    ("A3", 1100, 280),
    ("B1", 1050, 265),
    ("B2", 1000, 250),
    ("B3", 950, 235),
    ("C1", 900, 220),
    ("C2", 850, 205),
    ("C3", 800, 190),
    ("D1", 750, 175),
    ("D2", 700, 160),
    ("D3", 650, 145),
    ("E1", 600, 130),
    ("E2", 550, 115),
    ("E3", None, 100),
)
"""效益贡献型: fifteen grades in five letters; 甲乙丙 are 1 2 3."""


def grade_of(points: Fraction, base_total: Fraction, bands: Sequence[Band]) -> Band:
    """F12: the highest band whose bound points × 1,000 ÷ base_total reaches; compared unrounded.

    `bands` descend and end with one without a bound, which takes everything below, zero and less included.
    """
    scaled = points * SCALE / base_total
    return next(band for band in bands if band.at_least is None or scaled >= Fraction(band.at_least))
