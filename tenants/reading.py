"""Connections for requests that only read: the shortest way from a request to a bank's rows and back.

A pool of the driver's own beside SQLAlchemy's. Nothing is set on a connection for longer than a transaction, and a
transaction begins with its bank and person, so a connection needs no cleaning when it goes back.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from sqlalchemy import URL
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

from core.codes import is_code
from core.errors import Unavailable
from core.people.login import Login
from core.session import Bank, BankSession, Entered

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_ENTER = "SELECT known, manager, roles, branches, plugins FROM bank.enter($1, $2)"
_GONE = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.AdminShutdownError, OSError)
STATEMENTS_KEPT = 500


class ReadingPool:
    """Opens reading transactions. `size` connections at most; who waits longer than `patience` seconds is refused."""

    def __init__(self, url: URL, size: int, patience: float) -> None:
        self._url = url
        self._size = size
        self._patience = patience
        self._pool: Any = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def open(self, bank: Bank, person: str, statement_seconds: int = 0) -> AsyncIterator[BankSession]:
        """One frozen reading transaction of `person` in `bank`, with what is known of him as it begins.

        `statement_seconds`: after which PostgreSQL itself ends a statement; 0: as the server is configured.
        """
        pool = await self._opened()
        limit = f"; SET LOCAL statement_timeout = '{statement_seconds:d}s'" if statement_seconds else ""
        connection = await self._begun(pool, _BEGIN + limit)
        try:
            found = await connection.fetchrow(_ENTER, bank.id, person if is_code(person) else "")
            yield BankSession(bank=bank, person=person, driver=connection, entered=_entered(person, found))
            await connection.execute("COMMIT")
        except BaseException:
            await _roll_back(connection)
            raise
        finally:
            await pool.release(connection)

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            await self._pool.close()

    async def _opened(self) -> Any:
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    _, options = _dialect().create_connect_args(self._url)
                    self._pool = await asyncpg.create_pool(
                        **options,
                        min_size=0,
                        max_size=self._size,
                        statement_cache_size=STATEMENTS_KEPT,
                        max_cached_statement_lifetime=0,
                        reset=_keep,
                    )
        return self._pool

    async def _begun(self, pool: Any, begin: str) -> Any:
        """A connection in a transaction. Those that died in the pool, as in a restart, are passed over."""
        for left in range(self._size, -1, -1):
            try:
                connection = await pool.acquire(timeout=self._patience)
            except TimeoutError as error:
                raise Unavailable("The database is busy or away: try again in a moment.") from error
            try:
                await connection.execute(begin)
            except BaseException as error:
                connection.terminate()
                await pool.release(connection)
                if not left or not isinstance(error, _GONE):
                    raise
            else:
                return connection
        raise AssertionError("the last attempt returns or raises")


def _dialect() -> Any:
    return asyncpg_dialect()  # type: ignore[no-untyped-call]


def _entered(person: str, found: Any) -> Entered:
    grants = tuple(zip(found["roles"], found["branches"], strict=True))
    login = Login(person, found["manager"], grants) if found["known"] else None
    return Entered(login, tuple(found["plugins"]))


async def _roll_back(connection: Any) -> None:
    try:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
    except (*_GONE, asyncpg.PostgresError):
        with suppress(asyncpg.InterfaceError):  # it has left the pool already
            connection.terminate()


async def _keep(_connection: Any) -> None:
    """Nothing outlives a transaction."""
