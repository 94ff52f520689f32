"""The real things tests stand on: a migrated PostgreSQL, banks in it, a fact store."""

import os
import secrets
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from core import plain_yaml
from core.banks.table import BankRow
from core.session import Bank
from service import postgres
from service.database import Database, prepare
from service.settings import Settings
from tenants.binding import Door, Opener
from tenants.registry import register_bank
from tests.fresh_database import fresh_database

# Real engines and databases answer in their own time: no deadline. Fewer examples where one takes an engine.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def server_url() -> str:
    """A login that may make databases: MERITGRAPH_DATABASE_URL, else an embedded PostgreSQL kept between test runs."""
    if url := os.environ.get("MERITGRAPH_DATABASE_URL"):
        return url
    folder = Path(tempfile.gettempdir()) / f"meritgraph-tests-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return postgres.start(folder).superuser_url


@pytest.fixture(scope="session")
def settings(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of an installation with a database of its own, dropped at the end."""
    with fresh_database(server_url) as url:
        yield Settings(state=tmp_path_factory.mktemp("state"), database_url=url, engine_memory="1GB")


@pytest.fixture(scope="session")
async def database(settings: Settings) -> Database:
    """The migrated database's two logins."""
    return await prepare(settings)


@pytest.fixture(scope="session")
async def owner(database: Database) -> AsyncIterator[AsyncEngine]:
    """Connections of the owner."""
    engine = database.owner_engine()
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """A pool of the application role."""
    engine = database.app_engine(5)
    yield engine
    await engine.dispose()


@pytest.fixture
def door(engine: AsyncEngine) -> Door:
    """The only way to a bank's rows."""
    return Door(engine)


@pytest.fixture
def yaml_readers(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The thread of every reading of a YAML text from now on: one that is the main thread's held up everybody."""
    readers: list[threading.Thread] = []
    read = plain_yaml._parsed

    def watched(*asked: Any) -> Any:
        readers.append(threading.current_thread())
        return read(*asked)

    monkeypatch.setattr(plain_yaml, "_parsed", watched)
    return readers


MakeBank = Callable[..., Awaitable[Bank]]


@pytest.fixture
def make_bank(owner: AsyncEngine) -> MakeBank:
    """Registers a fresh bank; its code is unique to the test."""

    async def make(code: str = "bank", currency: str = "CNY", digits: int = 2) -> Bank:
        unique = f"{code}-{secrets.token_hex(4)}"
        row = BankRow(
            code=unique,
            name=f"Bank {unique}",
            name_zh=f"银行 {unique}",
            currency=currency,
            digits=digits,
            issuer=f"urn:meritgraph:bank:{unique}",
        )
        return await register_bank(owner, row)

    return make


@pytest.fixture
async def bank(make_bank: MakeBank) -> Bank:
    """An empty bank."""
    return await make_bank()


@pytest.fixture
def open_bank(door: Door, bank: Bank) -> Opener:
    """Calling it opens a transaction of person "tester" in `bank`: `async with open_bank() as session`."""
    return door.opener(bank, "tester")


TODAY = date(2026, 10, 20)
"""The day tests take for today where code asks for one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The judges of tests/clients install packages and build demonstrations: begun first, nobody waits for them."""
    items.sort(key=lambda item: "/tests/clients/" not in str(item.path))
