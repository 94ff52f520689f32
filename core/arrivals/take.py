"""Taking files over: an arrival, the file out of the senders' reach, and a job, all in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from core.arrivals.inbox import Entry, Inbox
from core.arrivals.names import plain
from core.arrivals.terms import ImportTerms, check_unattended, find_ways, parse_control
from core.audit.store import record
from core.errors import InputError, MeritgraphError
from core.feeds.feed import Feed
from core.indicators.workshop import aside
from core.jobs.store import enqueue
from core.session import BankSession

JOB, LARGE_JOB = "arrival", "arrival_large"
LARGE = 4 << 20
"""From so many bytes of text on a file is long work, which short work does not wait for."""
_PACKED, _TIMES = (".gz", ".zst", ".parquet", ".xlsx"), 8


@dataclass(frozen=True)
class Prospect:
    """What would become of a file if it were taken now: how it is read, or what it is refused for."""

    feed: str | None
    business_day: Any
    terms: dict[str, Any]

    @property
    def refusal(self) -> dict[str, str] | None:
        """Code and sentence; None for a file that will be looked into."""
        found: dict[str, str] | None = self.terms.get("refused")
        return found


async def lock_inbox(session: BankSession) -> bool:
    """Whether this transaction may take files of the bank; one at a time may, to its end."""
    found = await session.row(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('inbox/' || $1, 0)) AS got", session.bank.code
    )
    return bool(found and found["got"])


async def wait_for_inbox(session: BankSession) -> None:
    """As lock_inbox, for whoever cannot come again later."""
    await session.execute("SELECT pg_advisory_xact_lock(hashtextextended('inbox/' || $1, 0))", session.bank.code)


async def prospect(
    inbox: Inbox, bank: str, entry: Entry, feeds: Sequence[Feed], terms: ImportTerms | None = None
) -> Prospect:
    """How this file will be read: by `terms` of somebody whose rights were checked, else by control file and name."""
    said = terms
    try:
        if entry.fault:
            raise InputError(entry.fault, code="FILE_UNREADABLE")
        if said is None:
            control = await aside(inbox.control, bank, entry.name)
            said = ImportTerms() if control is None else await aside(parse_control, control)
            check_unattended(said)
        return prospect_of(entry.name, said, feeds)
    except MeritgraphError as error:
        return Prospect(None, None, {"refused": {"code": error.code, "message": error.message}})


def prospect_of(name: str, terms: ImportTerms, feeds: Sequence[Feed]) -> Prospect:
    """How a file of this name would be read. InputError when nothing says it."""
    ways = find_ways(name, terms, feeds)
    said = terms.model_dump(mode="json", exclude_defaults=True) | {"mapping": ways.mapping}
    return Prospect(ways.feed, ways.business_day, said)


async def arrive(session: BankSession, name: str, size: int, origin: str, found: Prospect) -> int:
    """Write the arrival down and queue its job; its number. The file is moved before the transaction commits."""
    row = await session.row(
        """INSERT INTO bank.arrivals (name, origin, feed, business_day, bytes, status, stage, terms, arrived_by,
                                      arrived_at)
           VALUES ($1, $2, $3, $4, $5, 'waiting', '', $6::text::jsonb, $7, now()) RETURNING arrival""",
        plain(name),
        origin,
        found.feed,
        found.business_day,
        size,
        orjson.dumps(found.terms, default=str).decode(),
        session.person,
    )
    if row is None:
        raise LookupError("an arrival that was not written")
    number = int(row["arrival"])
    await enqueue(session, LARGE_JOB if found.refusal is None and _is_large(name, size) else JOB, str(number))
    await record(session, "arrival:take", str(number), name=plain(name), origin=origin, bytes=size, feed=found.feed)
    return number


def _is_large(name: str, size: int) -> bool:
    return size * (_TIMES if name.lower().endswith(_PACKED) else 1) >= LARGE


async def take_file(session: BankSession, inbox: Inbox, entry: Entry, found: Prospect) -> int:
    """One file of the inbox; of a dry run a copy is taken. Needs the bank's inbox locked. NotFound: it is gone."""
    is_copy = bool(found.terms.get("dry_run"))
    number = await arrive(session, entry.name, entry.bytes, "inbox", found)
    move = inbox.copy if is_copy else inbox.take
    await aside(move, session.bank.code, entry.name, slot_of("inbox", number, is_copy))
    return number


async def take_upload(session: BankSession, inbox: Inbox, token: str, name: str, size: int, found: Prospect) -> int:
    """A file that was uploaded under `name`. Needs the bank's inbox locked."""
    number = await arrive(session, name, size, "upload", found)
    slot = slot_of("upload", number, bool(found.terms.get("dry_run")))
    await aside(inbox.take_upload, session.bank.code, token, name, slot)
    return number


def slot_of(origin: str, number: int, is_copy: bool) -> str:
    """The folder of an arrival that is being worked on. Its first word says what becomes of an orphan."""
    return f"{'copy' if is_copy else origin}-{number}"


async def mend(session: BankSession, inbox: Inbox) -> int:
    """Put back what a process took that died before it could say so; how many. Needs the bank's inbox locked."""
    bank = session.bank.code
    slots = {slot: int(slot.rpartition("-")[2]) for slot in await aside(inbox.slots, bank) if _is_slot(slot)}
    known = await session.rows("SELECT arrival FROM bank.arrivals WHERE arrival = ANY($1)", list(slots.values()))
    numbers = {row["arrival"] for row in known}
    orphans = [slot for slot, number in slots.items() if number not in numbers]
    for slot in orphans:
        await aside(inbox.put_back if slot.startswith("inbox-") else inbox.drop, bank, slot)
    await aside(inbox.sweep_uploads, bank)
    return len(orphans)


def _is_slot(slot: str) -> bool:
    kind, _, number = slot.rpartition("-")
    return kind in ("inbox", "upload", "copy") and number.isascii() and number.isdecimal() and len(number) < 19
