"""Writing the audit trail, in the transaction of the act itself."""

from typing import Any

import orjson

from core.session import BankSession


async def record(session: BankSession, action: str, subject: str, **detail: Any) -> None:
    """Say that `session.person` did `action` ("run:start") to `subject`. Commits with the act or not at all."""
    await session.execute(
        "INSERT INTO bank.audit (at, person, action, subject, detail) VALUES (now(), $1, $2, $3, $4::text::jsonb)",
        session.person,
        action,
        subject,
        orjson.dumps(detail, default=str).decode(),
    )
