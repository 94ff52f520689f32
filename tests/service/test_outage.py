"""Which faults mean "try again", and which "migrate first"."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.errors import InputError, Unavailable
from service.outage import is_outage, is_unmade


def wrapped(cause: BaseException) -> BaseException:
    """As SQLAlchemy raises it: its own error, the driver's in `orig`, the server's as that one's cause."""
    driver = Exception("driver")
    driver.__cause__ = cause
    return OperationalError("SELECT 1", {}, driver)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unavailable("away"), True),
        (ConnectionRefusedError(111, "refused"), True),
        (FileNotFoundError(2, "No such file or directory"), True),  # a socket that is not there yet
        (OSError("Multiple exceptions: [Errno 111] …"), True),
        (asyncpg.CannotConnectNowError("starting up"), True),
        (asyncpg.AdminShutdownError("terminating"), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (wrapped(asyncpg.ConnectionDoesNotExistError("gone")), True),
        (DBAPIError("SELECT 1", {}, Exception(), connection_invalidated=True), True),
        (PoolTimeout("QueuePool limit of size 10 overflow 10 reached"), True),
        (FileNotFoundError(2, "No such file or directory", "facts/x.parquet"), False),
        (asyncpg.InterfaceError("another operation is in progress"), False),
        (wrapped(asyncpg.UniqueViolationError("twice")), False),
        (InputError("no"), False),
        (ZeroDivisionError(), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_outage_is_told_from_a_fault(error: BaseException, expected: bool) -> None:
    assert is_outage(error) is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (wrapped(asyncpg.UndefinedTableError("no table")), True),
        (wrapped(asyncpg.InvalidPasswordError("no")), True),
        (asyncpg.InvalidCatalogNameError("no database"), True),
        (wrapped(asyncpg.CannotConnectNowError("starting up")), False),
        (ZeroDivisionError(), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_database_without_tables_is_told_from_one_that_is_away(error: BaseException, expected: bool) -> None:
    assert is_unmade(error) is expected
