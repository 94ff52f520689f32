"""The type of a decimal that people write in a scheme: text or a whole number, never a binary float."""

from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer
from pydantic_core import PydanticCustomError

from core.errors import InputError
from core.exact_text import exact_text
from core.numbers import parse_decimal

_LARGEST = 10**30


def read_decimal(value: Any) -> Decimal:
    """A decimal from plain decimal text or an int; FLOAT_REFUSED for a float: 0.1 is not a tenth there."""
    if isinstance(value, float):
        raise PydanticCustomError("FLOAT_REFUSED", "A number with decimals is written as text, in quotes.")
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise PydanticCustomError("NUMBER_INVALID", 'Write a plain decimal number as text, such as "12.5".')
    if isinstance(value, int) and abs(value) >= _LARGEST:
        raise PydanticCustomError("NUMBER_INVALID", "This number has more than 30 digits.")
    try:
        return parse_decimal(format(value, "f") if isinstance(value, Decimal) else str(value))
    except InputError as refused:
        raise PydanticCustomError("NUMBER_INVALID", "{sentence}", {"sentence": refused.message}) from refused


@lru_cache(maxsize=4096)
def decimal_text(value: Decimal) -> str:
    """The same text for equal decimals: no idle zeros, no exponent, zero without a sign."""
    return exact_text(*value.as_integer_ratio())


DecimalText = Annotated[Decimal, BeforeValidator(read_decimal), PlainSerializer(decimal_text, return_type=str)]
