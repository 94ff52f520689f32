"""Balances of invented accounts, day by day: growth, a rush at month's ends, and chance. Whole fen."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from core.periods import next_month
from service.demo.invention import Account
from service.demo.plan import BASE, PERIOD

MONTH_END_RUSH = 35
"""Per mille by which deposits swell on the last three days of a month."""


def snapshot_days() -> list[date]:
    """Sundays and month's ends of both quarters, and the first day of all."""
    days = [BASE.first + timedelta(days=number) for number in range(BASE.days + PERIOD.days)]
    return [day for day in days if day == BASE.first or day.weekday() == 6 or _to_month_end(day) == 0]


def _to_month_end(day: date) -> int:
    return (next_month(day) - day).days - 1


def balance_fen(account: Account, day: date, chance: Random) -> int:
    """The closing balance of an open account on a day; `chance` belongs to account and day."""
    grown = account.trend * (day - BASE.first).days // 91
    rush = MONTH_END_RUSH if _to_month_end(day) < 3 else 0
    wobble = chance.randint(-account.wobble, account.wobble)
    return max(0, account.level_fen * (1000 + grown + rush + wobble) // 1000)


def is_open(account: Account, day: date) -> bool:
    """Whether the account holds money on that day."""
    return account.opened_on <= day and (account.closed_on is None or day < account.closed_on)


def snapshot(accounts: list[Account], seed: str, day: date) -> Iterator[tuple[str, date, int]]:
    """(account, day, balance in fen) of every open account; one that is missing is zero."""
    for account in accounts:
        if is_open(account, day):
            yield account.account, day, balance_fen(account, day, Random(f"{seed} {account.account} {day}"))


def transactions(accounts: list[Account], seed: str) -> Iterator[tuple[str, date, int]]:
    """(account, day, signed amount in fen): an opening, then what moves the balance to each next level."""
    for account in accounts:
        chance = Random(f"{seed} {account.account}")
        first = max(BASE.first, account.opened_on)
        last = account.closed_on or PERIOD.last + timedelta(days=1)
        day, held = first, 0
        while day < last:
            now = balance_fen(account, day, chance)
            if now != held:
                yield account.account, day, now - held
            held, day = now, day + timedelta(days=chance.randint(4, 16))
        if account.closed_on is not None and held and account.closed_on <= PERIOD.last:
            yield account.account, account.closed_on, -held
