"""Settling an invented bank: what its people decide, through the same doors as everybody else."""

from dataclasses import dataclass

from core.banks.table import BankRow
from core.branches.tree import NewBranch, add_branches
from core.customers.store import add_customers
from core.errors import Conflict, NotFound
from core.managers.staff import NewManager, add_managers
from core.people.store import add_person, grant
from core.plugins.store import catalogue, enable
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from core.session import Bank, BankSession
from core.settings.store import change_settings
from core.shares.store import NewShare, add_shares
from core.targets.store import NewTarget, set_targets
from service.commands.bank import found_bank
from service.commands.desk import acting, find_bank
from service.demo.feeds import agree_on_feeds
from service.demo.invention import Invention
from service.demo.plan import BankPlan
from service.demo.schemes import scheme_of
from service.demo.stories import STORIES
from service.house import House

ADMINISTRATOR = "admin"
PEOPLE = {
    "approver": "approver",
    "assessor": "assessor",
    "auditor": "auditor",
    "designer": "scheme_designer",
    "risk": "risk_officer",
    "steward": "data_steward",
}
"""Person → role."""
HEAD = "head"
SETTINGS = {"north": {"bad_rows": "set_aside", "late": "tell"}, "harbour": {}}
"""North keeps wrong rows apart, and tells late files without stopping; what is missing stops a run in both."""


@dataclass(frozen=True)
class Settled:
    """A bank with everything decided; `scheme`: the approved scheme's code."""

    bank: Bank
    scheme: str


async def settle(house: House, invented: Invention) -> Settled:
    """Register the bank and write down what was invented, as far as that has not been done."""
    plan = invented.plan
    bank = await _registered(house, plan)
    async with house.door.open(bank, ADMINISTRATOR) as session:
        if await session.row("SELECT 1 FROM bank.managers LIMIT 1") is None:
            await _furnish(session, house, invented)
    return Settled(bank, await _agree_on_scheme(house, bank, plan))


async def _registered(house: House, plan: BankPlan) -> Bank:
    try:
        bank = await find_bank(house, plan.code)
        if bank.name_zh != plan.name_zh:
            raise Conflict(f"There is a bank {plan.code} already that is not the demonstration's.", code="BANK_EXISTS")
        return bank
    except NotFound:
        issuer = f"urn:meritgraph:bank:{plan.code}"
        row = BankRow(code=plan.code, name=plan.name, name_zh=plan.name_zh, currency="CNY", issuer=issuer)
        await found_bank(house, row, ADMINISTRATOR)
        return await find_bank(house, plan.code)


async def _furnish(session: BankSession, house: House, invented: Invention) -> None:
    plan = invented.plan
    for plugin in plan.plugins:
        await enable(session, house.host, plugin)
    await add_branches(session, [NewBranch(b.branch, b.parent, b.kind, b.name, b.name_zh) for b in plan.branches])
    await _add_managers(session, invented)
    await add_customers(session, [(client.customer, client.name) for client in invented.clients])
    shares = [NewShare(held.customer, held.manager, held.share_ppm, held.first, held.until) for held in invented.shares]
    await add_shares(session, shares)
    for period in plan.periods:
        agreed = [NewTarget(g.manager, g.indicator, g.target) for g in invented.goals if g.period == str(period)]
        await set_targets(session, period, agreed)
    await change_settings(session, SETTINGS[plan.code])
    await agree_on_feeds(session, await catalogue(session, house.host))
    await _add_people(session, invented)


async def _add_managers(session: BankSession, invented: Invention) -> None:
    """First posts with their managers, later posts beside them."""
    first, later = {}, []
    for post in invented.posts:
        if post.manager in first:
            later.append(post)
        else:
            first[post.manager] = post
    new = [NewManager(p.manager, p.name, p.branch, p.position, p.level, p.first, p.until) for p in first.values()]
    await add_managers(session, new)
    columns = ("manager", "valid_from", "valid_until", "branch", "position", "level")
    rows = [(p.manager, p.first, p.until, p.branch, p.position, p.level) for p in later]
    await session.copy_in("postings", columns, rows)


async def _add_people(session: BankSession, invented: Invention) -> None:
    for person, role in PEOPLE.items():
        await add_person(session, person)
        await grant(session, person, role)
    await add_person(session, HEAD)
    await grant(session, HEAD, "branch_head", head_of(invented.plan))
    for manager in invented.managers:
        await add_person(session, manager, manager)
        await grant(session, manager, "manager")


def head_of(plan: BankPlan) -> str:
    """The branch that the demonstration's branch head heads: where the lost customer was, else the first."""
    lost = STORIES[plan.code].lost
    return lost.branch if lost else plan.branches[1].branch


async def _agree_on_scheme(house: House, bank: Bank, plan: BankPlan) -> str:
    """Designed by one, approved by another."""
    body, code = scheme_of(plan), plan.scheme
    async with house.door.open(bank, ADMINISTRATOR, read_only=True) as session:
        if await session.row("SELECT 1 FROM bank.scheme_versions WHERE scheme = $1 AND status = 'approved'", code):
            return code
    async with acting(house, bank, "designer", "scheme:save") as session:
        known = await catalogue(session, house.host)
        version = await save_scheme(session, body, known.indicators, known.point_rules)
        await submit_scheme(session, code, version)
    async with acting(house, bank, "approver", "scheme:approve") as session:
        await approve_scheme(session, code, version)
    return code
