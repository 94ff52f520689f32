"""Adding branches."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from core.audit.store import record
from core.errors import InputError
from core.session import BankSession


@dataclass(frozen=True, slots=True)
class NewBranch:
    """A node of the tree; `parent` None for the root."""

    branch: str
    parent: str | None
    kind: str
    name: str
    name_zh: str


async def add_branches(session: BankSession, branches: Sequence[NewBranch]) -> int:
    """Add nodes, parents anywhere among them, all or none. InputError BRANCH_REFUSED: taken code, unknown parent."""
    try:
        await session.copy_in(
            "branches",
            ("branch", "parent", "kind", "name", "name_zh"),
            [(b.branch, b.parent, b.kind, b.name, b.name_zh) for b in branches],
        )
    except asyncpg.IntegrityConstraintViolationError as error:
        raise InputError(f"Branches refused: {error.detail or error}", code="BRANCH_REFUSED") from error
    await record(session, "branches:add", str(len(branches)), rows=len(branches))
    return len(branches)
