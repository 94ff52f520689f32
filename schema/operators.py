"""What a field can be compared with, and the condition that becomes of it."""

import enum
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, TypeVar

import strawberry
from strawberry import UNSET

from core.errors import InputError
from core.facets import Condition
from core.periods import Period
from core.session import Bank
from core.statement import Arguments

T = TypeVar("T")
MOST_IN = 1_000
_EQ, _IN = "Equal to it.", f"Equal to one of them, at most {MOST_IN}; of an empty list: nothing."
_LT, _LTE, _GT, _GTE = "Below it.", "At most it.", "Above it.", "At least it."
_NULL = "true: has no value; false: has one."


@strawberry.input(description="Conditions on a whole number; all of them hold.")
class IntFilter:
    """Of 32 bits."""

    eq: int | None = strawberry.field(default=UNSET, description=_EQ)
    in_: list[int] | None = strawberry.field(default=UNSET, name="in", description=_IN)
    lt: int | None = strawberry.field(default=UNSET, description=_LT)
    lte: int | None = strawberry.field(default=UNSET, description=_LTE)
    gt: int | None = strawberry.field(default=UNSET, description=_GT)
    gte: int | None = strawberry.field(default=UNSET, description=_GTE)
    is_null: bool | None = strawberry.field(default=UNSET, description=_NULL)


@strawberry.input(description="Conditions on an exact number; all of them hold.")
class DecimalFilter:
    """In the unit in which it is shown."""

    eq: Decimal | None = strawberry.field(default=UNSET, description=_EQ)
    in_: list[Decimal] | None = strawberry.field(default=UNSET, name="in", description=_IN)
    lt: Decimal | None = strawberry.field(default=UNSET, description=_LT)
    lte: Decimal | None = strawberry.field(default=UNSET, description=_LTE)
    gt: Decimal | None = strawberry.field(default=UNSET, description=_GT)
    gte: Decimal | None = strawberry.field(default=UNSET, description=_GTE)
    is_null: bool | None = strawberry.field(default=UNSET, description=_NULL)


@strawberry.input(description="Conditions on a text, compared by code points; all of them hold.")
class StringFilter:
    """Case counts."""

    eq: str | None = strawberry.field(default=UNSET, description=_EQ)
    in_: list[str] | None = strawberry.field(default=UNSET, name="in", description=_IN)
    lt: str | None = strawberry.field(default=UNSET, description=_LT)
    lte: str | None = strawberry.field(default=UNSET, description=_LTE)
    gt: str | None = strawberry.field(default=UNSET, description=_GT)
    gte: str | None = strawberry.field(default=UNSET, description=_GTE)
    starts_with: str | None = strawberry.field(default=UNSET, description="Begins with it.")
    contains: str | None = strawberry.field(
        default=UNSET, description="Has it anywhere; only where the list without filter has at most 10,000 rows."
    )
    is_null: bool | None = strawberry.field(default=UNSET, description=_NULL)


@strawberry.input(description="Conditions on a day; all of them hold.")
class DateFilter:
    """Inclusive or not, as the name says."""

    eq: date | None = strawberry.field(default=UNSET, description=_EQ)
    in_: list[date] | None = strawberry.field(default=UNSET, name="in", description=_IN)
    lt: date | None = strawberry.field(default=UNSET, description="Before it.")
    lte: date | None = strawberry.field(default=UNSET, description="Not after it.")
    gt: date | None = strawberry.field(default=UNSET, description="After it.")
    gte: date | None = strawberry.field(default=UNSET, description="Not before it.")
    is_null: bool | None = strawberry.field(default=UNSET, description=_NULL)


@strawberry.input(description="Conditions on a moment; all of them hold.")
class DateTimeFilter:
    """To the microsecond."""

    lt: datetime | None = strawberry.field(default=UNSET, description="Before it.")
    lte: datetime | None = strawberry.field(default=UNSET, description="Not after it.")
    gt: datetime | None = strawberry.field(default=UNSET, description="After it.")
    gte: datetime | None = strawberry.field(default=UNSET, description="Not before it.")
    is_null: bool | None = strawberry.field(default=UNSET, description=_NULL)


@strawberry.input(description="Conditions on a period.")
class PeriodFilter:
    """As they are written."""

    eq: Period | None = strawberry.field(default=UNSET, description=_EQ)
    in_: list[Period] | None = strawberry.field(default=UNSET, name="in", description=_IN)


@strawberry.input(description="Conditions on a truth value.")
class BooleanFilter:
    """One way or the other."""

    eq: bool | None = strawberry.field(default=UNSET, description=_EQ)


@strawberry.input(description="Conditions on one of a few names; all of them hold.")
class EnumFilter(Generic[T]):
    """Of the enum's own values."""

    eq: T | None = strawberry.field(default=UNSET, description=_EQ)
    in_: list[T] | None = strawberry.field(default=UNSET, name="in", description=_IN)


