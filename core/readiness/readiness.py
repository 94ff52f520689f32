"""Whether the facts of a period are ready to be assessed: what is missing, late, out of balance, or still to come."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from core.periods import Period


class Reason(StrEnum):
    """Why a run should not be made yet. The names are those of the bank's settings that say: stop or tell."""

    LATE = "late"
    MISSING = "missing"
    OUT_OF_BALANCE = "out_of_balance"


@dataclass(frozen=True, order=True, slots=True)
class DueFile:
    """One expected file of a feed. `due`: the last day on which it is in time; `accepted`: the day it came, if it did.

    Days are the bank's.
    """

    day: date
    feed: str
    fact: str
    shape: str
    due: date
    accepted: date | None = None


@dataclass(frozen=True, slots=True)
class LedgerDifference:
    """A general-ledger total that is not the sum of the bank's balances, both in minor units.

    `category` "all": over every category of the kind. `balances_minor` None: the bank's balances are not known on
    that day.
    """

    day: date
    kind: str
    category: str
    ledger_minor: int
    balances_minor: int | None

    @property
    def difference_minor(self) -> int:
        """Balances − ledger; unknown balances count as zero."""
        return (self.balances_minor or 0) - self.ledger_minor


@dataclass(frozen=True, order=True, slots=True)
class Unreconciled:
    """Balances that no ledger total was held against: on `days` of the days that had totals, `first` among them."""

    kind: str
    category: str
    days: int
    first: date


@dataclass(frozen=True)
class Readiness:
    """What was found about one period, as of `today` in the bank's time zone. Every list in a fixed order.

    `missing`: overdue and not there. `late`: there, but accepted after it was due. `waiting`: not there and not due
    yet. `ledger_days`: days of the period with general-ledger totals. `stops`: the reasons that stop a run.
    """

    period: Period
    today: date
    missing: tuple[DueFile, ...] = ()
    late: tuple[DueFile, ...] = ()
    waiting: tuple[DueFile, ...] = ()
    ledger_days: int = 0
    differences: tuple[LedgerDifference, ...] = ()
    unreconciled: tuple[Unreconciled, ...] = ()
    stops: tuple[Reason, ...] = ()

    @property
    def counts(self) -> dict[Reason, int]:
        """How much there is of each reason that was found."""
        found = {
            Reason.LATE: len(self.late),
            Reason.MISSING: len(self.missing),
            Reason.OUT_OF_BALANCE: len(self.differences),
        }
        return {reason: count for reason, count in found.items() if count}

    def stopped_by(self, reasons: tuple[Reason, ...]) -> "Readiness":
        """The same, with these reasons to stop."""
        return replace(self, stops=reasons)
