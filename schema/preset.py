"""Presets: schemes that come with the product."""

import strawberry
from strawberry import UNSET

from core.schemes.presets import Preset as CorePreset
from core.schemes.presets import presets
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.language import Locale
from schema.listing import Asked
from schema.preset_facets import LISTED, PRESETS, PresetFiltered, PresetOrders, preset_order
from schema.resolved import resolved
from schema.tallies import connection_type
from tenants.callers import require


@strawberry.type(description="A preset (考核办法模板): a scheme to start from.")
class Preset:
    """`read` is what core knows of it."""

    read: strawberry.Private[CorePreset]
    code: str = strawberry.field(description='Its code, such as "city_bank_100".')
    body: str = strawberry.field(description="The scheme as YAML with comments, a text for saveScheme.")

    @resolved(description="Its name for people.")
    def label(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.read.labels, locale)

    @resolved(description="What kind of scheme it is, and what is left to the bank.")
    def description(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.read.description, locale)


PresetConnection = connection_type(PRESETS, Preset)


@strawberry.type
class PresetRoots:
    """Entries to presets."""

    @resolved(
        description="The schemes that come with the product, by code unless told; needs scheme:read.",
        needs="scheme:read",
        gives=PresetConnection | None,
    )
    async def presets(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: PresetOrders = UNSET,
        filter: PresetFiltered = UNSET,
    ) -> Connection[Preset] | None:
        """From the installation: no statement."""
        require(info.context.caller, "scheme:read")
        found: Connection[Preset] = LISTED.page(
            info,
            presets(),
            preset_order(order_by),
            lambda read: Preset(read=read, code=read.code, body=read.text),
            Asked(first, after, last, before),
            filter,
            PresetConnection,
        )
        return found
