"""Customers, and who holds which part of whom on which days."""

from collections.abc import Iterator
from datetime import date
from random import Random

from core.numbers import PPM
from core.periods import FOREVER
from service.demo.invention import Client, Held, Post
from service.demo.people import LEFT, leaver_and_successor
from service.demo.plan import BankPlan
from service.demo.words import company_name, institution_name, person_name

SINCE = date(2025, 1, 1)
GIVEN_BACK = date(2026, 8, 1)
WHOLE = PPM
GRADES = ("AAA", "AA", "A", "BBB", "BB")


def invent_clients(plan: BankPlan, chance: Random) -> list[Client]:
    """Retail at sub-branches, big companies at their tier-1 branch, institutions at head office."""
    outlets = [branch.branch for branch in plan.branches if branch.kind == "sub_branch"]
    offices = [branch.branch for branch in plan.branches if branch.kind == "tier_1"] or [plan.branches[0].branch]
    clients = [_retail(f"C{number:06}", chance, outlets) for number in range(1, plan.retail + 1)]
    clients += [_company(f"E{number:05}", chance, outlets, offices) for number in range(1, plan.corporate + 1)]
    head = plan.branches[0].branch
    for number in range(1, plan.interbank + 1):
        clients.append(Client(f"F{number:04}", institution_name(chance), "interbank", "large", "", "AAA", head))
    return clients


def _retail(code: str, chance: Random, outlets: list[str]) -> Client:
    tier = chance.choices(("top", "mid_high", "basic"), (4, 22, 74))[0]
    return Client(code, person_name(chance), "retail", "", tier, "", chance.choice(outlets))


def _company(code: str, chance: Random, outlets: list[str], offices: list[str]) -> Client:
    tier = chance.choices(("extra_large", "large", "medium", "small", "new"), (2, 6, 25, 57, 10))[0]
    branch = chance.choice(offices if tier in ("extra_large", "large") else outlets)
    return Client(code, company_name(chance), "corporate", tier, "", chance.choice(GRADES), branch)


def invent_shares(posts: list[Post], clients: list[Client], chance: Random) -> list[Held]:
    """Most customers have one manager, some two, some a part that stays with the bank, a few nobody.

    The leaver's customers go to his successor on LEFT; some of one manager's to a colleague on GIVEN_BACK.
    """
    left, successor = leaver_and_successor(posts)
    at_branch: dict[str, list[str]] = {}
    for post in posts:
        if post.manager != successor and post.manager not in (known for team in at_branch.values() for known in team):
            at_branch.setdefault(post.branch, []).append(post.manager)
    giver, taker = _colleagues(at_branch)
    shares: list[Held] = []
    for client in clients:
        for manager, share_ppm in _split(at_branch[client.branch], chance):
            if manager == left:
                shares += _handed_over(client.customer, left, successor, LEFT, share_ppm)
            elif manager == giver and share_ppm == WHOLE and chance.randrange(4) == 0:
                shares += _handed_over(client.customer, giver, taker, GIVEN_BACK, share_ppm)
            else:
                shares.append(Held(client.customer, manager, SINCE, FOREVER, share_ppm))
    return shares


def _colleagues(at_branch: dict[str, list[str]]) -> tuple[str, str]:
    """Two managers of the branch with the most."""
    team = max(at_branch.values(), key=lambda managers: (len(managers), managers))
    return team[0], team[1]


def _split(managers: list[str], chance: Random) -> Iterator[tuple[str, int]]:
    dice = chance.randrange(100)
    first = chance.choice(managers)
    if dice < 78 or (dice < 88 and len(managers) == 1):
        yield first, WHOLE
    elif dice < 88:
        part = chance.randrange(55, 85, 5) * 10_000
        yield first, part
        yield chance.choice([manager for manager in managers if manager != first]), WHOLE - part
    elif dice < 97:
        yield first, chance.randrange(60, 95, 5) * 10_000


def _handed_over(customer: str, giver: str, taker: str, day: date, share_ppm: int) -> list[Held]:
    return [Held(customer, giver, SINCE, day, share_ppm), Held(customer, taker, day, FOREVER, share_ppm)]
