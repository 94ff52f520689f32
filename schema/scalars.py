"""Our scalars. All are strings on the wire: no binary float comes in or goes out."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import strawberry
from graphql import GraphQLError, StringValueNode, ValueNode
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from core.errors import InputError
from core.periods import Period
from schema.multipart import Uploaded

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")


def _reader(sentence: str, pattern: re.Pattern[str], make: Callable[[str], Any]) -> Callable[[object], Any]:
    def read(value: object) -> Any:
        if isinstance(value, str) and pattern.fullmatch(value):
            try:
                return make(value)
            except (ValueError, OverflowError, InputError):
                pass
        raise GraphQLError(sentence)  # its text reaches the client: nothing of `value` is in it

    return read


def _scalar(
    name: str, description: str, write: Callable[[Any], str], read: Callable[[object], Any]
) -> ScalarDefinition:
    def read_literal(node: ValueNode, _variables: object = None) -> Any:
        try:
            return read(node.value if isinstance(node, StringValueNode) else None)
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from None  # with its place in the document

    return strawberry.scalar(
        name=name, description=description, serialize=write, parse_value=read, parse_literal=read_literal
    )


def _plain(value: Decimal) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():  # a defect of ours: it is masked
        raise TypeError("a Decimal field holds no finite Decimal")
    return format(value, "f")


def _utc(value: datetime) -> str:
    if value.tzinfo is None:
        raise TypeError("a DateTime field holds a time without a zone")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _uploaded(value: object) -> Uploaded:
    if not isinstance(value, Uploaded):
        raise GraphQLError("An Upload is a file sent as multipart/form-data.")
    return value


def _never_written(value: object) -> str:
    raise TypeError("an Upload is never answered")


SCALARS: dict[object, ScalarDefinition] = {
    Decimal: _scalar(
        "Decimal",
        'An exact number as a string such as "12.50": digits and one point; no exponent, no NaN.',
        _plain,
        _reader('A Decimal is a string such as "12.50": no number, no exponent, no NaN.', _DECIMAL, Decimal),
    ),
    date: _scalar(
        "Date",
        'A day as a string such as "2026-09-30".',
        date.isoformat,
        _reader('A Date is a string such as "2026-09-30".', _DAY, date.fromisoformat),
    ),
    datetime: _scalar(
        "DateTime",
        "A moment, RFC 3339 with a zone; answers are in UTC.",
        _utc,
        _reader(
            'A DateTime is a string such as "2026-09-30T08:00:00Z".',
            _MOMENT,
            # In UTC: near the ends of the calendar another zone's time cannot be said in it at all.
            lambda text: datetime.fromisoformat(text.upper()).astimezone(UTC),
        ),
    ),
    Period: _scalar(
        "Period",
        'An assessment period: month "2026-09", quarter "2026-Q3", half-year "2026-H1" or year "2026".',
        str,
        _reader(
            'A Period is a string such as "2026-09", "2026-Q3", "2026-H1" or "2026".',
            re.compile(r"[0-9A-Z-]{4,7}"),
            Period.parse,
        ),
    ),
    Uploaded: _scalar(
        "Upload", "A file sent with the request as multipart/form-data; only as a variable.", _never_written, _uploaded
    ),
}

CONFIG = StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True)
