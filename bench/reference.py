"""The reference bank: believable in shape, known in size, the same for the same seed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bench.reference_facts import name_facts, write_facts
from bench.reference_people import add_holdings, add_people, add_scheme
from bench.row import tell
from bench.size import Size
from core.banks.table import BankRow
from core.plugins.store import catalogue, enable
from core.session import Bank, BankSession
from service.house import House
from tenants.registry import register_bank

T = TypeVar("T")
PLUGINS = ("deposits", "intermediate_income", "loans", "risk", "satisfaction")


@dataclass(frozen=True)
class Reference:
    """The bank, how many shares it has, and how long it took to invent."""

    bank: Bank
    size: Size
    shares: int
    seconds: float


async def new_bank(house: House, code: str) -> Bank:
    """Register an empty bank with every plugin enabled."""
    owner = house.database.owner_engine()
    row = BankRow(code=code, name=code, name_zh=code, currency="CNY", issuer=f"urn:meritgraph:bank:{code}")
    bank = await register_bank(owner, row)
    await owner.dispose()
    async with house.door.open(bank, "system") as session:
        for plugin in PLUGINS:
            await enable(session, house.host, plugin)
    return bank


async def invent(house: House, size: Size, code: str = "reference") -> Reference:
    """Invent the bank: facts in one thread, rows of the database beside it."""
    began = time.monotonic()
    bank = await new_bank(house, code)
    facts = asyncio.create_task(asyncio.to_thread(write_facts, house.store, bank.code, size))
    await _step(house, bank, "branches, managers, customers", lambda session: add_people(session, size))
    shares = await _step(house, bank, "shares", lambda session: add_holdings(session, size))
    async with house.door.open(bank, "system") as session:
        offered = await catalogue(session, house.host)
        await add_scheme(session, offered, size)
        written = await facts
        tell(f"facts written after {time.monotonic() - began:.1f} s")
        await name_facts(session, offered, written)
    return Reference(bank, size, shares, time.monotonic() - began)


async def _step(house: House, bank: Bank, name: str, work: Callable[[BankSession], Awaitable[T]]) -> T:
    began = time.monotonic()
    async with house.door.open(bank, "system") as session:
        done = await work(session)
    tell(f"{name}: {time.monotonic() - began:.1f} s")
    return done
