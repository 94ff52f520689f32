"""What F8 and F9 share: so many points for each thing counted, up to a limit, without a base."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from core.decimal_text import DecimalText, decimal_text
from core.indicators.value import Value
from core.points.bounds import Limit, within_e4
from core.points.rule import RuleParameters
from core.points.words import value_inputs


class CountedParameters(RuleParameters):
    """`points` for each unit of the indicator, at or above zero; `limit`: what the line comes to at most."""

    points: Annotated[DecimalText, Field(ge=0, le=1_000_000)]
    limit: Limit


def tally(events: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    """Σ(points × count) of events that count differently."""
    return sum((points * count for points, count in events), Fraction(0))


def counted_e4(numerator: int, denominator: int, limit: Decimal) -> int:
    """numerator ÷ denominator points within [0, limit], in ten-thousandths. The denominator is not zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return within_e4(numerator, denominator, *limit.as_integer_ratio())


def count_line(value: Value, parameters: CountedParameters) -> tuple[int, dict[str, str]]:
    """points × count of one line within [0, limit], and its inputs."""
    points, parts = parameters.points.as_integer_ratio()
    inputs = value_inputs(value)
    inputs["points"] = decimal_text(parameters.points)
    inputs["limit"] = decimal_text(parameters.limit)
    return counted_e4(points * value.numerator, parts * value.denominator, parameters.limit), inputs
