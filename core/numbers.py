"""Exact numbers: integers with a named scale inside, plain decimal text at the edges. No binary floats.

Scales: money is minor units ("fen"), a share is millionths (ppm), points are ten-thousandths (e4),
a shown value is millionths of its unit (e6).
"""

import re
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction

from core.errors import InputError

PPM = 1_000_000
POINTS_SCALE = 10_000

_PLAIN = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")


def parse_decimal(text: str) -> Decimal:
    """A plain decimal: digits, one point, a sign. No exponent, NaN, infinity or blanks: InputError NUMBER_INVALID."""
    if _PLAIN.fullmatch(text) is None:
        raise InputError(f"{text[:40]!r} is not a plain decimal number.", code="NUMBER_INVALID")
    return Decimal(text)


def divide_half_away(numerator: int, denominator: int) -> int:
    """numerator ÷ denominator as the nearest integer; exact halves go away from zero, below zero too."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, rest = divmod(abs(numerator), denominator)
    if 2 * rest >= denominator:
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def round_half_away(value: Fraction, digits: int = 0) -> int:
    """`value` × 10^digits as the nearest integer, halves away from zero: the one rounding of shown figures."""
    return divide_half_away(value.numerator * 10**digits, value.denominator)


def scaled_text(scaled: int, digits: int) -> str:
    """An integer number of 10^-digits as decimal text with exactly `digits` places; zero has no sign.

    scaled_text(-12345, 4) is "-1.2345".
    """
    sign = "-" if scaled < 0 else ""
    whole, part = divmod(abs(scaled), 10**digits)
    return f"{sign}{whole}.{part:0{digits}}" if digits else f"{sign}{whole}"


def scaled_decimal(scaled: int, digits: int) -> Decimal:
    """An integer number of 10^-digits as an exact Decimal with `digits` places."""
    return Decimal(scaled_text(scaled, digits))


def fraction_text(value: Fraction, digits: int) -> str:
    """`value` rounded half away from zero, shown with exactly `digits` places."""
    return scaled_text(round_half_away(value, digits), digits)


def _shown(value: Decimal) -> str:
    """Plain text: a tiny number has no exponent either, and no end that nobody reads."""
    return format(value, "f")[:40] if -60 < value.adjusted() < 60 else "This number"


def exact_scaled(value: Decimal, digits: int) -> int:
    """`value` × 10^digits where that is a whole number; InputError NUMBER_TOO_PRECISE where it is not."""
    with localcontext() as context:
        context.prec = 100
        scaled = value.scaleb(digits)
        if scaled != scaled.to_integral_value(rounding=ROUND_DOWN):
            raise InputError(f"{_shown(value)} has more than {digits} decimal places.", code="NUMBER_TOO_PRECISE")
        return int(scaled)
