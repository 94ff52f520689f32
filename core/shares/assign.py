"""Setting who holds which customers from a day on: looked at whole, then changed in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.audit.store import record, told
from core.codes import is_code
from core.errors import InputError, ShareRefused
from core.publications.store import check_open, reached_back
from core.session import BankSession
from core.shares.handover import ShareChange, by_customer, hand_over
from core.shares.store import NewShare, insert_shares
from core.versions import check_version, version_of

MOST_CUSTOMERS = 1000
"""In one call; more come as a file."""


@dataclass(frozen=True)
class Assigned:
    """What changes, by customer, manager and first day. `closed`: the last closed day a change reaches back over.

    `version`: of what these customers' holders are from the day on, now that it is changed or, of a dry run, as it is.
    """

    changes: tuple[ShareChange, ...]
    closed: date | None
    version: str


async def set_shares(
    session: BankSession,
    day: date,
    wanted: Mapping[str, Sequence[NewShare]],
    *,
    reason: str = "",
    dry_run: bool = False,
    expected: str | None = None,
) -> Assigned:
    """Make `wanted` (customer → holders; none: nobody) what holds from `day` on; what was before stays as it was.

    ShareRefused as `check_wanted`, and SHARE_OF_UNKNOWN; InputError PERIOD_CLOSED without a reason for days of
    published results, SHARES_TOO_MANY. `dry_run`: says what would change, asks for no reason, changes nothing.
    `expected`: the version a dry run told; Conflict VERSION_CONFLICT where it is another by now.
    """
    if len(wanted) > MOST_CUSTOMERS:
        raise InputError(f"Set the shares of at most {MOST_CUSTOMERS} customers at once.", code="SHARES_TOO_MANY")
    customers = sorted(wanted)
    await _lock(session, customers)
    await _check_managers(session, sorted({share.manager for shares in wanted.values() for share in shares}))
    found = await _held(session, customers, day)
    check_version(expected, _version(found), "the shares of these customers")
    held = by_customer(found)
    changes = tuple(change for customer in customers for change in hand_over(held[customer], wanted[customer], day))
    closed = await reached_back(session, day) if changes else None
    if not dry_run and changes:
        await check_open(session, day, reason, what="Shares")
    if changes and not dry_run:
        await _write(session, changes)
        await record(session, "shares:set", _subject(customers), day=day, reason=reason, **told(_rows(changes)))
        found = await _held(session, customers, day)
    return Assigned(changes, closed, _version(found))


async def _lock(session: BankSession, customers: Sequence[str]) -> None:
    """Until commit, in the order in which the database itself locks them: so two changes never wait crosswise."""
    found = await session.rows(
        "SELECT customer FROM bank.customers WHERE customer = ANY($1::text[]) ORDER BY customer FOR NO KEY UPDATE",
        [code for code in customers if is_code(code)],
    )
    _check_known("customer", customers, {row["customer"] for row in found})


async def _check_managers(session: BankSession, managers: Sequence[str]) -> None:
    found = await session.rows(
        "SELECT manager FROM bank.managers WHERE manager = ANY($1::text[])",
        [code for code in managers if is_code(code)],
    )
    _check_known("manager", managers, {row["manager"] for row in found})


def _check_known(noun: str, asked: Sequence[str], known: set[str]) -> None:
    for code in asked:
        if code not in known:
            raise ShareRefused(f"There is no {noun} {code[:50]!r}.", code="SHARE_OF_UNKNOWN", **{noun: code})


async def _held(session: BankSession, customers: Sequence[str], day: date) -> list[NewShare]:
    rows = await session.rows(
        """SELECT customer, manager, share_ppm, valid_from, valid_until FROM bank.shares
           WHERE customer = ANY($1::text[]) AND valid_until > $2""",
        customers,
        day,
    )
    return [NewShare(*row) for row in rows]


async def _write(session: BankSession, changes: Sequence[ShareChange]) -> None:
    """Rows go before rows come: on no statement's end does a customer come to more than one."""
    gone = [change.before for change in changes if change.before]
    await session.execute(
        """DELETE FROM bank.shares s USING unnest($1::text[], $2::text[], $3::date[]) AS g(customer, manager, first)
           WHERE s.customer = g.customer AND s.manager = g.manager AND s.valid_from = g.first""",
        [share.customer for share in gone],
        [share.manager for share in gone],
        [share.first for share in gone],
    )
    await insert_shares(session, [change.after for change in changes if change.after])


def _version(held: Sequence[NewShare]) -> str:
    return version_of(sorted([one.customer, one.manager, *map(str, _told(one) or ())] for one in held))


def _subject(customers: Sequence[str]) -> str:
    return customers[0] if len(customers) == 1 else f"{len(customers)} customers"


def _rows(changes: Sequence[ShareChange]) -> list[list[object]]:
    """[customer, manager, [share, first, until] before, the same after], for the trail."""
    return [[*_whose(change), _told(change.before), _told(change.after)] for change in changes]


def _whose(change: ShareChange) -> tuple[str, str]:
    share = change.before or change.after
    return (share.customer, share.manager) if share else ("", "")


def _told(share: NewShare | None) -> list[object] | None:
    return None if share is None else [share.share_ppm, share.first, share.until]
