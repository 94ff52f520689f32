"""What a point rule's sum may come to: not below zero, not above its cap or limit, rounded once at the end."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from core.decimal_text import DecimalText
from core.numbers import POINTS_SCALE, divide_half_away

CAP_MULTIPLE = Decimal(2)
"""How many times its base a line can earn, unless the scheme's line says otherwise."""

CapMultiple = Annotated[DecimalText, Field(ge=0, le=1_000_000)]
Limit = Annotated[DecimalText, Field(ge=0, le=1_000_000_000)]


def bounded_points_e4(numerator: int, denominator: int, base: Fraction, cap_multiple: Decimal | Fraction) -> int:
    """numerator ÷ denominator points within [0, cap × base], then ten-thousandths, half away from zero.

    The denominator is above zero. Bounds come before the rounding, so that a bound is met exactly.
    """
    times, parts = cap_multiple.as_integer_ratio()
    return within_e4(numerator, denominator, times * base.numerator, parts * base.denominator)


def within_e4(numerator: int, denominator: int, most: int, parts: int) -> int:
    """numerator ÷ denominator points within [0, most ÷ parts], then ten-thousandths; both divisors above zero."""
    if numerator <= 0:
        return 0
    if numerator * parts > most * denominator:
        numerator, denominator = most, parts
    return divide_half_away(numerator * POINTS_SCALE, denominator)
