"""What indicators can be filtered, grouped and ordered by: in memory, for they come from the catalogue."""

import enum
from typing import Annotated, Any

import strawberry

from core.indicators.indicator import Direction as CoreDirection
from core.indicators.indicator import Indicator
from core.indicators.indicator import Unit as CoreUnit
from core.paging import Order, SortKey
from schema.facets import Facet, Facets
from schema.in_memory import MemoryList
from schema.operators import TEXT, named
from schema.order import OrderDirection, orders


@strawberry.enum(description="What a value is shown in.")
class Unit(enum.Enum):
    """Core's units."""

    MONEY = strawberry.enum_value(CoreUnit.MONEY, description="Major units of the bank's currency.")
    PERCENT = strawberry.enum_value(CoreUnit.PERCENT, description="Per cent.")
    COUNT = strawberry.enum_value(CoreUnit.COUNT, description="A number of things, weighted by share.")
    DAYS = strawberry.enum_value(CoreUnit.DAYS, description="Days.")
    SCORE = strawberry.enum_value(CoreUnit.SCORE, description="Points of a survey or review.")


@strawberry.enum(description="Which way is better.")
class BetterDirection(enum.Enum):
    """Core's directions."""

    HIGHER_IS_BETTER = strawberry.enum_value(CoreDirection.HIGHER_IS_BETTER, description="More is better.")
    LOWER_IS_BETTER = strawberry.enum_value(CoreDirection.LOWER_IS_BETTER, description="Less is better.")


def _unit(stored: str) -> Unit:
    return Unit(CoreUnit(stored))


def _direction(stored: str) -> BetterDirection:
    return BetterDirection(CoreDirection(stored))


INDICATORS = Facets(
    name="Indicator",
    permission="indicator:read",
    module=__name__,
    fields=(
        Facet("code", "", TEXT, "Plugin and name."),
        Facet("plugin", "", TEXT, "The plugin that measures it.", grouped=str, shown=str),
        Facet("unit", "", named(Unit), "What it is shown in.", grouped=_unit, shown=Unit),
        Facet(
            "direction", "", named(BetterDirection), "Which way is better.", grouped=_direction, shown=BetterDirection
        ),
        Facet("formula", "", TEXT, "Id of its formula; none where it has none.", grouped=str, shown=str),
        Facet("label", "", TEXT, "Its name in English."),
        Facet("label_zh", "", TEXT, "Its name in Chinese."),
    ),
)
IndicatorFilter = INDICATORS.filter_type


def _plugin(read: Indicator) -> str:
    return read.code.partition(".")[0]


LISTED = MemoryList(
    "indicators",
    INDICATORS,
    {
        "code": lambda read: read.code,
        "plugin": _plugin,
        "unit": lambda read: read.unit.value,
        "direction": lambda read: read.direction.value,
        "formula": lambda read: read.formula or None,
        "label": lambda read: read.labels.en,
        "label_zh": lambda read: read.labels.zh,
    },
)

IndicatorFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=IndicatorFilter | None)
]


@strawberry.enum(description="What indicators can be ordered by.")
class IndicatorOrderField(enum.Enum):
    """Keys."""

    CODE = strawberry.enum_value("code", description="Plugin and name, by code points.")
    FORMULA = strawberry.enum_value("formula", description="Id of the formula, by code points.")
    LABEL = strawberry.enum_value("label", description="Their name in English, by code points.")


@strawberry.input(description="One key of an order of indicators. Equals come by code.")
class IndicatorOrder:
    """Key and direction."""

    field: IndicatorOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


IndicatorOrders = Annotated[
    list[IndicatorOrder] | None,
    strawberry.argument(description="Order: most important key first; by code unless told."),
]

_CODE = SortKey("code", "", "text")
_KEYS = {
    IndicatorOrderField.CODE: _CODE,
    IndicatorOrderField.FORMULA: SortKey("formula", "", "text", nullable=True),
    IndicatorOrderField.LABEL: SortKey("label", "", "text"),
}


def indicator_order(asked: list[IndicatorOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the indicator's code."""
    return orders(asked or None, _KEYS, [Order(_CODE)], _CODE)
