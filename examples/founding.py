"""Founding an example's bank: registered once, furnished once by whoever comes first, its scheme saved and approved."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date

import yaml

from core.banks.table import BankRow
from core.errors import Conflict, NotFound
from core.people.store import add_person, grant
from core.plugins.store import catalogue, enable
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from core.session import Bank, BankSession
from service.commands.bank import found_bank
from service.commands.desk import find_bank
from service.house import House

HEAD_OFFICE = "head office"
PEOPLE = {
    "designer": "scheme_designer",
    "approver": "approver",
    "steward": "data_steward",
    "assessor": "assessor",
    "auditor": "auditor",
}
SINCE = date(1900, 1, 1)
"""Posts and shares hold from here on: a customer's manager was always the same."""


async def registered_bank(house: House, row: BankRow) -> Bank:
    """The bank of that code, registered if it is new."""
    try:
        return await find_bank(house, row.code)
    except NotFound:
        with suppress(Conflict):  # two first calls at once
            await found_bank(house, row, "administrator")
        return await find_bank(house, row.code)


@asynccontextmanager
async def unfurnished(house: House, bank: Bank, plugins: Sequence[str]) -> AsyncIterator[BankSession | None]:
    """A session in which to write what people decide, plugins enabled and people added; None where it is done."""
    async with house.door.open(bank, "system") as session:
        # Two first calls at once: the second waits here, and then finds everything done.
        await session.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", bank.code)
        if await session.row("SELECT 1 FROM bank.managers LIMIT 1"):
            yield None
            return
        for plugin in plugins:
            await enable(session, house.host, plugin)
        for person, role in PEOPLE.items():
            await add_person(session, person)
            await grant(session, person, role)
        yield session


async def write_scheme(house: House, session: BankSession, text: str) -> None:
    """The scheme that the YAML text writes down, saved by one person and approved by another."""
    offered = await catalogue(session, house.host)
    body = yaml.safe_load(text)
    async with session.acting_as("designer") as designer:
        version = await save_scheme(designer, body, offered.indicators, offered.point_rules)
        await submit_scheme(designer, body["code"], version)
    async with session.acting_as("approver") as approver:
        await approve_scheme(approver, body["code"], version)
