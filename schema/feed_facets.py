"""What feeds can be filtered and grouped by, and ordered by."""

import enum
from typing import Annotated, Any

import strawberry

from core.feeds.store import CODE, FACT, LABEL, SINCE
from core.paging import Order
from schema.facets import Facet, Facets
from schema.operators import DAY, INT, TEXT, named
from schema.order import OrderDirection, orders


@strawberry.enum(description="How often a feed sends.")
class FeedEvery(enum.Enum):
    """Rhythms."""

    DAY = strawberry.enum_value("day", description="Every day.")
    WORKDAY = strawberry.enum_value("workday", description="Monday to Friday.")
    WEEK = strawberry.enum_value("week", description="Sundays.")
    MONTH = strawberry.enum_value("month", description="The last day of each month.")
    QUARTER = strawberry.enum_value("quarter", description="The last day of each quarter.")
    YEAR = strawberry.enum_value("year", description="The last day of each year.")
    NEVER = strawberry.enum_value("never", description="It comes as it comes, and is never missed.")


FEEDS = Facets(
    name="Feed",
    permission="feed:read",
    module=__name__,
    fields=(
        Facet("code", "w.feed", TEXT, "The bank's own code."),
        Facet("label", "w.label", TEXT, "What it is called in English."),
        Facet("label_zh", "w.label_zh", TEXT, "What it is called in Chinese."),
        Facet("fact", "w.fact", TEXT, "The fact table its files are of.", grouped=str, shown=str),
        Facet("shape", "w.shape", TEXT, "How its rows add up.", grouped=str, shown=str),
        Facet("files", "w.file_pattern", TEXT, "Pattern of its files' names; empty: none are taken."),
        Facet("every", "w.every", named(FeedEvery), "How often it sends.", grouped=FeedEvery, shown=FeedEvery),
        Facet("due_days", "w.due_days", INT, "Calendar days by which a file is in time."),
        Facet("since", "w.since", DAY, "The first business day that is expected."),
        Facet("until", "w.until", DAY, "The last business day that is expected; none: no end."),
    ),
)
FeedFilter = FEEDS.filter_type

FeedFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=FeedFilter | None)
]


@strawberry.enum(description="What feeds can be ordered by.")
class FeedOrderField(enum.Enum):
    """Keys."""

    CODE = strawberry.enum_value("code", description="Their code, by code points.")
    FACT = strawberry.enum_value("fact", description="The fact table, by code points.")
    LABEL = strawberry.enum_value("label", description="What they are called in English, by code points.")
    SINCE = strawberry.enum_value("since", description="The first business day that is expected.")


@strawberry.input(description="One key of an order of feeds. Equals come by code.")
class FeedOrder:
    """Key and direction."""

    field: FeedOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


FeedOrders = Annotated[
    list[FeedOrder] | None,
    strawberry.argument(description="Order: most important key first; by code unless told."),
]

_KEYS = {FeedOrderField.CODE: CODE, FeedOrderField.FACT: FACT, FeedOrderField.LABEL: LABEL, FeedOrderField.SINCE: SINCE}


def feed_order(asked: list[FeedOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the feed's code."""
    return orders(asked or None, _KEYS, [Order(CODE)], CODE)
