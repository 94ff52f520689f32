"""Deposit accounts of invented customers. Whole fen; chance is seeded."""

from datetime import date, timedelta
from random import Random

from service.demo.invention import Account, Client
from service.demo.plan import BASE

YUAN = 100
USUAL_YUAN = {
    "top": (800_000, 6_000_000),
    "mid_high": (120_000, 800_000),
    "basic": (2_000, 120_000),
    "extra_large": (40_000_000, 120_000_000),
    "large": (8_000_000, 40_000_000),
    "medium": (1_000_000, 8_000_000),
    "small": (80_000, 1_000_000),
    "new": (50_000, 600_000),
    "interbank": (30_000_000, 90_000_000),
}
CATEGORY = {"retail": "savings", "corporate": "corporate", "interbank": "interbank"}


def _tier(client: Client) -> str:
    return "interbank" if client.kind == "interbank" else client.value_tier or client.size_tier


def invent_accounts(clients: list[Client], chance: Random) -> list[Account]:
    """One to four deposit accounts a customer; some opened and some closed within the two quarters."""
    accounts: list[Account] = []
    for client in clients:
        low, high = USUAL_YUAN[_tier(client)]
        for _ in range(chance.choices((1, 2, 3, 4), (35, 40, 18, 7))[0]):
            opened, closed = _life(client, chance)
            accounts.append(
                Account(
                    account=f"A{len(accounts) + 1:08}",
                    customer=client.customer,
                    category=CATEGORY[client.kind],
                    opened_on=opened,
                    closed_on=closed,
                    level_fen=chance.randint(low, high) * YUAN + chance.randrange(100),
                    trend=chance.choices((-120, -40, 20, 60, 150, 400), (6, 14, 34, 28, 14, 4))[0],
                    wobble=chance.choice((15, 40, 90, 180)),
                )
            )
    return accounts


def _life(client: Client, chance: Random) -> tuple[date, date | None]:
    if client.size_tier == "new":
        return BASE.first + timedelta(days=chance.randrange(120)), None
    opened = date(2019, 1, 1) + timedelta(days=chance.randrange(2200))
    closes = chance.randrange(60) == 0
    return opened, BASE.first + timedelta(days=chance.randrange(40, 180)) if closes else None
