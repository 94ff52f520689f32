"""Setting targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import asyncpg

from core.audit.store import record, told
from core.errors import InputError
from core.numbers import exact_scaled
from core.periods import Period
from core.session import BankSession

_LARGEST = 10**31


@dataclass(frozen=True, slots=True)
class NewTarget:
    """`target` in the indicator's shown unit; `prorate`: a part-period manager owes his days' part."""

    manager: str
    indicator: str
    target: Decimal
    prorate: bool = True


async def set_targets(session: BankSession, period: Period, targets: Sequence[NewTarget]) -> int:
    """Write targets of a period, in place of what the same manager and indicator had. At most 6 decimal places.

    A target of zero is lawful: what it means is the point rule's to say. InputError TARGET_REFUSED.
    """
    for target in targets:
        if not target.target.is_finite() or abs(exact_scaled(target.target, 6)) >= _LARGEST * 10**6:
            raise InputError(f"Manager {target.manager}: {target.target} cannot be a target.", code="TARGET_REFUSED")
    before = await _agreed(session, period)
    try:
        await session.driver.executemany(
            """INSERT INTO bank.targets (manager, indicator, period, target, prorate) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (bank_id, manager, indicator, period)
               DO UPDATE SET target = excluded.target, prorate = excluded.prorate""",
            [(t.manager, t.indicator, str(period), t.target, t.prorate) for t in targets],
        )
    except asyncpg.ForeignKeyViolationError as error:
        raise InputError(f"Targets refused: {error.detail or error}", code="TARGET_REFUSED") from error
    changes = [
        [t.manager, t.indicator, before.get((t.manager, t.indicator)), str(t.target)]
        for t in targets
        if before.get((t.manager, t.indicator)) != str(t.target)
    ]
    await record(session, "targets:set", str(period), rows=len(targets), **told(changes))
    return len(targets)


async def _agreed(session: BankSession, period: Period) -> dict[tuple[str, str], str]:
    rows = await session.rows(
        "SELECT manager, indicator, trim_scale(target)::text AS target FROM bank.targets WHERE period = $1", str(period)
    )
    return {(row["manager"], row["indicator"]): row["target"] for row in rows}
