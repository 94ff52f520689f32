"""Shares by day: on no day of a period may a customer be given away more than once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from core.periods import Period
from core.shares.attribution import check_share, check_sum


@dataclass(frozen=True)
class ShareSpan:
    """A manager's share of a customer from `first` until (exclusive) `until`."""

    customer: str
    manager: str
    share: Fraction
    first: date
    until: date

    def counts_on(self, day: date) -> bool:
        """Whether the share holds on `day`."""
        return self.first <= day < self.until


def check_days(spans: Iterable[ShareSpan], period: Period) -> None:
    """ShareRefused as `check_shares`: SHARE_OUT_OF_RANGE looked at first, SHARES_EXCEED_ONE on a day of the period."""
    of_customer: dict[str, list[ShareSpan]] = defaultdict(list)
    for span in spans:
        check_share(span.customer, span.manager, span.share)
        of_customer[span.customer].append(span)
    for customer, held in of_customer.items():
        # A sum rises only on a day on which a share begins, so these days are all that need a look.
        for day in {max(span.first, period.first) for span in held}:
            if day in period:
                check_sum(customer, (span.share for span in held if span.counts_on(day)))
