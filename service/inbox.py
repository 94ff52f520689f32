"""Watching the inbox folders: what lies still at two looks is taken, bank by bank."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from core.arrivals.inbox import Entry
from core.arrivals.take import lock_inbox, mend, prospect, take_file
from core.errors import MeritgraphError, NotFound
from core.feeds.store import feeds
from core.indicators.workshop import aside
from core.session import Bank
from service.house import House
from service.outage import is_outage
from tenants.registry import bank_of, banks

INBOX = "inbox"
"""Who hands in what lies in an inbox folder."""
MOST = 100
"""How many files of one bank are taken at one look: the others' turn comes in between."""

log = structlog.get_logger(__name__)


@dataclass
class InboxWatch:
    """Remembers what lay in the folders at the last look. Several processes may watch: one at a time takes."""

    house: House
    person: str = INBOX
    _seen: dict[tuple[str, str], tuple[int, int, int]] = field(default_factory=dict)
    _mended: set[str] = field(default_factory=set)

    async def run(self, stop: asyncio.Event) -> None:
        """Look every `inbox_seconds` until told to stop; 0: never."""
        while self.house.settings.inbox_seconds and not stop.is_set():
            try:
                await self.look()
            except Exception as error:
                if is_outage(error):
                    log.warning("inbox: PostgreSQL is away", error=str(error).split("\n")[0])
                else:
                    log.exception("inbox: the look failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self.house.settings.inbox_seconds)

    async def look(self) -> int:
        """One look at every bank's folder; how many files were taken. One bank's trouble is logged, not the others'."""
        taken = 0
        for row in await banks(self.house.engine):
            try:
                taken += len(await self.look_at(bank_of(row)))
            except Exception as error:
                if is_outage(error):
                    raise
                log.error("inbox: a folder cannot be used", bank=row.code, error=str(error))
        return taken

    async def look_at(self, bank: Bank) -> list[int]:
        """One look at one bank's folder: the arrivals of the files that were taken."""
        lying = await aside(self.house.inbox.look, bank.code)
        still = [entry for entry in lying if self._seen.get((bank.code, entry.name)) == entry.state]
        self._seen = {key: state for key, state in self._seen.items() if key[0] != bank.code}
        self._seen |= {(bank.code, entry.name): entry.state for entry in lying}
        await self._mend(bank)
        return await take_all(self.house, bank, still[:MOST], self.person)

    async def _mend(self, bank: Bank) -> None:
        if bank.code not in self._mended:
            async with self.house.door.open(bank, self.person) as session:
                if await lock_inbox(session):
                    await mend(session, self.house.inbox)
                    self._mended.add(bank.code)


async def take_all(
    house: House, bank: Bank, entries: list[Entry], person: str, tell: Callable[[str], None] | None = None
) -> list[int]:
    """Take these files, each with its arrival and job in a transaction of its own; their numbers."""
    numbers = []
    for entry in entries:
        try:
            number = await _take(house, bank, entry, person)
        except NotFound:  # somebody else took it, or its sender took it back
            continue
        except MeritgraphError as error:
            log.error("inbox: a file cannot be taken", bank=bank.code, code=error.code, error=error.message)
            continue
        if number is not None:
            log.info("inbox: file taken", bank=bank.code, arrival=number, bytes=entry.bytes)
            numbers.append(number)
    return numbers


async def _take(house: House, bank: Bank, entry: Entry, person: str) -> int | None:
    async with house.door.open(bank, person) as session:
        if not await lock_inbox(session):
            return None
        if await aside(house.inbox.entry, bank.code, entry.name) != entry:
            return None
        found = await prospect(house.inbox, bank.code, entry, await feeds(session))
        return await take_file(session, house.inbox, entry, found)
