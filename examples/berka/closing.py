"""Closing balances out of trans.asc, whose days have no order inside.

A day's closing balance is one of the balances recorded on it: the one nearest to the closing balance before plus the
day's signed amounts. Amounts and balances are rounded to 0.1 CZK, so the two need not be equal, and adding up
amounts alone would drift. Money is in hellers (0.01 CZK).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.errors import InputError
from core.numbers import exact_scaled, parse_decimal, scaled_text
from examples.berka.source import Source, read_day

SIGNS = {"PRIJEM": 1, "VYDAJ": -1, "VYBER": -1}
TOLERANCE = 100
"""A recorded balance farther than this from the sum would be of another account or of a file with rows missing."""

Booked = list[tuple[int, int]]
"""(signed amount, balance after the row) of one account and day, in no order."""


@dataclass(frozen=True)
class Closing:
    """What an account held at the end of a day on which it moved, and by how much that differs from before."""

    account: str
    day: date
    balance: int
    change: int


def closings(source: Source) -> Iterator[Closing]:
    """All accounts, each by day. InputError DATA_INVALID where no recorded balance fits."""
    for account, days in _booked(source).items():
        before = 0
        for day, rows in sorted(days.items()):
            balance = _closing_balance(before, rows)
            if balance is None:
                raise InputError(
                    f"trans.asc: no balance of account {account} on {day} fits its amounts.", code="DATA_INVALID"
                )
            yield Closing(account, day, balance, balance - before)
            before = balance


def _booked(source: Source) -> Mapping[str, Mapping[date, Booked]]:
    booked: dict[str, dict[date, Booked]] = defaultdict(lambda: defaultdict(list))
    days: dict[str, date] = {}
    for account, day, kind, amount, balance in source.rows(
        "trans.asc", ("account_id", "date", "type", "amount", "balance")
    ):
        if kind not in SIGNS:
            raise InputError(f"trans.asc: {kind[:20]!r} is not one of {', '.join(SIGNS)}.", code="DATA_INVALID")
        when = days.get(day) or days.setdefault(day, read_day(day))
        booked[account][when].append((SIGNS[kind] * _hellers(amount), _hellers(balance)))
    return booked


def _hellers(text: str) -> int:
    return exact_scaled(parse_decimal(text), 2)


def _closing_balance(before: int, rows: Booked) -> int | None:
    expected = before + sum(amount for amount, _ in rows)
    nearest = min((balance for _, balance in rows), key=lambda balance: (abs(balance - expected), balance))
    return nearest if abs(nearest - expected) <= TOLERANCE else None


def write_changes(source: Source, path: Path) -> None:
    """Write account_id;day;change for every closing balance: the file that balances.yaml reads."""
    with path.open("w", encoding="ascii", newline="") as file:
        file.write("account_id;day;change\n")
        for closing in closings(source):
            file.write(f"{closing.account};{closing.day};{scaled_text(closing.change, 2)}\n")
