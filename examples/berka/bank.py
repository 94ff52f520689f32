"""The bank itself: 8 regions as branches under one head office, 77 districts as managers, accounts as customers."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from core.banks.table import BankRow
from core.branches.tree import NewBranch, add_branches
from core.customers.store import add_customers
from core.errors import Conflict, NotFound
from core.managers.staff import NewManager, add_managers
from core.numbers import PPM
from core.people.store import add_person, grant
from core.plugins.host import Catalogue
from core.plugins.store import catalogue, enable
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from core.session import Bank, BankSession
from core.shares.store import NewShare, add_shares
from examples.berka.source import Source
from service.commands.bank import found_bank
from service.commands.desk import find_bank
from service.house import House

PLUGINS = ("deposits", "intermediate_income", "loans", "risk")
SCHEME = "berka"
HEAD_OFFICE = "head office"
PEOPLE = {
    "designer": "scheme_designer",
    "approver": "approver",
    "steward": "data_steward",
    "assessor": "assessor",
    "auditor": "auditor",
}
SINCE = date(1900, 1, 1)
"""Posts and shares hold from here on: a customer's manager was always his district's."""


async def registered_bank(house: House, source: Source) -> Bank:
    """The bank of this content, registered if it is new. The content's hash is in its code: another is another bank."""
    code = f"berka-{source.digest[:12]}"
    try:
        return await find_bank(house, code)
    except NotFound:
        with suppress(Conflict):  # two first calls at once
            await found_bank(house, _row(code), "administrator")
        return await find_bank(house, code)


def _row(code: str) -> BankRow:
    return BankRow(
        code=code,
        name="A Czech bank (PKDD'99)",
        name_zh="捷克某银行（PKDD'99）",
        currency="CZK",
        digits=2,
        time_zone="Europe/Prague",
        issuer=f"urn:meritgraph:bank:{code}",
    )


async def furnish(house: House, bank: Bank, source: Source) -> None:
    """Everything that people decide: plugins, branches, managers, customers, shares, the scheme. All of it, once."""
    async with house.door.open(bank, "system") as session:
        # Two first calls at once: the second waits here, and then finds everything done.
        await session.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", bank.code)
        if await session.row("SELECT 1 FROM bank.managers LIMIT 1"):
            return
        for plugin in PLUGINS:
            await enable(session, house.host, plugin)
        for person, role in PEOPLE.items():
            await add_person(session, person)
            await grant(session, person, role)
        await _add_people_and_shares(session, source)
        await _write_scheme(session, await catalogue(session, house.host))


async def _add_people_and_shares(session: BankSession, source: Source) -> None:
    regions = sorted({district.region for district in source.districts})
    root = NewBranch(HEAD_OFFICE, None, "head_office", "Head office", "总行")
    await add_branches(session, [root, *(NewBranch(name, HEAD_OFFICE, "branch", name, name) for name in regions)])
    await add_managers(session, [_manager(d.code, d.name, d.region) for d in source.districts])
    await add_customers(session, [(account.code, f"Account {account.code}") for account in source.accounts])
    await add_shares(session, [NewShare(account.code, account.district, PPM, SINCE) for account in source.accounts])


def _manager(district: str, name: str, region: str) -> NewManager:
    return NewManager(district, name, region, position="manager", level="", first=SINCE)


async def _write_scheme(session: BankSession, offered: Catalogue) -> None:
    text = (Path(__file__).parent / "scheme.yaml").read_text(encoding="utf-8")
    body = yaml.safe_load(text)
    version = await save_scheme(replace(session, person="designer"), body, offered.indicators, offered.point_rules)
    await submit_scheme(replace(session, person="designer"), SCHEME, version)
    await approve_scheme(replace(session, person="approver"), SCHEME, version)
