"""Kinds of columns: what is selected of them, how a value is written as JSON, and what a resolver gives for it."""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from core.numbers import scaled_decimal
from core.periods import Period
from core.session import Bank
from schema.context import Context
from schema.ids import global_id


@dataclass(frozen=True)
class Kind:
    """`select`: SQL of the column `{0}`. `write`: JSON text of what was selected; None is never given to it.

    `value`: what the field's Strawberry type takes, of the context and the attributes of the row as read.
    `with_context`: `write` takes the context first.
    """

    select: str
    write: Callable[..., str]
    value: Callable[..., Any]
    with_context: bool = False


def _itself(_context: Context, value: Any) -> Any:
    return value


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _day(value: date) -> str:
    return f'"{value.isoformat()}"'


def _moment(value: datetime) -> str:
    return f'"{value.astimezone(UTC).isoformat().replace("+00:00", "Z")}"'


def _number(text: str) -> str:
    return f'"{text}"'


def shifted(digits: int) -> Callable[[str], str]:
    """Writer of whole numbers of 10^-digits, given as text: "-1" with 4 digits is "-0.0001"."""

    def write(text: str) -> str:
        if len(text) > digits and text[0] != "-":
            return f'"{text[:-digits]}.{text[-digits:]}"'
        sign, bare = ("-", text[1:]) if text[0] == "-" else ("", text)
        filled = bare.rjust(digits + 1, "0")
        return f'"{sign}{filled[:-digits]}.{filled[-digits:]}"'

    return write


def scaled(digits: int) -> Kind:
    """A whole number of 10^-digits."""
    return Kind("{0}::text", shifted(digits), lambda _context, value: scaled_decimal(int(value), digits))


def enumerated(kind: type[enum.Enum]) -> Kind:
    """A text of the database that is a member's value. A text that is none is a defect of ours: KeyError."""
    names = {getattr(member.value, "value", member.value): f'"{name}"' for name, member in kind.__members__.items()}
    return Kind("{0}", names.__getitem__, lambda _context, value: kind(value))


def global_id_of(kind: str) -> Kind:
    """The global id of an object of this type, of its key's columns."""

    def value(context: Context, *key: Any) -> str:
        return global_id(context.bank, kind, *(str(part) for part in key))

    def write(context: Context, *key: Any) -> str:
        return f'"{value(context, *key)}"'

    return Kind("{0}", write, value, with_context=True)


INT = Kind("{0}", str, _itself)
TEXT = Kind("{0}", encode_basestring, _itself)
FILLED = Kind("nullif({0}, '')", encode_basestring, lambda _context, value: value or None)
"""A text that is null where it is empty."""
LONG = Kind("{0}::text", _number, lambda _context, value: str(value))
"""A whole number that may exceed 32 bits, as text."""
BOOL = Kind("{0}", _bool, _itself)
DAY = Kind("{0}", _day, _itself)
LAST_DAY = Kind("CASE WHEN {0} < DATE '9999-12-31' THEN {0} - 1 END", _day, _itself)
"""The day before an exclusive end; null where the end is open."""
MOMENT = Kind("{0}", _moment, _itself)
PERIOD = Kind("{0}", encode_basestring, lambda _context, value: Period.parse(value))
"""A period as it is stored: as it is written."""
EXACT = Kind("{0}::text", _number, lambda _context, value: Decimal(value))
"""A numeric, with the digits it is stored with."""
POINTS = scaled(4)
VALUE = scaled(6)
MULTIPLE = scaled(2)


def money_writer(bank: Bank, fields: Sequence[tuple[str, str]]) -> Callable[[str], str]:
    """Writer of Money of minor units given as text. `fields`: response keys with the fields they ask for."""
    amount = shifted(bank.digits) if bank.digits else _number
    known = {"amount": "%s", "currency": encode_basestring(bank.currency).replace("%", "%%"), "": '"Money"'}
    text = "{" + ",".join(f'"{key}":{known[name]}' for key, name in fields) + "}"
    if not any(name == "amount" for _, name in fields):
        return lambda _minor: text
    count = sum(name == "amount" for _, name in fields)
    return lambda minor: text % ((amount(minor),) * count)
