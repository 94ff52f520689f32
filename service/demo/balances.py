"""Balances of invented accounts: what they come to, and from which day on. Whole fen."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random

from service.demo.invention import Account
from service.demo.plan import LAST_DAY, SINCE
from service.demo.seasons import season_per_mille, turning_days

Moves = list[tuple[date, int]]
"""Days, ascending, with the closing balance from then on."""

_QUARTER = 91


def moves_of(accounts: Sequence[Account], seed: str) -> dict[str, Moves]:
    """Account → its closing balances. The first is of SINCE or of the day it was opened."""
    turns = {category: turning_days(SINCE, LAST_DAY, category) for category in ("corporate", "savings", "interbank")}
    return {account.account: list(_moves(account, turns[account.category], seed)) for account in accounts}


def _moves(account: Account, turns: Sequence[tuple[date, int]], seed: str) -> Iterator[tuple[date, int]]:
    chance = Random(f"{seed} {account.account}")
    first, until = max(SINCE, account.opened_on), account.closed_on or date.max
    leaves = account.left[0][0] if account.left else date.max
    yield first, _balance(account, first, season_per_mille(first, account.category), chance)
    for day, season in turns:
        if first < day < min(until, leaves) and chance.random() < 0.6:
            yield day, _balance(account, day, season, chance)
    for day, per_mille in account.left:
        yield day, account.level_fen * per_mille // 1000
    if account.closed_on and SINCE < account.closed_on <= LAST_DAY:
        yield account.closed_on, 0


def _balance(account: Account, day: date, season: int, chance: Random) -> int:
    grown = account.trend * (day - SINCE).days // _QUARTER
    wobble = chance.randint(-account.wobble, account.wobble)
    return max(0, account.level_fen * (1000 + grown + season + wobble) // 1000 + chance.randrange(100))


def average_fen(moves: Moves, first: date, until: date) -> int:
    """The daily average of one account from `first` until (exclusive) `until`."""
    total, balance, since = 0, 0, first
    for day, fen in moves:
        if day >= until:
            break
        if day > since:
            total, since = total + balance * (day - since).days, day
        balance = fen
    return (total + balance * (until - since).days) // (until - first).days


def on_day(moves: Mapping[str, Moves], days: Sequence[date]) -> Iterator[tuple[date, dict[str, int]]]:
    """Each day with the balances of all accounts that have one: account → fen."""
    booked = sorted((day, account, fen) for account, known in moves.items() for day, fen in known)
    held: dict[str, int] = {}
    place = 0
    for day in days:
        while place < len(booked) and booked[place][0] <= day:
            _, account, fen = booked[place]
            held[account] = fen
            place += 1
        yield day, {account: fen for account, fen in sorted(held.items()) if fen}
