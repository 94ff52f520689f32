"""Inventing a bank from its plan. Pure: the same plan and plugins give the same bank, on every machine."""

from datetime import date
from random import Random

from core.numbers import exact_scaled, parse_decimal
from core.plugins.hooks import DemoBank
from core.plugins.host import Host
from service.demo.accounts import invent_accounts
from service.demo.balances import moves_of
from service.demo.clients import invent_clients, invent_shares
from service.demo.goals import invent_goals
from service.demo.invention import Invention
from service.demo.people import invent_posts
from service.demo.plan import LAST_DAY, PERIOD, SINCE, BankPlan
from service.demo.stories import STORIES

FEN = 2


def invent(plan: BankPlan, host: Host) -> Invention:
    """Each part draws from a source of its own, so that changing one leaves the others as they were."""
    bank = Invention(plan)
    bank.posts = invent_posts(plan, _chance(plan, "posts"))
    bank.clients = invent_clients(plan, _chance(plan, "clients"))
    bank.shares = invent_shares(plan, bank.posts, bank.clients, _chance(plan, "shares"))
    bank.accounts = invent_accounts(bank.clients, STORIES[plan.code].lost, _chance(plan, "accounts"))
    bank.moves = moves_of(bank.accounts, plan.seed)
    for code in plan.plugins:
        for table, rows in host.demo_facts(code, _seen_by_plugins(bank, code)).items():
            bank.facts[table] = [*bank.facts.get(table, ()), *rows]
    for account, day, balance in bank.facts.pop("balances", ()):
        bank.moves.setdefault(account, []).append((date.fromisoformat(day), exact_scaled(parse_decimal(balance), FEN)))
    bank.goals = invent_goals(bank, _chance(plan, "goals"))
    return bank


def _chance(plan: BankPlan, part: str) -> Random:
    return Random(f"{plan.seed} {part}")


def _seen_by_plugins(bank: Invention, plugin: str) -> DemoBank:
    kinds = {client.customer: client.kind for client in bank.clients}
    wave = STORIES[bank.plan.code].wave
    at_branch = [c.customer for c in bank.clients if wave and c.branch == wave.branch and c.kind == "corporate"]
    return DemoBank(
        random=_chance(bank.plan, f"plugin {plugin}"),
        period=PERIOD,
        first=SINCE,
        last=LAST_DAY,
        customers=list(kinds.items()),
        accounts=[(account.account, account.customer, "deposit", account.category) for account in bank.accounts],
        managers=bank.managers,
        facts=bank.facts,
        struck={customer: wave.day for customer in at_branch[::2] if wave},
    )
