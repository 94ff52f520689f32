"""Telling "PostgreSQL is away, try again" from every other fault."""

import asyncpg
from sqlalchemy.exc import DBAPIError

from core.errors import Unavailable

_AWAY = (
    Unavailable,
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)


def is_outage(error: BaseException) -> bool:
    """Whether waiting may help: the server is starting, stopping, gone, or has hung up on us.

    SQLAlchemy hides the driver's error in `orig`, and that one the server's in `__cause__`: all are looked at.
    """
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, _AWAY) or _hung_up(current):
            return True
        current = getattr(current, "orig", None) or current.__cause__
    return False


def _hung_up(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)
