"""Deposit accounts of invented customers. Whole fen; chance is seeded."""

from datetime import date, timedelta
from random import Random

from service.demo.invention import Account, Client
from service.demo.plan import LAST_DAY, SINCE
from service.demo.stories import LostCustomer

YUAN = 100
USUAL_YUAN = {
    "top": (800_000, 6_000_000),
    "mid_high": (120_000, 800_000),
    "basic": (2_000, 120_000),
    "extra_large": (20_000_000, 60_000_000),
    "large": (8_000_000, 20_000_000),
    "medium": (1_000_000, 8_000_000),
    "small": (80_000, 1_000_000),
    "new": (50_000, 600_000),
    "interbank": (30_000_000, 90_000_000),
}
CATEGORY = {"retail": "savings", "corporate": "corporate", "interbank": "interbank"}
TRENDS = ((-60, -20, 10, 30, 60, 150), (6, 14, 34, 28, 14, 4))
"""Growth a quarter in per mille, and how often each."""


def _tier(client: Client) -> str:
    return "interbank" if client.kind == "interbank" else client.value_tier or client.size_tier


def invent_accounts(clients: list[Client], lost: LostCustomer | None, chance: Random) -> list[Account]:
    """One to four deposit accounts a customer; some opened and some closed within the time that is known."""
    accounts: list[Account] = []
    for client in clients:
        is_lost = lost is not None and client.customer == lost.customer
        low, high = USUAL_YUAN[_tier(client)]
        for _ in range(2 if is_lost else chance.choices((1, 2, 3, 4), (35, 40, 18, 7))[0]):
            opened, closed = (date(2015, 5, 4), None) if is_lost else _life(client, chance)
            accounts.append(
                Account(
                    account=f"A{len(accounts) + 1:08}",
                    customer=client.customer,
                    category=CATEGORY[client.kind],
                    opened_on=opened,
                    closed_on=closed,
                    level_fen=(lost.level_yuan // 2 if is_lost and lost else chance.randint(low, high)) * YUAN,
                    trend=10 if is_lost else chance.choices(*TRENDS)[0],
                    wobble=10 if is_lost else chance.choice((15, 40, 90)),
                    left=lost.left if is_lost and lost else (),
                )
            )
    return accounts


def _life(client: Client, chance: Random) -> tuple[date, date | None]:
    days = (LAST_DAY - SINCE).days
    if client.size_tier == "new":
        return SINCE + timedelta(days=chance.randrange(days - 30)), None
    opened = date(2019, 1, 1) + timedelta(days=chance.randrange(2200))
    closes = chance.randrange(40) == 0
    return opened, SINCE + timedelta(days=chance.randrange(40, days)) if closes else None
