"""Indicators: what the bank can measure."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from core.errors import NotFound
from core.indicators.indicator import Indicator as CoreIndicator
from core.indicators.indicator import Labels
from schema.connection import After, Before, Connection, First, Last
from schema.context import Context, Info
from schema.ids import global_id
from schema.indicator_facets import (
    INDICATORS,
    LISTED,
    BetterDirection,
    IndicatorFiltered,
    IndicatorOrders,
    Unit,
    indicator_order,
)
from schema.language import Locale
from schema.listing import Asked
from schema.needs import found_under
from schema.node import Node
from schema.resolved import resolved
from schema.tallies import connection_type
from tenants.callers import require


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


IndicatorConnection = connection_type(INDICATORS, Indicator)


@strawberry.type
class IndicatorRoots:
    """Entries to indicators."""

    @resolved(
        description="The indicators of the plugins this bank has enabled, by code unless told.",
        needs="indicator:read",
        gives=IndicatorConnection | None,
    )
    async def indicators(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: IndicatorOrders = UNSET,
        filter: IndicatorFiltered = UNSET,
    ) -> Connection[Indicator] | None:
        """From the catalogue: no statement."""
        context = info.context
        require(context.caller, "indicator:read")
        found: Connection[Indicator] = LISTED.page(
            info,
            list(context.catalogue.indicators.values()),
            indicator_order(order_by),
            lambda read: _indicator(context, read.code, read),
            Asked(first, after, last, before),
            filter,
            IndicatorConnection,
        )
        return found

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
