"""Getting to PostgreSQL: embedded or by URL, roles and database made, migrated, engines opened."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from core.errors import InputError, Unavailable
from service import postgres
from service.settings import Settings
from tenants.reading import ReadingPool

if TYPE_CHECKING:
    from alembic.config import Config

PROJECT = Path(__file__).resolve().parent.parent
EMBEDDED_DATABASE = "meritgraph"
OLDEST = 150000
POOL_PATIENCE = 5
"""Seconds to wait for a connection when all are in use; who waits longer is told to come again."""


@dataclass(frozen=True)
class Database:
    """The two logins of one database: the owner migrates and registers banks, the application does all else."""

    owner_url: URL
    app_url: URL

    def owner_engine(self) -> AsyncEngine:
        """Short-lived connections of the owner."""
        return create_async_engine(self.owner_url, poolclass=NullPool)

    def app_engine(self, pool: int) -> AsyncEngine:
        """A pool of the application role's connections; a connection lost in a restart is noticed and replaced."""
        return create_async_engine(
            self.app_url, pool_size=pool, max_overflow=pool, pool_timeout=POOL_PATIENCE, pool_pre_ping=True
        )

    def reading_pool(self, pool: int) -> ReadingPool:
        """The application role's connections for requests that only read."""
        return ReadingPool(self.app_url, pool, POOL_PATIENCE)


def locate(settings: Settings) -> Database:
    """Where the database is. Starts the embedded PostgreSQL if no URL is set; makes nothing else."""
    if settings.database_url:
        owner = _async(settings.database_url)
        if settings.app_url:
            return Database(owner, _async(settings.app_url))
        return Database(owner, owner.set(username=f"{owner.database}_app", password=_app_password(settings)))
    cluster = postgres.start(settings.state / "postgres", bin_dir=settings.postgres_bin)
    return Database(
        _async(cluster.url("meritgraph_owner", None, EMBEDDED_DATABASE)),
        _async(cluster.url("meritgraph_app", None, EMBEDDED_DATABASE)),
    )


def _async(url: str) -> URL:
    try:
        return make_url(url).set(drivername="postgresql+asyncpg")
    except Exception as error:
        raise InputError(
            "MERITGRAPH_DATABASE_URL is not a URL like postgresql://owner:password@host/database."
        ) from error


def _app_password(settings: Settings) -> str:
    """The application role's password: set, or made once and kept in the state folder (0600)."""
    if settings.app_password.get_secret_value():
        return settings.app_password.get_secret_value()
    kept = settings.state / "app_password"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(32))
    return kept.read_text()


async def prepare(settings: Settings) -> Database:
    """Make roles and database where missing, bring the schema up to date. Safe to repeat; needs the owner's login."""
    database = locate(settings)
    async with _connected(_first_url(settings, database)) as first:
        # Two first starts at once: the second waits here until the first has hung up, and finds everything made.
        await first.execute(text("SELECT pg_advisory_lock(hashtext('meritgraph prepares'))"))
        if not settings.database_url:
            await _make_embedded(first)
        async with _connected(database.owner_url) as connection:
            await _check_server(connection)
            await _make_role(connection, database.app_url)
        await migrate(database)
    return database


def _first_url(settings: Settings, database: Database) -> URL:
    """A login that works before anything is made."""
    if settings.database_url:
        return database.owner_url
    return _async(postgres.start(settings.state / "postgres", bin_dir=settings.postgres_bin).superuser_url)


async def _make_embedded(connection: AsyncConnection) -> None:
    if not await _exists(connection, "pg_roles WHERE rolname", "meritgraph_owner"):
        await connection.execute(text("CREATE ROLE meritgraph_owner LOGIN CREATEROLE"))
    if not await _exists(connection, "pg_database WHERE datname", EMBEDDED_DATABASE):
        await connection.execute(text(f"CREATE DATABASE {EMBEDDED_DATABASE} OWNER meritgraph_owner"))


async def _exists(connection: AsyncConnection, where: str, name: str) -> bool:
    found = await connection.execute(text(f"SELECT 1 FROM {where} = :name"), {"name": name})  # noqa: S608
    return found.first() is not None


async def _check_server(connection: AsyncConnection) -> None:
    version = (await connection.execute(text("SELECT current_setting('server_version_num')::int"))).scalar_one()
    if version < OLDEST:
        raise Unavailable(
            f"PostgreSQL {version // 10000} is too old: Meritgraph needs 15 or newer.",
            code="POSTGRES_TOO_OLD",
        )


async def _make_role(connection: AsyncConnection, app_url: URL) -> None:
    """The application role: may log in, owns nothing, passes no policy by."""
    role, password = str(app_url.username), app_url.password or ""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,62}", role) is None:
        raise InputError(f"{role!r} cannot be the application role's name.", code="ROLE_INVALID")
    made = await _exists(connection, "pg_roles WHERE rolname", role)
    if made and not password:
        return
    # A role statement takes no parameters: the server itself quotes the password.
    literal = (await connection.execute(text("SELECT quote_literal(:word)"), {"word": password})).scalar_one()
    word = f"PASSWORD {literal}" if password else ""
    plain = "" if made else "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
    await connection.exec_driver_sql(f'{"ALTER" if made else "CREATE"} ROLE "{role}" {plain} {word}')


async def migrate(database: Database) -> None:
    """Bring the schema to the newest version."""
    async with _connected(database.owner_url, commit=True) as connection:
        await connection.run_sync(_upgrade, str(database.app_url.username))


def alembic_config(connection: Connection, app_role: str) -> "Config":
    """Alembic's configuration for a connection of the owner."""
    from alembic.config import Config  # only who migrates pays for loading it

    config = Config(toml_file=str(PROJECT / "pyproject.toml"))
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes |= {"connection": connection, "app_role": app_role}
    return config


def _upgrade(connection: Connection, app_role: str) -> None:
    from alembic import command

    connection.execute(text("CREATE SCHEMA IF NOT EXISTS platform"))
    command.upgrade(alembic_config(connection, app_role), "head")


@asynccontextmanager
async def _connected(url: URL, *, commit: bool = False) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        if commit:
            async with engine.begin() as connection:
                yield connection
        else:
            async with engine.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")
    except (OSError, OperationalError) as error:
        where = url.render_as_string(hide_password=True)
        raise Unavailable(f"PostgreSQL does not answer at {where}: {error}", code="POSTGRES_AWAY") from error
    finally:
        await engine.dispose()


async def check_application_role(engine: AsyncEngine) -> None:
    """Refuse to work with a login that row-level security would not hold: ROLE_TOO_STRONG."""
    async with engine.connect() as connection:
        strong = (
            await connection.execute(
                text(
                    """SELECT rolsuper OR rolbypassrls OR EXISTS (
                         SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                         WHERE n.nspname = 'bank' AND pg_has_role(c.relowner, 'USAGE'))
                       FROM pg_roles WHERE rolname = current_user"""
                )
            )
        ).scalar_one()
    if strong:
        raise InputError(
            "The application's login is a superuser, passes row-level security by or owns the tables: "
            "set MERITGRAPH_APP_URL to a plain role, or leave it out and run `meritgraph migrate`.",
            code="ROLE_TOO_STRONG",
        )
