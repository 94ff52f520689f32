"""Adding customers: codes and names."""

from collections.abc import Iterable

import asyncpg

from core.audit.store import record
from core.errors import InputError
from core.session import BankSession


async def add_customers(session: BankSession, customers: Iterable[tuple[str, str]]) -> int:
    """Add (customer, name) pairs, all or none; gives their number. InputError CUSTOMER_REFUSED for a taken code."""
    try:
        added = await session.copy_in("customers", ("customer", "name"), customers)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise InputError(f"Customers refused: {error.detail or error}", code="CUSTOMER_REFUSED") from error
    await record(session, "customers:add", str(added), rows=added)
    return added
