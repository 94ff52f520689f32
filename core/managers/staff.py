"""Adding managers and their posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg

from core.audit.store import record
from core.errors import InputError
from core.periods import FOREVER
from core.session import BankSession


@dataclass(frozen=True, slots=True)
class NewManager:
    """A manager with one post, from `first` until (exclusive) `until`."""

    manager: str
    name: str
    branch: str
    position: str
    level: str
    first: date
    until: date = FOREVER


async def add_managers(session: BankSession, managers: Sequence[NewManager]) -> int:
    """Add managers with their first posts, all or none. InputError MANAGER_REFUSED says which rule they break."""
    try:
        await session.copy_in("managers", ("manager", "name"), [(m.manager, m.name) for m in managers])
        await session.copy_in(
            "postings",
            ("manager", "valid_from", "valid_until", "branch", "position", "level"),
            [(m.manager, m.first, m.until, m.branch, m.position, m.level) for m in managers],
        )
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.PostgresError) as error:
        if (error.sqlstate or "")[:2] not in ("23", "MG"):
            raise
        raise InputError(f"Managers refused: {error.detail or error}", code="MANAGER_REFUSED") from error
    await record(session, "managers:add", str(len(managers)), rows=len(managers))
    return len(managers)
