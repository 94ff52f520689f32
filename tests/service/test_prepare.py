"""Making roles, database and schema: safe to repeat, also for two first starts at once."""

import asyncio
import secrets
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from service.database import check_application_role, prepare
from service.settings import Settings


async def run(url: str, *statements: str) -> None:
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    async with engine.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await plain.execute(text(statement))
    await engine.dispose()


async def test_two_first_starts_at_once_both_find_everything_made(server_url: str, tmp_path: Path) -> None:
    name = f"meritgraph_test_prepare_{secrets.token_hex(4)}"
    await run(server_url, f"CREATE DATABASE {name}")
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    settings = Settings(state=tmp_path, database_url=url, app_password="secret")
    try:
        made = await asyncio.gather(*(prepare(settings) for _ in range(3)))
        assert made[0] == made[1] == made[2]
        engine = made[0].app_engine(1)
        await check_application_role(engine)
        async with engine.connect() as connection:
            found = await connection.execute(text("SELECT count(*) FROM platform.alembic_version"))
            assert found.scalar_one() == 1
        await engine.dispose()
    finally:
        await run(server_url, f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE IF EXISTS {name}_app")
