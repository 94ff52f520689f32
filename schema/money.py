"""Numbers as people write them: major units, points with 4 decimals, values with 6."""

from decimal import Decimal

import strawberry

from core.numbers import scaled_decimal
from core.session import Bank

POINTS_DIGITS = 4
VALUE_DIGITS = 6
MULTIPLE_DIGITS = 2


@strawberry.type(description="An amount of money.")
class Money:
    """Exact, never a float."""

    amount: Decimal = strawberry.field(description="In major units (yuan), with the currency's digits.")
    currency: str = strawberry.field(description="ISO 4217 code of the bank's currency.")


def money(minor: int, bank: Bank) -> Money:
    """Minor units of the bank's currency as an amount."""
    return Money(amount=scaled_decimal(minor, bank.digits), currency=bank.currency)


def scaled(number: int | None, digits: int) -> Decimal | None:
    """A whole number of 10^-digits; None stays None."""
    return None if number is None else scaled_decimal(number, digits)
