"""Exact fractions as text and back: "16.25" where the decimal ends, "50/3" where it does not."""

from fractions import Fraction
from functools import lru_cache
from math import gcd

from core.numbers import parse_decimal, scaled_text


@lru_cache(maxsize=4096)
def exact_text(numerator: int, denominator: int = 1) -> str:
    """numerator ÷ denominator with nothing lost: decimal text without idle zeros, else "n/d" in lowest terms.

    The denominator is above zero. exact_text(3250, 200) is "16.25"; exact_text(100, 6) is "50/3".
    """
    shared = gcd(numerator, denominator)
    numerator, denominator = numerator // shared, denominator // shared
    if denominator == 1:
        return str(numerator)
    twos, rest = _times(denominator, 2)
    fives, rest = _times(rest, 5)
    if rest != 1:
        return f"{numerator}/{denominator}"
    digits = max(twos, fives)
    return scaled_text(numerator * 10**digits // denominator, digits)


def _times(number: int, factor: int) -> tuple[int, int]:
    """How often `factor` divides `number`, and what is left."""
    times = 0
    while number % factor == 0:
        number //= factor
        times += 1
    return times, number


def read_exact(text: str) -> Fraction:
    """What exact_text wrote, or any plain decimal. InputError NUMBER_INVALID otherwise."""
    numerator, _, denominator = text.partition("/")
    if denominator:
        return Fraction(int(numerator), int(denominator))
    return Fraction(parse_decimal(numerator))


def fraction_exact_text(value: Fraction) -> str:
    """exact_text of a fraction."""
    return exact_text(value.numerator, value.denominator)
