"""A database of its own for tests, gone at their end."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """The owner's login of a new, empty database; it and its application role are dropped at the end."""
    name = f"meritgraph_test_{os.getpid()}_{secrets.token_hex(3)}"
    _run(server_url, f"CREATE DATABASE {name}")
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    _run(server_url, f"DROP DATABASE {name} WITH (FORCE)")
    _run(server_url, f"DROP ROLE IF EXISTS {name}_app")


def _run(url: str, statement: str) -> None:
    async def run() -> None:
        engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
        async with engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text(statement))
        await engine.dispose()

    asyncio.run(run())