@dataclass(frozen=True)
class Compared:
    """How a kind of column is compared. `input`: its operators. `cast`: its SQL type; `to_sql`: an operand's value."""

    input: Any
    cast: str
    to_sql: Callable[[Any], Any] = lambda value: value
    scale: int | None = None
    """Of whole numbers of 10^-scale, compared with exact numbers."""
    collate: bool = False
    is_money: bool = False

    def of(self, bank: Bank) -> "Compared":
        """Of this bank: its currency says how many minor units a major one has."""
        return replace(self, scale=bank.digits) if self.is_money else self


def _text(value: str) -> str:
    if "\0" in value:
        raise InputError("A text holds no NUL character.", code="FILTER_INVALID")
    return value


TEXT = Compared(StringFilter, "text", _text, collate=True)
INT = Compared(IntFilter, "integer")
DAY = Compared(DateFilter, "date")
MOMENT = Compared(DateTimeFilter, "timestamptz")
EXACT = Compared(DecimalFilter, "numeric")
PERIOD = Compared(PeriodFilter, "text", str)
BOOL = Compared(BooleanFilter, "boolean")
MONEY = Compared(DecimalFilter, "bigint", is_money=True)
"""Minor units, compared with major ones."""


def scaled(digits: int) -> Compared:
    """A whole number of 10^-digits."""
    return Compared(DecimalFilter, "bigint", scale=digits)


def named(kind: type[enum.Enum], stored: Mapping[Any, str] | None = None) -> Compared:
    """An enum whose members' values are what is stored, unless `stored` says otherwise."""

    def to_sql(member: Any) -> str:
        return stored[member] if stored else str(getattr(member.value, "value", member.value))

    return Compared(EnumFilter[kind], "text", to_sql)  # type: ignore[valid-type]


_SIGNS = {"eq": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_BEYOND = 2**63 - 1


def condition(sql: str, compared: Compared, asked: Any) -> Condition:
    """All of what was asked of one column; FILTER_INVALID for an operator with null."""
    shown = f'({sql}) COLLATE "C"' if compared.collate else f"({sql})"

    def build(arguments: Arguments) -> str:
        parts = [_part(shown, compared, name, value, arguments) for name, value in operators_of(asked)]
        return f"({' AND '.join(parts)})" if parts else "TRUE"

    return build


def operators_of(asked: Any) -> Iterator[tuple[str, Any]]:
    """What was asked of one column, by operator; FILTER_INVALID for null."""
    for name, value in vars(asked).items():
        if value is None:
            raise InputError("No operator takes null: ask `isNull`.", code="FILTER_INVALID")
        if value is not UNSET:
            yield name, value


def searches(asked: Any) -> bool:
    """Whether it looks for a text anywhere."""
    return getattr(asked, "contains", UNSET) is not UNSET


def _part(shown: str, compared: Compared, name: str, value: Any, arguments: Arguments) -> str:
    if name == "is_null":
        return f"{shown} IS {'' if value else 'NOT '}NULL"
    if name == "in_":
        return _one_of(shown, compared, value, arguments)
    if name == "starts_with":
        return _begins(shown, _text(value), arguments)
    if name == "contains":
        return f"strpos({shown}, {arguments.add(_text(value))}::text) > 0"
    if compared.scale is not None:
        return _whole(shown, name, Fraction(value) * 10**compared.scale, arguments)
    return f"{shown} {_SIGNS[name]} {arguments.add(compared.to_sql(value))}::{compared.cast}"


def _one_of(shown: str, compared: Compared, values: list[Any], arguments: Arguments) -> str:
    if len(values) > MOST_IN:
        raise InputError(f"`in` takes at most {MOST_IN} values.", code="FILTER_INVALID")
    if compared.scale is not None:
        exact = [Fraction(value) * 10**compared.scale for value in values]
        operands = [int(one) for one in exact if one.denominator == 1 and abs(one) <= _BEYOND]
    else:
        operands = [compared.to_sql(value) for value in values]
    return f"{shown} = ANY({arguments.add(operands)}::{compared.cast}[])"


def _begins(shown: str, prefix: str, arguments: Arguments) -> str:
    """A range, which an index by code points serves."""
    if not prefix:
        return f"{shown} IS NOT NULL"
    begins = f"{shown} >= {arguments.add(prefix)}::text"
    last = ord(prefix[-1]) + 1
    last = 0xE000 if last == 0xD800 else last
    if last > 0x10FFFF:
        return f"({begins} AND starts_with({shown}, {arguments.add(prefix)}::text))"
    return f"({begins} AND {shown} < {arguments.add(prefix[:-1] + chr(last))}::text)"


def _whole(shown: str, name: str, exact: Fraction, arguments: Arguments) -> str:
    """An exact number compared with whole ones: between two of them, nothing is equal and the nearer side counts."""
    if name == "eq" and (exact.denominator != 1 or abs(exact) > _BEYOND):
        return "FALSE"
    whole = math.floor(exact) if name in ("gt", "lte") else math.ceil(exact)
    if abs(whole) > _BEYOND:
        return f"{shown} IS NOT NULL" if (whole > 0) == (name in ("lt", "lte")) else "FALSE"
    return f"{shown} {_SIGNS[name]} {arguments.add(whole)}::bigint"
