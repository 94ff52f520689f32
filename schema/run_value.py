"""What a run measured of the bank as a whole."""

from decimal import Decimal

import strawberry
from strawberry import UNSET

from core.runs.reasons import reason_words
from core.runs.values import RunValueRead
from schema.context import Context, Info
from schema.indicator import Indicator, indicator
from schema.language import Locale
from schema.money import VALUE_DIGITS, scaled
from schema.resolved import resolved
from tenants.callers import require_everywhere


@strawberry.type(
    description="One indicator of one run: what all managers hold together, what nobody holds, and the bank. Of a sum "
    "managers + unattributed = bank, exactly before rounding; of a ratio that holds above and below the line, not for "
    "the quotients shown here."
)
class RunValue:
    """`read` is what core knows of it."""

    read: strawberry.Private[RunValueRead]
    managers: Decimal | None = strawberry.field(
        description="Of all managers together, in the indicator's unit, 6 decimals: a sum of theirs, a ratio of their "
        "sums. Null where not applicable, and of an indicator that is combined of others."
    )
    unattributed: Decimal | None = strawberry.field(
        description="Of what nobody holds (未分配), in the indicator's unit, 6 decimals; null where not applicable."
    )
    bank: Decimal | None = strawberry.field(
        description="Of the whole bank, as if one manager held everything, in the indicator's unit, 6 decimals; null "
        "where not applicable."
    )
    not_applicable: str | None = strawberry.field(
        description="Code of the reason why a figure is not applicable; null where there is none."
    )

    @resolved(description="The indicator, with its unit.")
    def indicator(self, info: Info) -> Indicator:
        """From the catalogue: no statement."""
        return indicator(info.context, self.read.indicator)

    @resolved(description="The reason why a figure is not applicable, in words; null where there is none.")
    def not_applicable_because(self, info: Info, locale: Locale = UNSET) -> str | None:
        """In the language asked for."""
        reason = self.read.not_applicable
        return info.context.words(reason_words(reason), locale) if reason else None


async def values_of(context: Context, run: str) -> list[RunValue]:
    """The values of a run, batched. Forbidden to whoever does not read every scorecard of the bank."""
    require_everywhere(context.caller, "scorecard:read")
    return [_run_value(read) for read in await context.loaders.values.load(run) or ()]


def _run_value(read: RunValueRead) -> RunValue:
    return RunValue(
        read=read,
        managers=scaled(read.managers_e6, VALUE_DIGITS),
        unattributed=scaled(read.unattributed_e6, VALUE_DIGITS),
        bank=scaled(read.bank_e6, VALUE_DIGITS),
        not_applicable=read.not_applicable,
    )
