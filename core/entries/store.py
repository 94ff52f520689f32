"""Manual entries (手工补录): made by one person with a reason, decided on by a second. Approval delivers the rows."""

from collections.abc import Callable
from typing import Any, NoReturn

import orjson

from core.audit.store import record
from core.entries.delivering import Desk, hand_in
from core.entries.entry import NewEntry, check_entry, check_reason
from core.errors import Conflict, Forbidden, NotFound
from core.publications.store import reached_back
from core.session import BankSession

_LAST = 2**63 - 1


async def make_entry(session: BankSession, desk: Desk, entry: NewEntry) -> int:
    """Write down what `session.person` says happened; its number. It counts once a second person approves it.

    ENTRY_INVALID, and ENTRY_REFUSED with findings, for rows that no file could bring; then nothing is written.
    """
    check_entry(desk.tables, entry)
    await hand_in(session, desk, entry, 0, dry_run=True)
    return await _add(session, entry, None)


async def reverse_entry(session: BankSession, number: int, reason: str) -> int:
    """Ask that an approved entry's rows no longer count: an entry of its own, which a second person approves.

    NotFound; Conflict ENTRY_NOT_IN_FORCE for one that is not approved, is a reversal, or has been reversed already.
    """
    check_reason(reason)
    found = await _locked(session, number)
    await _check_in_force(session, number, found)
    again = await session.row(
        "SELECT entry FROM bank.entries WHERE reverses = $1 AND status IN ('waiting', 'approved')", number
    )
    if again is not None:
        raise Conflict(f"Entry {again['entry']} reverses entry {number} already.", code="ENTRY_NOT_IN_FORCE")
    return await _add(session, _entry(found, reason), number)


async def approve_entry(
    session: BankSession, desk: Desk, number: int, *, check_may_correct: Callable[[], object]
) -> int:
    """Let the rows count, or of a reversal count no longer; the number of the delivery that says so.

    `check_may_correct`: called where that changes facts of a closed period; raises Forbidden for who may not correct
    them. Forbidden FOUR_EYES for who made it; Conflict ENTRY_DECIDED; ENTRY_REFUSED when the rows no longer fit what
    was delivered meanwhile. After an error the transaction must not commit.
    """
    found = await _undecided(session, number)
    if found["made_by"] == session.person:
        _same_person()
    reverses = found["reverses"]
    if reverses is not None:
        await _check_in_force(session, reverses, await _locked(session, reverses))
    entry = _entry(found, found["reason"])
    check_entry(desk.tables, entry)
    report = await hand_in(session, desk, entry, reverses or number, reversed_=reverses is not None)
    assert report.delivery is not None
    if await _reaches_back(session, report.delivery):
        check_may_correct()
    await _decide(session, number, "approved", "", report.delivery)
    return report.delivery


async def refuse_entry(session: BankSession, number: int, why: str) -> None:
    """Say no to somebody else's entry. Forbidden FOUR_EYES for who made it: he withdraws it; Conflict ENTRY_DECIDED."""
    check_reason(why)
    found = await _undecided(session, number)
    if found["made_by"] == session.person:
        _same_person()
    await _decide(session, number, "refused", why)


async def withdraw_entry(session: BankSession, number: int) -> None:
    """Take back one's own entry before anybody decided. Forbidden NOT_THE_MAKER; Conflict ENTRY_DECIDED."""
    found = await _undecided(session, number)
    if found["made_by"] != session.person:
        raise Forbidden("Only who made an entry withdraws it; others refuse it.", code="NOT_THE_MAKER")
    await _decide(session, number, "withdrawn", "")


async def _add(session: BankSession, entry: NewEntry, reverses: int | None) -> int:
    rows = [{name: cell for name, cell in row.items() if cell.strip()} for row in entry.rows]
    found = await session.row(
        """INSERT INTO bank.entries (fact, business_day, rows, reason, status, made_by, made_at, decision, reverses)
           VALUES ($1, $2, $3::text::jsonb, $4, 'waiting', $5, now(), '', $6) RETURNING entry""",
        entry.fact,
        entry.business_day,
        orjson.dumps(rows).decode(),
        entry.reason,
        session.person,
        reverses,
    )
    assert found is not None
    number = int(found["entry"])
    about = {"fact": entry.fact, "business_day": str(entry.business_day), "rows": rows, "reason": entry.reason}
    if reverses is None:
        await record(session, "entry:make", str(number), **about)
    else:
        await record(session, "entry:reverse", str(number), **about, reverses=reverses)
    return number


async def _decide(session: BankSession, number: int, status: str, decision: str, delivery: int | None = None) -> None:
    await session.execute(
        """UPDATE bank.entries SET status = $2, decided_by = $3, decided_at = clock_timestamp(), decision = $4,
                  delivery = $5
           WHERE entry = $1""",
        number,
        status,
        session.person,
        decision,
        delivery,
    )
    verb = {"approved": "approve", "refused": "refuse", "withdrawn": "withdraw"}[status]
    await record(session, f"entry:{verb}", str(number), decision=decision, delivery=delivery)


async def _locked(session: BankSession, number: int) -> Any:
    """The entry, its row locked until commit. NotFound for one that is missing or another bank's."""
    found = None
    if 0 < number <= _LAST:
        found = await session.row(
            """SELECT fact, business_day, rows::text AS rows, reason, status, made_by, delivery, reverses
               FROM bank.entries WHERE entry = $1 FOR UPDATE""",
            number,
        )
    if found is None:
        raise NotFound("There is no such entry.")
    return found


async def _undecided(session: BankSession, number: int) -> Any:
    found = await _locked(session, number)
    if found["status"] != "waiting":
        raise Conflict(f"Entry {number} is {found['status']} already.", code="ENTRY_DECIDED")
    return found


async def _check_in_force(session: BankSession, number: int, found: Any) -> None:
    delivered = await session.row(
        "SELECT status FROM bank.deliveries WHERE delivery = $1 AND status = 'accepted'", found["delivery"]
    )
    if found["reverses"] is not None or found["status"] != "approved" or delivered is None:
        raise Conflict(f"Entry {number} has no rows that count: nothing to reverse.", code="ENTRY_NOT_IN_FORCE")


async def _reaches_back(session: BankSession, delivery: int) -> bool:
    """Whether a delivery, or the one whose place it takes, says anything about closed days."""
    row = await session.row("SELECT first_day FROM bank.deliveries WHERE delivery = $1", delivery)
    return row is not None and await reached_back(session, row["first_day"]) is not None


def _entry(found: Any, reason: str) -> NewEntry:
    return NewEntry(found["fact"], found["business_day"], reason, orjson.loads(found["rows"]))


def _same_person() -> NoReturn:
    raise Forbidden("Nobody decides on what he entered: ask a second person.", code="FOUR_EYES")
