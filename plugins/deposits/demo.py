"""Invents what a demonstration bank pays its depositors: interest, credited on the twentieth day of a quarter's end."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from core.plugin import DemoBank

YUAN = {"corporate": (80, 9_000), "interbank": (2_000, 60_000), "savings": (1, 600)}
"""From where to where a quarter's interest on an account goes, by its category."""
SETTLED_ON = 20


def invent_interest(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """One booking for every deposit account at the end of each quarter."""
    days = [day for day in _days(bank) if day.month % 3 == 0]
    rows: list[Sequence[str]] = []
    for account, customer, kind, category in bank.accounts:
        for day in days if kind == "deposit" else ():
            low, high = YUAN[category]
            fen = bank.random.randint(low * 100, high * 100)
            amount = f"{fen // 100}.{fen % 100:02}"
            rows.append((f"DI{len(rows) + 1:07}", customer, account, "", day.isoformat(), "paid", amount))
    return {"interest": rows}


def _days(bank: DemoBank) -> Iterator[date]:
    day = bank.first.replace(day=SETTLED_ON)
    while day <= bank.last:
        yield day
        day = (day + timedelta(days=31)).replace(day=SETTLED_ON)
