"""What commands work with: the settings, the house opened for them, a person whose rights are checked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from core.errors import Conflict, InputError, MeritgraphError

if TYPE_CHECKING:
    from core.session import Bank, BankSession
    from service.house import House
    from service.settings import Settings

T = TypeVar("T")
OPERATOR = "platform-operator"
"""Who acts where machine access is the only proof: registering a bank and its first administrator."""


def load_settings(*, quiet: bool = True) -> "Settings":
    """The settings, and logs set up: `quiet` shows warnings only. SETTINGS_INVALID with every fault at once."""
    from pydantic import ValidationError

    from service.logging import set_up_logging
    from service.settings import Settings

    try:
        settings = Settings()
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise InputError(f"The settings cannot be used. {told}", code="SETTINGS_INVALID") from error
    set_up_logging(as_json=settings.log_json, level="WARNING" if quiet else "INFO")
    return settings


def at_work(work: "Callable[[House], Awaitable[T]]", *, quiet: bool = True) -> T:
    """Open the house, do `work` in it, close it again."""
    settings = load_settings(quiet=quiet)

    async def opened() -> T:
        async with ready_house(settings) as house:
            return await work(house)

    return asyncio.run(opened())


@asynccontextmanager
async def ready_house(settings: "Settings") -> "AsyncIterator[House]":
    """The house on a migrated database; DATABASE_NOT_READY says to migrate."""
    from service.house import open_house
    from service.outage import is_unmade

    try:
        async with open_house(settings) as house:
            await check_migrated(house)
            yield house
    except MeritgraphError:
        raise
    except Exception as error:
        if is_unmade(error):
            raise not_ready() from error
        raise


def not_ready() -> MeritgraphError:
    """The database lacks its roles or tables."""
    return Conflict("The database is not ready: run `meritgraph migrate` (or `demo`) first.", code="DATABASE_NOT_READY")


async def check_migrated(house: "House") -> None:
    """DATABASE_NOT_READY unless the database has the newest migration of this installation."""
    from sqlalchemy import text

    async with house.engine.connect() as connection:
        found = await connection.scalar(text("SELECT version_num FROM platform.alembic_version"))
    if found != newest_migration():
        raise not_ready()


def newest_migration() -> str:
    """The revision at the head: files are named by it, in order."""
    import migrations

    return max(path.name for path in (Path(migrations.__path__[0]) / "versions").glob("[0-9]*.py"))[:4]


async def find_bank(house: "House", code: str) -> "Bank":
    """The bank of that code; NotFound."""
    from tenants.registry import bank_of, bank_row

    return bank_of(await bank_row(house.engine, code))


@asynccontextmanager
async def acting(house: "House", bank: "Bank", person: str, *permissions: str) -> "AsyncIterator[BankSession]":
    """A transaction of `person` in `bank`, who must hold every permission named: PERSON_UNKNOWN, FORBIDDEN."""
    from core.plugins.store import catalogue
    from tenants.callers import load_caller, require

    async with house.door.open(bank, person) as session:
        caller = await load_caller(session, await catalogue(session, house.host))
        for permission in permissions:
            require(caller, permission)
        yield session


def reading(house: "House", bank: "Bank") -> "AbstractAsyncContextManager[BankSession]":
    """A read-only transaction with the rights of whoever has this machine."""
    return house.door.open(bank, OPERATOR, read_only=True)
