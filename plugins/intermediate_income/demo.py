"""Invents fees of a demonstration bank: card, agency and gold of people, settlement, trade and advice of companies."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from core.plugin import DemoBank

KINDS = {
    "retail": ("card", "card", "card", "agency_insurance", "agency_funds", "agency_funds", "precious_metals"),
    "corporate": ("settlement", "settlement", "settlement", "international", "advisory", "investment_banking"),
    "interbank": ("settlement", "investment_banking"),
}
YUAN = {
    "card": (10, 300),
    "agency_insurance": (200, 6_000),
    "agency_funds": (100, 4_000),
    "precious_metals": (20, 2_000),
    "settlement": (50, 2_500),
    "international": (200, 9_000),
    "advisory": (5_000, 60_000),
    "investment_banking": (10_000, 90_000),
}
REVERSED_AFTER = timedelta(days=3)
QUARTER = 91


def invent_fees(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """Bookings of every quarter; one in ninety is reversed three days later."""
    booked = ((customer, *booking) for customer, kind in bank.customers for booking in _bookings(bank, kind))
    return {
        "fees": [
            (f"T{number:07}", customer, "", day.isoformat(), kind, _yuan(fen))
            for number, (customer, day, kind, fen) in enumerate(booked, start=1)
        ]
    }


def _bookings(bank: DemoBank, customer_kind: str) -> Iterator[tuple[date, str, int]]:
    chance, days = bank.random, (bank.last - bank.first).days + 1
    for start in range(0, days, QUARTER):
        for _ in range(chance.choices((0, 1, 2, 4), (25, 35, 28, 12))[0]):
            kind = chance.choice(KINDS[customer_kind])
            low, high = YUAN[kind]
            day = bank.first + timedelta(days=start + chance.randrange(QUARTER))
            fen = chance.randint(low * 100, high * 100)
            if day <= bank.last:
                yield day, kind, fen
            if chance.randrange(90) == 0 and day + REVERSED_AFTER <= bank.last:
                yield day + REVERSED_AFTER, kind, -fen


def _yuan(fen: int) -> str:
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02}"
