"""Invents the loans of a demonstration bank: three years of granting, some gone bad, an overdue wave in mid-quarter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.plugin import DemoBank

LIKELY = {"corporate": 75, "retail": 14, "interbank": 0}
"""Of a hundred customers, how many borrow."""
TEN_THOUSANDS = {"corporate": (10, 60, 300, 2_500), "retail": (2, 15, 60, 250)}
"""Ends of small, medium and large loans, in ten thousand yuan."""
CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")
BAD = CLASSES[2:]
WAVE = timedelta(days=45)
"""How long after the period's first day a trade in trouble stops paying."""
RATE_PPM = 45_000
INTEREST_DAY = 21


@dataclass
class _Loan:
    """`before`: the class when the period began, None if it was granted since. Amounts in yuan."""

    loan: str
    customer: str
    granted_on: date
    amount: int
    owed: int
    before: str | None
    now: str
    overdue_days: int = 0
    written_off_on: date | None = None

    def listed(self, classification: str, overdue_days: int, written_off_on: date | None) -> Sequence[str]:
        """A row of the list of loans."""
        return (
            self.loan, self.customer, "", self.granted_on.isoformat(), f"{self.amount}.00", f"{self.owed}.00",
            classification, str(overdue_days), written_off_on.isoformat() if written_off_on else "",
        )  # fmt: skip


def invent_loans(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """The list as it was when the period began and as it is on its last day, and the period's interest."""
    loans = list(_loans(bank))
    eve = bank.period.previous().last
    return {
        f"loans@{eve}": [loan.listed(loan.before, 0, None) for loan in loans if loan.before],
        f"loans@{bank.period.last}": [
            loan.listed(loan.now, loan.overdue_days, loan.written_off_on) for loan in loans
        ],
        "interest": [
            (f"LI{number:07}", *booking) for number, booking in enumerate(_interest(loans, bank), start=1)
        ],
    }  # fmt: skip


def _loans(bank: DemoBank) -> Iterator[_Loan]:
    number = 0
    for customer, kind in bank.customers:
        if bank.random.randrange(100) < LIKELY[kind]:
            troubled = bank.random.randrange(20) == 0
            for _ in range(bank.random.choices((1, 2, 3), (60, 28, 12))[0]):
                number += 1
                yield _worsened(_loan(f"L{number:06}", customer, kind, bank), troubled, bank)


def _loan(code: str, customer: str, kind: str, bank: DemoBank) -> _Loan:
    chance, ends = bank.random, TEN_THOUSANDS[kind]
    size = chance.choices((0, 1, 2), (60, 32, 8))[0]
    amount = chance.randint(ends[size], ends[size + 1]) * 10_000
    recent = chance.randrange(6) == 0
    days = bank.period.days if recent else 1_000
    first = bank.period.first if recent else bank.period.first - timedelta(days=days)
    granted = first + timedelta(days=chance.randrange(days))
    owed = amount if recent else amount * chance.randint(40, 100) // 100
    before = None if recent else chance.choices(CLASSES, (935, 45, 12, 6, 2))[0]
    return _Loan(code, customer, granted, amount, owed, before, before or "normal")


def _worsened(loan: _Loan, troubled: bool, bank: DemoBank) -> _Loan:
    """What the period made of it: the wave, loans that follow it down, the worst written off."""
    chance = bank.random
    if troubled and loan.before == "normal":
        loan.overdue_days = (bank.period.last - bank.period.first - WAVE).days
        loan.now = chance.choices(("special_mention", "substandard"), (70, 30))[0]
    elif loan.now == "special_mention":
        loan.overdue_days = chance.choices((0, 15, 60), (60, 25, 15))[0]
        loan.now = chance.choices(("special_mention", "normal", "substandard"), (80, 12, 8))[0]
    elif loan.now in BAD:
        loan.overdue_days = chance.randint(91, 700)
    if loan.now == "loss" and chance.randrange(3) == 0:
        loan.written_off_on = bank.period.first + timedelta(days=chance.randrange(bank.period.days))
    return loan


def _interest(loans: Sequence[_Loan], bank: DemoBank) -> Iterator[Sequence[str]]:
    """customer, account, loan, day, kind, amount: due on a day of each month; who is overdue pays nothing."""
    for month in bank.period.months:
        day = month.replace(day=INTEREST_DAY)
        for loan in loans:
            if loan.granted_on >= day or loan.now in BAD[1:]:
                continue
            fen = loan.owed * 100 * RATE_PPM // 12_000_000
            amount = f"{fen // 100}.{fen % 100:02}"
            yield loan.customer, "", loan.loan, day.isoformat(), "due", amount
            if day <= bank.period.last - timedelta(days=loan.overdue_days):
                yield loan.customer, "", loan.loan, day.isoformat(), "received", amount
