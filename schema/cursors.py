"""Cursors: where a row stands in its list, as opaque text.

The check inside is no secret. It tells cut, altered and mixed-up cursors (of another list, order or bank) from
ours; one that is forged all the same only names another place in a list its reader may read anyway.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson

from core.errors import InputError
from core.paging import Order, Position
from core.session import Bank

_CHECK_BYTES = 9
_LONGEST = 4000
_EXACT = re.compile(r"-?[0-9]{1,38}(\.[0-9]{1,38})?", re.ASCII)


def _text(value: str) -> str:
    if "\0" in value:
        raise ValueError("no text that PostgreSQL keeps")
    return value


def _integer(value: int, bits: int = 64) -> int:
    if isinstance(value, bool) or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise ValueError(f"no integer of {bits} bits")
    return value


def _moment(value: str) -> datetime:
    """In UTC, as we write it: near the ends of the calendar another zone's time cannot be said in it at all."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)


def _exact(value: str) -> Decimal:
    if not _EXACT.fullmatch(value):
        raise ValueError("no plain number")
    return Decimal(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


_READERS: Mapping[str, tuple[type, Callable[[Any], Any]]] = {
    "int": (int, _integer),
    "rank": (int, lambda value: _integer(value, bits=32)),
    "text": (str, _text),
    "exact": (str, _exact),
    "day": (str, date.fromisoformat),
    "moment": (str, _moment),
}
"""By `SortKey.kind`: the type in JSON, and the value PostgreSQL takes, or ValueError or OverflowError."""


def write_cursor(bank: Bank, listed: str, order: tuple[Order, ...], position: Position) -> str:
    """The cursor of a row of the list `listed` ("Run.scorecards", …)."""
    body = orjson.dumps([_plain(value) for value in position])
    return base64.urlsafe_b64encode(_check(bank, listed, order, body) + body).decode().rstrip("=")


def read_cursor(bank: Bank, listed: str, order: tuple[Order, ...], cursor: str) -> Position:
    """The position a cursor of the same list, order and bank names; InputError CURSOR_INVALID for any other text."""
    try:
        raw = base64.b64decode(cursor[:_LONGEST] + "=" * (-len(cursor) % 4), b"-_", validate=True)
        position = tuple(
            _read(part, value) for part, value in zip(order, orjson.loads(raw[_CHECK_BYTES:]), strict=True)
        )
        if write_cursor(bank, listed, order, position) != cursor:
            raise ValueError("its check is another, or it is not as we write it")
    except (binascii.Error, ValueError, TypeError, OverflowError) as error:
        raise InputError(
            "This cursor is not one of this list in this order: start again without `after`.", code="CURSOR_INVALID"
        ) from error
    return position


def _read(order: Order, value: Any) -> Any:
    if value is None and order.key.nullable:
        return None
    kind, read = _READERS[order.key.kind]
    if not isinstance(value, kind):
        raise ValueError("another type")
    return read(value)


def _check(bank: Bank, listed: str, order: tuple[Order, ...], body: bytes) -> bytes:
    keys = ",".join(f"{part.key.name}{'-' if part.descending else '+'}" for part in order)
    return hashlib.sha256(f"{bank.id}|{listed}|{keys}|".encode() + body).digest()[:_CHECK_BYTES]
