"""Presets: schemes that come with the product."""

import strawberry
from strawberry import UNSET

from core.paging import Order, SortKey
from core.schemes.presets import Preset as CorePreset
from core.schemes.presets import presets
from schema.connection import After, Connection, Edge, First
from schema.context import Info
from schema.cursors import write_cursor
from schema.language import Locale
from schema.listing import Asked, connected, page_of
from schema.resolved import resolved
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


_ORDER = (Order(SortKey("code", "", "text")),)


@strawberry.type
class PresetRoots:
    """Entries to presets."""

    @resolved(description="The schemes that come with the product, by code; needs scheme:read.", needs="scheme:read")
    async def presets(self, info: Info, first: First = UNSET, after: After = UNSET) -> Connection[Preset] | None:
        """From the installation: no statement."""
        context = info.context
        require(context.caller, "scheme:read")
        page = page_of(context.bank, "presets", Asked(first, after), _ORDER)
        behind = page.after[0] if page.after else ""
        left = [preset for preset in presets() if preset.code > behind]
        edges = [
            Edge(
                cursor=write_cursor(context.bank, "presets", _ORDER, (preset.code,)),
                node=Preset(read=preset, code=preset.code, body=preset.text),
            )
            for preset in left[: page.first]
        ]

        async def count() -> int:
            return len(presets())

        return connected(edges, len(left) > page.first, page.after is not None, count)
