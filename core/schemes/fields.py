"""Checks of single fields of a scheme, for pydantic to call; each refuses with a code and a sentence."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from core.errors import InputError
from core.numbers import exact_scaled

_DEEPEST = 8
Bands = TypeVar("Bands", bound=tuple[Any, ...])


def plain_text(text: str) -> str:
    """Text a person could have typed: no control characters, no blanks around it."""
    if not text.isprintable() or text != text.strip():
        raise PydanticCustomError("TEXT_INVALID", "Use visible characters only, without blanks around them.")
    return text


def plain_data(value: Any, depth: int = 0) -> Any:
    """JSON without binary floats: text, whole numbers, true, false, null, and lists and mappings of them."""
    if depth > _DEEPEST:
        raise PydanticCustomError("TOO_DEEP", "Parameters may not be nested this deep.")
    if isinstance(value, float):
        raise PydanticCustomError("FLOAT_REFUSED", "A number with decimals is written as text, in quotes.")
    if isinstance(value, dict):
        return {_plain_key(key): plain_data(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain_data(inner, depth + 1) for inner in value]
    if isinstance(value, str):
        return plain_text(value)
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**63):
        return value
    raise PydanticCustomError("TYPE_WRONG", "Use text, whole numbers, true, false, lists and mappings only.")


def _plain_key(key: Any) -> str:
    if not isinstance(key, str):
        raise PydanticCustomError("TYPE_WRONG", "Names inside parameters are text.")
    return plain_text(key)


def decimal_places(digits: int) -> Callable[[Decimal], Decimal]:
    """A check that a decimal has at most `digits` places (NUMBER_TOO_PRECISE)."""

    def check(value: Decimal) -> Decimal:
        try:
            exact_scaled(value, digits)
        except InputError as refused:
            raise PydanticCustomError(
                "NUMBER_TOO_PRECISE", "Use at most {digits} decimal places.", {"digits": digits}
            ) from refused
        return value

    return check


def fits_currency(value: Decimal, info: ValidationInfo) -> Decimal:
    """An amount with at most as many decimal places as the bank's currency has."""
    return decimal_places(info.context["digits"] if info.context else 2)(value)


def bands_descend(bands: Bands) -> Bands:
    """Bounds fall from band to band, only the last has none, and no grade is named twice."""
    bounds = [band.at_least for band in bands[:-1]]
    if bands[-1].at_least is not None or None in bounds:
        raise PydanticCustomError(
            "BANDS_LAST_IS_OPEN", "Every grade but the last needs at_least; the last takes everything below."
        )
    if any(above <= below for above, below in pairwise(bounds)):
        raise PydanticCustomError("BANDS_NOT_DESCENDING", "Write the grades highest first, each bound once.")
    if len({band.grade for band in bands}) != len(bands):
        raise PydanticCustomError("GRADE_DUPLICATE", "A grade is named twice.")
    return bands
