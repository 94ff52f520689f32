"""Which bank a token's issuer stands for, remembered for seconds so that a request costs no statement for it."""

import time

from sqlalchemy.ext.asyncio import AsyncEngine

from core.banks.table import BankRow
from tenants.proofs import VerifiedTokens
from tenants.registry import bank_row_of_issuer

FRESH_SECONDS = 30.0
AT_LEAST_SECONDS = 2.0
_MOST = 10_000


class Issuers:
    """Registry rows by issuer. A key taken out of the registry is trusted for at most FRESH_SECONDS more."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._known: dict[str, tuple[float, BankRow]] = {}
        self.verified = VerifiedTokens(_MOST)
        """Tokens checked against rows as they were read; a row that is read again makes them be checked again."""

    async def find(self, issuer: str, key_id: str) -> BankRow | None:
        """The bank of this issuer, if any. A key id not seen yet is looked for in the registry again."""
        now = time.monotonic()
        read_at, row = self._known.get(issuer, (float("-inf"), None))
        age = now - read_at
        # Nobody makes us read more often than every AT_LEAST_SECONDS by naming keys that do not exist.
        if row is not None and (age < AT_LEAST_SECONDS or (age < FRESH_SECONDS and _has_key(row, key_id))):
            return row
        row = await bank_row_of_issuer(self._engine, issuer)
        if row is None:
            self._known.pop(issuer, None)
            return None
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[issuer] = (now, row)
        return row


def _has_key(row: BankRow, key_id: str) -> bool:
    return any(entry.get("kid") == key_id for entry in row.jwks.get("keys", []))
