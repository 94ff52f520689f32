"""Telling "PostgreSQL is busy or away, try again" and "the database is not made yet" from every other fault."""

from collections.abc import Iterator

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.errors import Unavailable

_AWAY = (
    Unavailable,
    PoolTimeout,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)
_UNMADE = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidPasswordError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.UndefinedTableError,
)


def is_outage(error: BaseException) -> bool:
    """Whether waiting may help: the server is starting, stopping, gone, has hung up on us, or we use all it gives."""
    return any(isinstance(one, _AWAY) or _hung_up(one) or _unreachable(one) for one in _causes(error))


def is_unmade(error: BaseException) -> bool:
    """Whether `meritgraph migrate` may help: role, database or tables are missing, or are another installation's."""
    return any(isinstance(one, _UNMADE) for one in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it hides: SQLAlchemy's has the driver's in `orig`, and that one the server's as cause."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = getattr(current, "orig", None) or current.__cause__


def _hung_up(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    # A connection that is hung up leaves the pool at once: whatever is still asked of it fails in these words.
    words = ("closed", "released back to the pool")
    return isinstance(error, asyncpg.InterfaceError) and any(one in str(error) for one in words)


def _unreachable(error: BaseException) -> bool:
    """A connection's fault, not a file's: a file that is missing will be missing tomorrow too."""
    return isinstance(error, OSError) and error.filename is None
