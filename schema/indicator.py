"""Indicators: what the bank can measure."""

import enum
from typing import Annotated

import strawberry
from strawberry import UNSET

from core.errors import NotFound
from core.indicators.indicator import Direction as CoreDirection
from core.indicators.indicator import Indicator as CoreIndicator
from core.indicators.indicator import Labels
from core.indicators.indicator import Unit as CoreUnit
from core.paging import Order, SortKey
from schema.connection import After, Connection, Edge, First
from schema.context import Context, Info
from schema.cursors import write_cursor
from schema.ids import global_id
from schema.language import Locale
from schema.listing import Asked, connected, page_of
from schema.needs import found_under
from schema.node import Node
from schema.resolved import resolved
from tenants.callers import require


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


@found_under("indicator:read")
@strawberry.type(description="An indicator (指标): a measured quantity per manager and period.")
class Indicator(Node):
    """`read` None: the plugin that named it is not installed now; its code is all that is known."""

    read: strawberry.Private[CoreIndicator | None]
    code: str = strawberry.field(description='Plugin and name, such as "deposits.daily_average".')
    plugin: str = strawberry.field(description="The plugin that measures it.")
    unit: Unit | None = strawberry.field(description="What it is shown in; null when its plugin is not installed now.")
    direction: BetterDirection | None = strawberry.field(
        description="Which way is better; null when its plugin is not installed now."
    )
    formula: str | None = strawberry.field(description='Id of its formula, such as "F3"; null when it has none.')

    @resolved(description="Its name for people; the code when its plugin is not installed now.")
    def label(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.read.labels if self.read else Labels(self.code, self.code), locale)

    @resolved(description="What is counted, in a sentence; empty when nobody wrote one.")
    def description(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.read.description if self.read else Labels("", ""), locale)


def indicator(context: Context, code: str) -> Indicator:
    """The indicator of a code: of any installed plugin, for an old result stays readable where one is disabled."""
    return _indicator(context, code, context.works.indicators.get(code))


def _indicator(context: Context, code: str, read: CoreIndicator | None) -> Indicator:
    return Indicator(
        id=global_id(context.bank, "Indicator", code),
        read=read,
        code=code,
        plugin=code.partition(".")[0],
        unit=Unit(read.unit) if read else None,
        direction=BetterDirection(read.direction) if read else None,
        formula=(read.formula or None) if read else None,
    )


_ORDER = (Order(SortKey("code", "", "text")),)


@strawberry.type
class IndicatorRoots:
    """Entries to indicators."""

    @resolved(description="The indicators of the plugins this bank has enabled, by code.", needs="indicator:read")
    async def indicators(self, info: Info, first: First = UNSET, after: After = UNSET) -> Connection[Indicator] | None:
        """From the catalogue: no statement."""
        context = info.context
        require(context.caller, "indicator:read")
        page = page_of(context.bank, "indicators", Asked(first, after), _ORDER)
        behind = page.after[0] if page.after else ""
        left = [code for code in context.catalogue.indicators if code > behind]
        edges = [
            Edge(
                cursor=write_cursor(context.bank, "indicators", _ORDER, (code,)),
                node=_indicator(context, code, context.catalogue.indicators[code]),
            )
            for code in left[: page.first]
        ]

        async def count() -> int:
            return len(context.catalogue.indicators)

        return connected(edges, len(left) > page.first, page.after is not None, count)

    @resolved(
        name="indicator",
        description="The indicator of this code; null with NOT_FOUND if the bank has none.",
        needs="indicator:read",
    )
    async def one_indicator(
        self, info: Info, code: Annotated[str, strawberry.argument(description="Plugin and name.")]
    ) -> Indicator | None:
        """Among those of enabled plugins."""
        require(info.context.caller, "indicator:read")
        if code not in info.context.catalogue.indicators:
            raise NotFound("There is no such indicator.")
        return indicator(info.context, code)
