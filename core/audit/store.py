"""Writing the audit trail, in the transaction of the act itself."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson

from core.session import BankSession

LISTED = 100
"""How many rows of a bulk act stand in its record."""


async def record(session: BankSession, action: str, subject: str, **detail: Any) -> None:
    """Say that `session.person` did `action` ("run:start") to `subject`. Commits with the act or not at all."""
    await session.execute(
        "INSERT INTO bank.audit (at, person, action, subject, detail) VALUES (now(), $1, $2, $3, $4::text::jsonb)",
        session.person,
        action,
        subject,
        orjson.dumps(detail, default=str).decode(),
    )


def told(rows: Sequence[Sequence[object]]) -> dict[str, Any]:
    """What a bulk act did, for its record: the first rows as they are, and the SHA-256 of all of them."""
    digest = hashlib.sha256(orjson.dumps(rows, default=str)).hexdigest()
    return {
        "sha256": digest,
        "first_rows": [list(row) for row in rows[:LISTED]],
        "more_rows": max(0, len(rows) - LISTED),
    }
