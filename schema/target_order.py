"""What targets can be ordered by."""

import enum
from collections.abc import Sequence
from typing import Annotated

import strawberry

from core.paging import Order, SortKey
from core.targets.read import INDICATOR, MANAGER, PERIOD, TARGET
from schema.order import OrderDirection, orders


@strawberry.enum(description="What targets can be ordered by.")
class TargetOrderField(enum.Enum):
    """Keys."""

    INDICATOR = strawberry.enum_value("indicator", description="Code of the indicator, by code points.")
    MANAGER = strawberry.enum_value("manager", description="Code of the manager, by code points.")
    PERIOD = strawberry.enum_value("period", description='The period\'s text, by code points ("2026-Q3").')
    TARGET = strawberry.enum_value("target", description="The figure, whatever its unit.")


@strawberry.input(description="One key of an order of targets.")
class TargetOrder:
    """Key and direction."""

    field: TargetOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


TargetOrders = Annotated[
    list[TargetOrder] | None,
    strawberry.argument(
        description="Order: most important key first; newest period, manager and indicator unless told."
    ),
]

_KEYS: dict[TargetOrderField, SortKey] = {
    TargetOrderField.INDICATOR: INDICATOR,
    TargetOrderField.MANAGER: MANAGER,
    TargetOrderField.PERIOD: PERIOD,
    TargetOrderField.TARGET: TARGET,
}


def target_order(asked: Sequence[TargetOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by period, manager and indicator."""
    return orders(asked or None, _KEYS, [Order(PERIOD, descending=True)], PERIOD, MANAGER, INDICATOR)
