"""Invents the loans of a demonstration bank: two years of granting, a few gone bad."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.plugin import DemoBank

LIKELY = {"corporate": 75, "retail": 14, "interbank": 0}
"""Of a hundred customers, how many borrow."""
TEN_THOUSANDS = {"corporate": (10, 60, 300, 2_500), "retail": (2, 15, 60, 250)}
"""Ends of small, medium and large loans, in ten thousand yuan."""
CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")


def invent_loans(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """The whole list on the period's last day; every third loan was granted in the period."""
    loans: list[Sequence[str]] = []
    for customer, kind in bank.customers:
        if bank.random.randrange(100) < LIKELY[kind]:
            for _ in range(bank.random.choices((1, 2, 3), (60, 28, 12))[0]):
                loans.append(_loan(f"L{len(loans) + 1:06}", customer, kind, bank))
    return {"loans": loans}


def _loan(code: str, customer: str, kind: str, bank: DemoBank) -> Sequence[str]:
    chance, ends = bank.random, TEN_THOUSANDS[kind]
    size = chance.choices((0, 1, 2), (60, 32, 8))[0]
    amount = chance.randint(ends[size], ends[size + 1]) * 10_000
    recent = chance.randrange(3) == 0
    days = bank.period.days if recent else 700
    first = bank.period.first if recent else bank.period.first - timedelta(days=days)
    granted = first + timedelta(days=chance.randrange(days))
    owed = amount if recent else amount * chance.randint(40, 100) // 100
    classification = "normal" if recent else chance.choices(CLASSES, (930, 45, 14, 8, 3))[0]
    return (code, customer, "", granted.isoformat(), f"{amount}.00", f"{owed}.00", classification)
