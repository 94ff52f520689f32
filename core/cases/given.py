"""Reading what a case gives: exact numbers as text, codes as text, dates as YAML dates. CASE_INVALID otherwise."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from core.errors import InputError
from core.numbers import parse_decimal


class Given:
    """The mapping under `given`, or one inside it. Names that the rule does not know are refused at once."""

    def __init__(self, content: Any, known: set[str], place: str = "given") -> None:
        self._content, self._place = mapping(content, place), place
        if unknown := sorted(str(name) for name in self._content.keys() - known):
            raise invalid(place, f"does not know {', '.join(unknown)}")

    def __getitem__(self, name: str) -> Any:
        if name not in self._content:
            raise invalid(f"{self._place}.{name}", "is needed")
        return self._content[name]

    def get(self, name: str) -> Any | None:
        """The entry, or None where it is absent or null."""
        return self._content.get(name)

    def number(self, name: str) -> Fraction:
        """An exact number."""
        return number(self[name], f"{self._place}.{name}")

    def day(self, name: str) -> date:
        """A date."""
        return day(self[name], f"{self._place}.{name}")

    def code(self, name: str) -> str:
        """The code of a customer or manager."""
        return code(self[name], f"{self._place}.{name}")

    def numbers(self, name: str) -> dict[str, Fraction]:
        """Exact numbers by code."""
        return numbers(self[name], f"{self._place}.{name}")

    def rows(self, name: str, columns: set[str]) -> list["Given"]:
        """A list of mappings with these names."""
        place = f"{self._place}.{name}"
        if not isinstance(self[name], list):
            raise invalid(place, "must be a list")
        return [Given(row, columns, f"{place}[{number}]") for number, row in enumerate(self[name])]


def invalid(place: str, what: str) -> InputError:
    """A case that cannot be run as it is written."""
    return InputError(f"{place} {what}", code="CASE_INVALID")


def mapping(value: Any, place: str) -> Mapping[Any, Any]:
    """A mapping."""
    if not isinstance(value, dict):
        raise invalid(place, "must be a mapping")
    return value


def number(value: Any, place: str) -> Fraction:
    """Decimal text or a whole number, exactly. A binary float is not what was written: quotes are needed."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if not isinstance(value, str):
        raise invalid(place, f"must be a decimal in quotes, not {value!r}")
    try:
        return Fraction(parse_decimal(value))
    except InputError as refused:
        raise invalid(place, f"is no plain decimal: {value!r}") from refused


def numbers(value: Any, place: str) -> dict[str, Fraction]:
    """Exact numbers by code."""
    return {code(name, place): number(entry, f"{place}.{name}") for name, entry in mapping(value, place).items()}


def code(value: Any, place: str) -> str:
    """Text that names a customer or manager."""
    if not isinstance(value, str) or not value:
        raise invalid(place, f"must name codes as text in quotes, not {value!r}")
    return value


def day(value: Any, place: str) -> date:
    """A date without a time."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise invalid(place, f"must be a date such as 2026-09-30, not {value!r}")
    return value
