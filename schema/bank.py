"""The bank itself."""

import strawberry
from strawberry import UNSET

from core.indicators.indicator import Labels
from schema.context import Context, Info
from schema.ids import global_id
from schema.language import Locale
from schema.needs import found_under
from schema.node import Node
from schema.resolved import resolved
from tenants.callers import require


@found_under("bank:read")
@strawberry.type(description="The bank the caller's token belongs to.")
class Bank(Node):
    """There is only ever one in a conversation."""

    labels: strawberry.Private[Labels]
    code: str = strawberry.field(description="Code of the bank.")
    currency: str = strawberry.field(description="ISO 4217 code of its currency.")
    currency_digits: int = strawberry.field(description="Decimal places of an amount in that currency.")
    time_zone: str = strawberry.field(description="The time zone its days are counted in.")

    @resolved(description="Its name.")
    def name(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.labels, locale)

    @resolved(description="Codes of the indicator plugins it has enabled, sorted.", needs="plugin:read")
    def plugins(self, info: Info) -> list[str]:
        """From the catalogue."""
        require(info.context.caller, "plugin:read")
        return list(info.context.catalogue.plugins)


def bank(context: Context) -> Bank:
    """The caller's bank."""
    own = context.bank
    return Bank(
        id=global_id(own, "Bank", own.code),
        labels=Labels(own.name, own.name_zh),
        code=own.code,
        currency=own.currency,
        currency_digits=own.digits,
        time_zone=own.time_zone,
    )


@strawberry.type
class BankRoots:
    """Entry to the bank."""

    @resolved(name="bank", description="The caller's bank.", needs="bank:read")
    async def one_bank(self, info: Info) -> Bank | None:
        """No statement."""
        require(info.context.caller, "bank:read")
        return bank(info.context)
