"""What each manager is asked for. The bank set no targets: these are so much an account that a district keeps.

Kept are the accounts opened up to the period's last day, one at the least, so that every target is above zero.
"""

from collections import Counter
from decimal import Decimal

from core.periods import Period
from core.targets.store import NewTarget
from examples.berka.source import Source

PER_ACCOUNT = {"deposits.daily_average": Decimal("28000")}
"""CZK an account, whatever the period's length."""

PER_ACCOUNT_AND_DAY = {
    "deposits.daily_average_increment": Decimal("110"),
    "intermediate_income.total": Decimal("0.25"),
    "loans.granted": Decimal("16"),
}
"""CZK an account and calendar day."""


def targets_of(source: Source, period: Period) -> list[NewTarget]:
    """Every manager's targets of one period."""
    kept = Counter(account.district for account in source.accounts if account.opened_on <= period.last)
    figures = PER_ACCOUNT | {code: price * period.days for code, price in PER_ACCOUNT_AND_DAY.items()}
    return [
        NewTarget(district.code, indicator, figure * max(1, kept[district.code]))
        for district in source.districts
        for indicator, figure in figures.items()
    ]
