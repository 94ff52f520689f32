"""Setting targets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.audit.store import record, told
from core.codes import is_code
from core.errors import InputError
from core.numbers import exact_scaled
from core.periods import Period
from core.publications.store import check_open
from core.session import BankSession
from core.targets.read import target_version
from core.versions import NONE_YET, check_version

_LARGEST = 10**31

Key = tuple[str, str]
"""Manager and indicator."""


@dataclass(frozen=True, slots=True)
class NewTarget:
    """`target` in the indicator's shown unit, None: there is none any more.

    `prorate`: a part-period manager owes his days' part. `expected`: the version it was read in (empty: there was
    none), None: whatever it is.
    """

    manager: str
    indicator: str
    target: Decimal | None
    prorate: bool = True
    expected: str | None = None


async def set_targets(
    session: BankSession,
    period: Period,
    targets: Sequence[NewTarget],
    *,
    known: Collection[str] | None = None,
    reason: str = "",
) -> int:
    """Write targets of a period, in place of what the same manager and indicator had. At most 6 decimal places.

    A target of zero is lawful: what it means is the point rule's to say. `known`: the indicators there are, if that
    is to be looked at. InputError TARGET_REFUSED, with row (from 1), manager and indicator; PERIOD_CLOSED for a period
    of published results without a reason; Conflict VERSION_CONFLICT, with its position, for one not as `expected`.
    """
    for row, target in enumerate(targets, start=1):
        _check(row, target, known)
    _check_once(targets)
    await _check_managers(session, targets)
    await check_open(session, period.last, reason, what="Targets")
    await session.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('targets/' || $1, 0))", f"{session.bank.code}/{period}"
    )
    await _check_versions(session, period, targets)
    before = await _agreed(session, period)
    await _write(session, period, targets)
    changes = [[*_key(t), before.get(_key(t)), _told(t)] for t in targets if before.get(_key(t)) != _told(t)]
    why = {"reason": reason} if reason else {}
    await record(session, "targets:set", str(period), rows=len(targets), **why, **told(changes))
    return len(targets)


def _check(row: int, target: NewTarget, known: Collection[str] | None) -> None:
    if not is_code(target.manager):
        raise _refused(row, target, "there is no such manager")
    if not is_code(target.indicator) or (known is not None and target.indicator not in known):
        raise _refused(row, target, "there is no such indicator: enable its plugin or check the code")
    figure = target.target
    try:
        if figure is not None and (not figure.is_finite() or abs(exact_scaled(figure, 6)) >= _LARGEST * 10**6):
            raise _refused(row, target, "this number cannot be a target")
    except InputError as error:
        if error.code == "TARGET_REFUSED":
            raise
        raise _refused(row, target, error.message.rstrip("."), error.code) from error


def _check_once(targets: Sequence[NewTarget]) -> None:
    seen: set[Key] = set()
    for row, target in enumerate(targets, start=1):
        if _key(target) in seen:
            raise _refused(row, target, "there are two targets of them: name one")
        seen.add(_key(target))


async def _check_managers(session: BankSession, targets: Sequence[NewTarget]) -> None:
    found = await session.rows(
        "SELECT manager FROM bank.managers WHERE manager = ANY($1::text[])", sorted({one.manager for one in targets})
    )
    known = {row["manager"] for row in found}
    for row, target in enumerate(targets, start=1):
        if target.manager not in known:
            raise _refused(row, target, "there is no such manager")


def _refused(row: int, target: NewTarget, what: str, code: str = "TARGET_REFUSED") -> InputError:
    who = f"Target {row}, manager {target.manager[:50]!r}, indicator {target.indicator[:100]!r}"
    return InputError(f"{who}: {what}.", code=code, row=row, manager=target.manager, indicator=target.indicator)


async def _check_versions(session: BankSession, period: Period, targets: Sequence[NewTarget]) -> None:
    if all(one.expected is None for one in targets):
        return
    rows = await session.rows(
        "SELECT manager, indicator, target, prorate FROM bank.targets WHERE period = $1", str(period)
    )
    found = {(row["manager"], row["indicator"]): target_version(row["target"], row["prorate"]) for row in rows}
    for row, one in enumerate(targets, start=1):
        check_version(one.expected, found.get(_key(one), NONE_YET), f"target {row} of those given", position=row)


async def _write(session: BankSession, period: Period, targets: Sequence[NewTarget]) -> None:
    await session.driver.executemany(
        "DELETE FROM bank.targets WHERE manager = $1 AND indicator = $2 AND period = $3",
        [(*_key(t), str(period)) for t in targets if t.target is None],
    )
    await session.driver.executemany(
        """INSERT INTO bank.targets (manager, indicator, period, target, prorate) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (bank_id, manager, indicator, period)
           DO UPDATE SET target = excluded.target, prorate = excluded.prorate""",
        [(*_key(t), str(period), t.target, t.prorate) for t in targets if t.target is not None],
    )


async def _agreed(session: BankSession, period: Period) -> dict[Key, str]:
    rows = await session.rows(
        "SELECT manager, indicator, trim_scale(target)::text AS target, prorate FROM bank.targets WHERE period = $1",
        str(period),
    )
    return {(row["manager"], row["indicator"]): _shown(row["target"], row["prorate"]) for row in rows}


def _key(target: NewTarget) -> Key:
    return target.manager, target.indicator


def _told(target: NewTarget) -> str | None:
    """As `_agreed` reads it back: without idle zeros."""
    if target.target is None:
        return None
    figure = format(target.target, "f")
    return _shown(figure.rstrip("0").rstrip(".") if "." in figure else figure, target.prorate)


def _shown(figure: str, prorate: bool) -> str:
    return figure if prorate else f"{figure} whole"
