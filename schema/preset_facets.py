"""What presets can be filtered and ordered by: in memory, for they come with the product."""

import enum
from typing import Annotated, Any

import strawberry

from core.paging import Order, SortKey
from schema.facets import Facet, Facets
from schema.in_memory import MemoryList
from schema.operators import TEXT
from schema.order import OrderDirection, orders

PRESETS = Facets(
    name="Preset",
    permission="scheme:read",
    module=__name__,
    fields=(
        Facet("code", "", TEXT, "Its code."),
        Facet("label", "", TEXT, "Its name in English."),
        Facet("label_zh", "", TEXT, "Its name in Chinese."),
    ),
)
PresetFilter = PRESETS.filter_type

LISTED = MemoryList(
    "presets",
    PRESETS,
    {
        "code": lambda read: read.code,
        "label": lambda read: read.labels.en,
        "label_zh": lambda read: read.labels.zh,
    },
)

PresetFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=PresetFilter | None)
]


@strawberry.enum(description="What presets can be ordered by.")
class PresetOrderField(enum.Enum):
    """Keys."""

    CODE = strawberry.enum_value("code", description="Their code, by code points.")
    LABEL = strawberry.enum_value("label", description="Their name in English, by code points.")


@strawberry.input(description="One key of an order of presets. Equals come by code.")
class PresetOrder:
    """Key and direction."""

    field: PresetOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


PresetOrders = Annotated[
    list[PresetOrder] | None,
    strawberry.argument(description="Order: most important key first; by code unless told."),
]

_CODE = SortKey("code", "", "text")
_KEYS = {PresetOrderField.CODE: _CODE, PresetOrderField.LABEL: SortKey("label", "", "text")}


def preset_order(asked: list[PresetOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the preset's code."""
    return orders(asked or None, _KEYS, [Order(_CODE)], _CODE)
