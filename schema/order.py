"""What lists are ordered by."""

import enum
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from core.errors import InputError
from core.paging import Order, SortKey


@strawberry.enum(description="Direction of an order. Rows without a value come last in both.")
class OrderDirection(enum.Enum):
    """Which way."""

    ASC = strawberry.enum_value("asc", description="Smallest first.")
    DESC = strawberry.enum_value("desc", description="Largest first.")


def orders(
    asked: Sequence[Any] | None, keys: Mapping[Any, SortKey], default: Sequence[Order], *unique: SortKey
) -> tuple[Order, ...]:
    """The order asked for, or the default, ended by the keys that are unique together.

    ORDER_TWICE when a field is named twice.
    """
    found = [Order(keys[part.field], part.direction is OrderDirection.DESC) for part in asked or ()]
    if len({order.key for order in found}) < len(found):
        raise InputError("`orderBy` names a field twice.", code="ORDER_TWICE")
    found = found or list(default)
    named = {order.key for order in found}
    return (*found, *(Order(key) for key in unique if key not in named))
