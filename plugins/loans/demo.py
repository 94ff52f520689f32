"""Invents the loans of a demonstration bank: granted, repaid, renewed; some go bad, struck customers' on one day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.plugin import DemoBank

Row = Sequence[str]
LIKELY = {"corporate": 70, "retail": 14, "interbank": 0}
"""Of a hundred customers, how many borrow."""
TEN_THOUSANDS = {"corporate": (10, 60, 300, 1_500), "retail": (2, 15, 60, 250)}
"""Ends of small, medium and large loans, in ten thousand yuan."""
MONTHS = {"corporate": (6, 12, 12, 24), "retail": (24, 36, 60)}
CATEGORY = {"corporate": "corporate", "retail": "savings"}
CLASSES = ((361, "loss"), (181, "doubtful"), (91, "substandard"), (1, "special_mention"), (0, "normal"))
"""From how many days overdue each class is given."""
WRITTEN_OFF_AFTER = 540
RATE_PPM = 45_000
BOOKING_DAY = 21
NO_DAY = date(9998, 12, 31)


@dataclass(frozen=True)
class _Loan:
    """Amounts in yuan. `bad_from`: from that day nothing is paid any more, NO_DAY if all is well."""

    loan: str
    customer: str
    kind: str
    granted_on: date
    amount: int
    months: int
    bad_from: date

    @property
    def account(self) -> str:
        """Its own loan account."""
        return f"A{self.loan}"

    @property
    def matures_on(self) -> date:
        """Paid back whole by then, unless it went bad."""
        return _after(self.granted_on, self.months)

    def owed(self, day: date) -> int:
        """Companies pay at the end, people a part each month."""
        if day < self.granted_on:
            return 0
        paid = min(day, self.bad_from - timedelta(days=1))
        if paid >= self.matures_on:
            return 0
        if self.kind == "corporate":
            return self.amount
        begun = (paid.year - self.granted_on.year) * 12 + paid.month - self.granted_on.month
        parts = max(0, begun - (paid.day < BOOKING_DAY))
        return self.amount * (self.months - min(parts, self.months)) // self.months

    def overdue_days(self, day: date) -> int:
        return max(0, (day - self.bad_from).days) if self.owed(day) else 0

    def listed(self, day: date) -> Row:
        """Its row in the list of that day."""
        days = self.overdue_days(day)
        classification = next(name for least, name in CLASSES if days >= least)
        gone = self.bad_from + timedelta(days=WRITTEN_OFF_AFTER) if days >= WRITTEN_OFF_AFTER else None
        return (
            self.loan, self.customer, self.account, self.granted_on.isoformat(), f"{self.amount}.00",
            f"{self.owed(day)}.00", classification, str(days), gone.isoformat() if gone else "",
        )  # fmt: skip


def invent_loans(bank: DemoBank) -> Mapping[str, Sequence[Row]]:
    """Lists of quarters' ends and of the period's months, loan accounts with their balances, and the interest."""
    loans = [loan for loan in _loans(bank) if loan.owed(bank.first) or loan.granted_on >= bank.first]
    lists = {
        f"loans@{day}": [loan.listed(day) for loan in loans if _is_listed(loan, day)]
        for day in _month_ends(bank)
        if day.month % 3 == 0 or day in bank.period
    }
    return lists | {
        "accounts": [_account(loan, bank) for loan in loans],
        "balances": [row for loan in loans for row in _balances(loan, bank)],
        "interest": [(f"LI{number:07}", *row) for number, row in enumerate(_interest(loans, bank), start=1)],
    }


def _is_listed(loan: _Loan, day: date) -> bool:
    """Granted, and owed still, or paid back within the quarter."""
    return loan.granted_on <= day and bool(loan.owed(day) or loan.owed(day - timedelta(days=92)))


def _loans(bank: DemoBank) -> Iterator[_Loan]:
    number = 0
    for customer, kind in bank.customers:
        if bank.random.randrange(100) >= LIKELY[kind] and customer not in bank.struck:
            continue
        for _ in range(bank.random.choices((1, 2, 3), (65, 25, 10))[0]):
            granted = bank.first + timedelta(days=bank.random.randrange(-700, 240))
            while granted <= bank.last:
                number += 1
                loan = _loan(f"L{number:06}", customer, kind, granted, bank)
                yield loan
                if loan.bad_from < NO_DAY or kind != "corporate" or bank.random.randrange(10) == 0:
                    break
                granted = loan.matures_on + timedelta(days=bank.random.randrange(1, 12))


def _loan(code: str, customer: str, kind: str, granted: date, bank: DemoBank) -> _Loan:
    chance, ends = bank.random, TEN_THOUSANDS[kind]
    size = chance.choices((0, 1, 2), (60, 32, 8))[0]
    amount = chance.randint(ends[size], ends[size + 1]) * 10_000
    bad_from = granted + timedelta(days=chance.randrange(60, 700)) if chance.randrange(40) == 0 else NO_DAY
    if customer in bank.struck and granted < bank.struck[customer]:
        bad_from = bank.struck[customer]
    return _Loan(code, customer, kind, granted, amount, chance.choice(MONTHS[kind]), bad_from)


def _account(loan: _Loan, bank: DemoBank) -> Row:
    closed = loan.matures_on if loan.owed(loan.matures_on) == 0 and loan.matures_on <= bank.last else None
    dates = (loan.granted_on.isoformat(), closed.isoformat() if closed else "")
    return (loan.account, loan.customer, "loan", CATEGORY[loan.kind], *dates)


def _balances(loan: _Loan, bank: DemoBank) -> Iterator[Row]:
    """account, day, balance: what is owed from each day on which it changes."""
    begins = max(bank.first, loan.granted_on)
    days = {begins, loan.matures_on, *(day for day in _booking_days(bank) if day > begins)}
    before = 0
    for day in sorted(days):
        owed = loan.owed(day)
        if owed != before and begins <= day <= bank.last:
            yield loan.account, day.isoformat(), f"{owed}.00"
            before = owed


def _interest(loans: Sequence[_Loan], bank: DemoBank) -> Iterator[Row]:
    """customer, account, loan, day, kind, amount: due each month; who is overdue pays nothing."""
    for day in _booking_days(bank):
        for loan in loans:
            fen = loan.owed(day - timedelta(days=1)) * 100 * RATE_PPM // 12_000_000
            if not fen or loan.overdue_days(day) > CLASSES[1][0]:
                continue
            booking = (loan.customer, loan.account, loan.loan, day.isoformat())
            amount = f"{fen // 100}.{fen % 100:02}"
            yield *booking, "due", amount
            if loan.overdue_days(day) == 0 and day < loan.bad_from:
                yield *booking, "received", amount


def _booking_days(bank: DemoBank) -> list[date]:
    days = (day.replace(day=BOOKING_DAY) for day in (bank.first, *(_next(day) for day in _month_ends(bank))))
    return [day for day in days if day <= bank.last]


def _month_ends(bank: DemoBank) -> list[date]:
    """Ends of the months that are over by the last day."""
    ends, day = [], bank.first
    while (day := _after(day.replace(day=1), 1)) - timedelta(days=1) <= bank.last:
        ends.append(day - timedelta(days=1))
    return ends


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _after(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, min(day.day, 28))
