"""Customers, and who holds which part of whom on which days."""

from collections.abc import Iterator
from datetime import date
from random import Random

from core.numbers import PPM
from core.periods import FOREVER
from service.demo.branches import SUB, TIER_1
from service.demo.invention import Client, Held, Post
from service.demo.plan import BankPlan
from service.demo.stories import STORIES, LostCustomer
from service.demo.words import company_name, institution_name, person_name

SINCE = date(2025, 1, 1)
WHOLE = PPM
GRADES = ("AAA", "AA", "A", "BBB", "BB")


def invent_clients(plan: BankPlan, chance: Random) -> list[Client]:
    """Retail at sub-branches, big companies at their tier-1 branch, institutions at head office."""
    outlets = [branch.branch for branch in plan.branches if branch.kind == SUB]
    offices = [branch.branch for branch in plan.branches if branch.kind == TIER_1] or [plan.branches[0].branch]
    clients = [_retail(f"C{number:06}", chance, outlets) for number in range(1, plan.retail + 1)]
    clients += [_company(f"E{number:05}", chance, outlets, offices) for number in range(1, plan.corporate + 1)]
    head = plan.branches[0].branch
    for number in range(1, plan.interbank + 1):
        clients.append(Client(f"F{number:04}", institution_name(chance), "interbank", "large", "", "AAA", head))
    lost = STORIES[plan.code].lost
    return [_to_be_lost(lost) if lost and client.customer == lost.customer else client for client in clients]


def _to_be_lost(lost: LostCustomer) -> Client:
    return Client(lost.customer, lost.name, "corporate", "extra_large", "", "AA", lost.branch)


def _retail(code: str, chance: Random, outlets: list[str]) -> Client:
    tier = chance.choices(("top", "mid_high", "basic"), (4, 22, 74))[0]
    return Client(code, person_name(chance), "retail", "", tier, "", chance.choice(outlets))


def _company(code: str, chance: Random, outlets: list[str], offices: list[str]) -> Client:
    tier = chance.choices(("extra_large", "large", "medium", "small", "new"), (2, 6, 25, 57, 10))[0]
    branch = chance.choice(offices if tier in ("extra_large", "large") else outlets)
    return Client(code, company_name(chance), "corporate", tier, "", chance.choice(GRADES), branch)


def invent_shares(plan: BankPlan, posts: list[Post], clients: list[Client], chance: Random) -> list[Held]:
    """Most customers have one manager, some two, some a part that stays with the bank, a few nobody.

    The leaver's customers go to two colleagues, turn by turn.
    """
    stories = STORIES[plan.code]
    team = _teams(posts)
    shares: list[Held] = []
    turn = 0
    for client in clients:
        if stories.lost and client.customer == stories.lost.customer:
            shares.append(Held(client.customer, stories.lost.manager, SINCE, FOREVER, WHOLE))
            continue
        parts = list(_split(team[client.branch], chance))
        held_by = [manager for manager, _ in parts]
        for manager, share_ppm in parts:
            if manager == stories.hand_over.manager:
                free = [taker for taker in stories.hand_over.takers if taker not in held_by]
                day, taker = stories.hand_over.day, free[turn % len(free)]
                shares.append(Held(client.customer, manager, SINCE, day, share_ppm))
                shares.append(Held(client.customer, taker, day, FOREVER, share_ppm))
                turn += 1
            else:
                shares.append(Held(client.customer, manager, SINCE, FOREVER, share_ppm))
    return shares


def _teams(posts: list[Post]) -> dict[str, list[str]]:
    """Branch → who sits there from the beginning."""
    teams: dict[str, list[str]] = {}
    placed: set[str] = set()
    for post in posts:
        if post.manager not in placed:
            placed.add(post.manager)
            teams.setdefault(post.branch, []).append(post.manager)
    return teams


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
