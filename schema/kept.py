"""Answers that cannot change are kept: about published runs, for those who see the same of them.

Whatever else such an answer shows (names, posts, branches, what plugins offer, who may see it) is told to us by
PostgreSQL when it changes, and everything kept of the bank is dropped. While we cannot hear it, nothing is kept.
"""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.notices import PEOPLE, REGISTERS, RESULTS, read_notice
from core.plugins.host import Catalogue
from schema.limit_table import Limits
from schema.watch import Listen
from tenants.callers import Caller, today_in
from tenants.proofs import Proof

log = logging.getLogger("meritgraph.graphql")

MOST_BYTES = 64 << 20
LARGEST = 4 << 20
OF_ONE = 1 << 10
"""What an answer takes besides its bytes: its place, its question's hash and its scope."""
MOST_PEOPLE = 20_000
MOST_RUNS = 10_000
_CHANNELS = (PEOPLE, REGISTERS, RESULTS)


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer: its bytes, what it cost, and a tag made of results, question, scope and bytes."""

    etag: str
    body: bytes
    cost: int


@dataclass(frozen=True, slots=True)
class Known:
    """Who asks, as he was let in: what he sees, and how much he may ask."""

    epoch: int
    today: date
    scope: Hashable
    limits: Limits


class Answered(Protocol):
    """What an answer's context tells."""

    caller: Caller
    catalogue: Catalogue
    results: tuple[str, ...] | None
    cost: dict[str, int] | None

    @property
    def limits(self) -> Limits:
        """The caller's."""
        ...


class KeptAnswers:
    """Of one process. Bounded in bytes; never shared between scopes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._answers: OrderedDict[Hashable, Kept] = OrderedDict()
        self._people: OrderedDict[tuple[int, str], Known] = OrderedDict()
        self._epochs: dict[int, int] = {}
        self._runs: OrderedDict[tuple[int, str], tuple[int, str | None]] = OrderedDict()
        """By bank and code: the epoch it was read in, and its results' hash if it was published then."""
        self._epoch = 0
        self.on_registers: Callable[[int], None] = lambda _bank: None
        """Told of banks whose registers have changed."""
        self._hearing = False

    def epoch(self, bank: int) -> int | None:
        """Of a bank, before anything is read of it; None while we cannot hear of changes."""
        return self._epochs.setdefault(bank, self._next()) if self._hearing else None

    def find(self, proof: Proof, question: Hashable) -> tuple[Kept, Limits] | None:
        """The answer kept for whoever sees what this person sees, and his limits."""
        known = self._people.get((proof.bank.id, proof.person)) if self._hearing else None
        if known is None or known.epoch != self._epochs.get(proof.bank.id) or known.today != today_in(proof.bank):
            return None
        kept = self._answers.get((known.epoch, known.scope, question))
        if kept is None:
            return None
        self._answers.move_to_end((known.epoch, known.scope, question))
        return kept, known.limits

    def keep(self, epoch: int, read: Answered, question: Hashable, body: bytes) -> str | None:
        """Keep an answer read in this epoch; its tag. None where a change has been heard of since."""
        caller, limits = read.caller, read.limits
        bank = caller.bank.id
        if epoch != self._epochs.get(bank) or not self._hearing:
            return None
        scope = scope_of(caller, read.catalogue)
        text = repr((read.results, question, scope)).encode()
        etag = f'"{hashlib.sha256(hashlib.sha256(text).digest() + body).hexdigest()[:40]}"'
        self._people[bank, caller.person] = Known(epoch, caller.today, scope, limits)
        if len(self._people) > MOST_PEOPLE:
            self._people.popitem(last=False)
        if len(body) <= min(LARGEST, self._most):
            self._put((epoch, scope, question), Kept(etag, body, (read.cost or {}).get("requested", 0)))
        return etag

    def run(self, epoch: int, bank: int, code: str) -> tuple[str | None] | None:
        """The results' hash of a run, or None in its place where it is not published; None where it has to be read."""
        read_in, found = self._runs.get((bank, code), (0, None))
        return (found,) if read_in == epoch else None

    def note_run(self, epoch: int, bank: int, code: str, results: str | None) -> None:
        """A run as it was read in this epoch."""
        if self._hearing and epoch == self._epochs.get(bank):
            self._runs[bank, code] = (epoch, results)
            if len(self._runs) > MOST_RUNS:
                self._runs.popitem(last=False)

    @asynccontextmanager
    async def hearing(self, listen: Listen, is_outage: Callable[[BaseException], bool]) -> AsyncIterator[None]:
        """Inside, answers are kept as long as PostgreSQL can tell us of changes."""
        task = asyncio.create_task(self._hear_on(listen, is_outage))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self._forget_all()

    async def _hear_on(self, listen: Listen, is_outage: Callable[[BaseException], bool]) -> None:
        while True:
            try:
                async with listen(_CHANNELS, self._hear) as gone:
                    self._hearing = True
                    await gone.wait()
                    self._forget_all()  # at once: hanging up takes its time
            except Exception as error:
                if not is_outage(error):
                    log.exception("cannot listen for changes")
            self._forget_all()
            await asyncio.sleep(1.0)

    def _hear(self, channel: str, payload: str) -> None:
        notice = read_notice(channel, payload)
        if notice is not None:
            self._epochs[notice.bank] = self._next()
            if channel == REGISTERS:
                self.on_registers(notice.bank)

    def _put(self, key: Hashable, kept: Kept) -> None:
        old = self._answers.pop(key, None)
        self._bytes += OF_ONE + len(kept.body) - (OF_ONE + len(old.body) if old else 0)
        self._answers[key] = kept
        while self._bytes > self._most:
            _, dropped = self._answers.popitem(last=False)
            self._bytes -= OF_ONE + len(dropped.body)

    def _forget_all(self) -> None:
        self._hearing = False
        self._bytes = 0
        for known in (self._answers, self._people, self._runs, self._epochs):
            known.clear()

    def _next(self) -> int:
        """Never one that was used: what was read in an older epoch is never found in a newer."""
        self._epoch += 1
        return self._epoch


def scope_of(caller: Caller, catalogue: Catalogue) -> Hashable:
    """What of a bank somebody sees: equal for those who see the same."""
    return (caller.sight, caller.roles, tuple(catalogue.plugins))
