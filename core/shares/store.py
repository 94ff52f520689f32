"""Setting shares: checked here, and refused by the database itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg

from core.audit.store import record, told
from core.errors import ShareRefused
from core.numbers import PPM
from core.periods import FOREVER
from core.session import BankSession

_CODES = {
    "MG001": "SHARES_OVERLAP",
    "MG002": "SHARES_EXCEED_ONE",
    "23514": "SHARE_OUT_OF_RANGE",
    "23503": "SHARE_OF_UNKNOWN",
    "23505": "SHARES_OVERLAP",
}


@dataclass(frozen=True, slots=True)
class NewShare:
    """`share_ppm` millionths of `customer` for `manager`, from `first` until (exclusive) `until`."""

    customer: str
    manager: str
    share_ppm: int
    first: date
    until: date = FOREVER


async def add_shares(session: BankSession, shares: Sequence[NewShare]) -> int:
    """Add shares, all or none; gives their number.

    ShareRefused SHARE_OUT_OF_RANGE (≤ 0 or > 1, or days the wrong way round; looked at first), SHARES_OVERLAP,
    SHARES_EXCEED_ONE, SHARE_OF_UNKNOWN (customer or manager). The session can only be rolled back after that.
    """
    for share in shares:
        if not 0 < share.share_ppm <= PPM or share.first >= share.until:
            raise ShareRefused(
                f"Customer {share.customer}, manager {share.manager}: {share.share_ppm} millionths from {share.first} "
                f"until {share.until} is no share; a share is above 0 and at most {PPM}, its first day before its end.",
                customer=share.customer,
                manager=share.manager,
            )
    added = await insert_shares(session, shares)
    rows = [[s.customer, s.manager, s.share_ppm, s.first, s.until] for s in shares]
    await record(session, "shares:add", str(added), rows=added, **told(rows))
    return added


async def insert_shares(session: BankSession, shares: Sequence[NewShare]) -> int:
    """The rows and nothing else; gives their number. What the database refuses is ShareRefused with its code."""
    try:
        return await session.copy_in(
            "shares",
            ("customer", "manager", "valid_from", "valid_until", "share_ppm"),
            [(s.customer, s.manager, s.first, s.until, s.share_ppm) for s in shares],
        )
    except asyncpg.PostgresError as error:
        code = _CODES.get(error.sqlstate or "")
        if code is None:
            raise
        raise ShareRefused(f"Shares refused: {error.detail or error}", code=code) from error
