"""An installation of its own for a benchmark: database and state folder are made, and gone afterwards."""

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from service import postgres
from service.database import prepare
from service.house import House, open_house
from service.settings import Settings


@dataclass(frozen=True)
class Installation:
    """A house, and the environment in which another process finds it."""

    house: House
    environment: dict[str, str]


@asynccontextmanager
async def installation() -> AsyncIterator[Installation]:
    """A migrated, empty installation: a database beside the one of MERITGRAPH_DATABASE_URL, else an embedded one."""
    state = Path(tempfile.mkdtemp(prefix="meritgraph-bench-"))
    server = Settings().database_url
    try:
        settings, environment = await _settings(server, state)
        await prepare(settings)
        async with open_house(settings) as house:
            yield Installation(house, environment)
    finally:
        if server:
            name = f"meritgraph_bench_{state.name[-8:].lower()}"
            await _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"DROP ROLE IF EXISTS {name}_app")
        else:
            postgres.remove(state / "postgres")
        shutil.rmtree(state, ignore_errors=True)


async def _settings(server: str, state: Path) -> tuple[Settings, dict[str, str]]:
    environment = {"MERITGRAPH_STATE": str(state), "MERITGRAPH_FACTS": str(state / "facts")}
    if not server:
        return Settings(state=state, facts=state / "facts"), environment
    name, password = f"meritgraph_bench_{state.name[-8:].lower()}", secrets.token_urlsafe(24)
    await _run(server, f"CREATE DATABASE {name}")
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    environment |= {"MERITGRAPH_DATABASE_URL": url, "MERITGRAPH_APP_PASSWORD": password}
    return Settings(state=state, facts=state / "facts", database_url=url, app_password=password), environment


async def _run(url: str, *statements: str) -> None:
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    async with engine.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await plain.execute(text(statement))
    await engine.dispose()
