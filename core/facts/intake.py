"""The steps of taking in one delivery, inside one transaction: read, check, derive, keep, name."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from core.facts import ledger
from core.facts.balances import SpanChange, SpanFile, derive_balances, news_of
from core.facts.checking import FileCheck, Taken
from core.facts.corrections import balances_on, check_closed
from core.facts.engine import Engine
from core.facts.fact_table import FactKind
from core.facts.findings import FindingList
from core.facts.ledger import NamedFile, NewFile, RowsAside
from core.facts.plan import ReadPlan
from core.facts.records import Record, first_day, write_records
from core.facts.spans import RecordFile, SumsTooLarge
from core.facts.store import FactStore, sha256_of
from core.facts.terms import PLAIN, Terms
from core.facts.validation import check_delivery, report_sums
from core.publications.store import closed_through
from core.runs.affected import AffectedRun, affected_by, may_affect
from core.session import BankSession

Progress = Callable[[str, int, int], None]
"""progress(stage, done, total), called as each of STAGES is reached."""

STAGES = ("staged", "waiting", "locked", "read", "checked", "recorded", "derived", "named", "done")


@dataclass(frozen=True)
class Outcome:
    status: str
    delivery: int | None = None
    rows: int = 0
    supersedes: int | None = None
    zeroes: int | None = None
    affected: tuple[AffectedRun, ...] = ()
    aside: int = 0


@dataclass(frozen=True)
class Addition:
    """Files in the work folder: delivered rows and, of balances, the spans that change.

    `first_day`: the earliest day that the delivery, or the one whose place it takes, says anything about.
    `zeroes`: how many balances an empty list takes away; None of any other delivery.
    """

    records: list[Record] = field(default_factory=list)
    change: SpanChange = field(default_factory=SpanChange)
    first_day: date | None = None
    zeroes: int | None = None


@dataclass(frozen=True)
class Intake:
    """One delivery inside its transaction. `progress` is called on the event loop."""

    session: BankSession
    store: FactStore
    plan: ReadPlan
    folder: Path
    engine: Engine
    findings: FindingList
    progress: Progress | None
    terms: Terms = PLAIN

    def reached(self, stage: str) -> None:
        if self.progress is not None:
            self.progress(stage, STAGES.index(stage) + 1, len(STAGES))

    async def run(self, source: Path, today: date, dry_run: bool) -> Outcome:
        check_delivery(self.plan, today, self.findings)
        check = FileCheck(self.session, self.store, self.plan, self.folder, self.engine, self.findings, self.terms)
        staged = await check.stage(source)
        self.reached("staged")
        content = _content(staged.sha256, self.plan, self.terms)
        if not dry_run:
            await self._lock()
        before = await ledger.delivery_in_force(self.session, self.plan)
        is_known = before is not None and before["content"] == content and not self.is_repeatable
        if before is not None and is_known and not self.findings and not before["set_aside"]:
            return Outcome("unchanged", before["delivery"], before["rows"])
        files = await ledger.files_in_force(self.session, self.plan.table.name)
        taken = await check.read(staged, before, files, self.reached)
        if before is not None and is_known and taken.file and sha256_of(taken.file) == before["set_aside_sha256"]:
            return Outcome("unchanged", before["delivery"], before["rows"], aside=before["set_aside"])
        addition = await self._make(before, files, taken.rows)
        supersedes = before["delivery"] if before is not None else None
        if dry_run:
            return await self._foretold(taken, supersedes, addition)
        if self.findings.refuses:
            return await self._refuse(content, addition)
        left = await self.engine.run(self._keep_aside, taken)
        return await self._accept(content, taken.rows, supersedes, addition, left)

    async def _foretold(self, taken: Taken, supersedes: int | None, addition: Addition) -> Outcome:
        """What a dry run says. The runs are those it may affect: which files would differ is not known yet."""
        if self.findings.refuses:
            return Outcome("dry_run", None, 0, supersedes, addition.zeroes)
        first = addition.first_day or self.plan.business_day
        affected = await may_affect(self.session, self.plan.table.name, first)
        return Outcome("dry_run", None, taken.rows, supersedes, addition.zeroes, affected, taken.aside)

    @property
    def is_repeatable(self) -> bool:
        """Whether content that is in force already is taken in anew."""
        return False

    async def _lock(self) -> None:
        if not await ledger.lock(self.session, self.plan.table.name):
            self.reached("waiting")
            await ledger.wait_for_lock(self.session, self.plan.table.name)
        self.reached("locked")

    async def _make(self, before: Any | None, files: list[NamedFile], rows: int) -> Addition:
        """What the delivery would add; nothing of use if there are findings, then or now. `before`: it supersedes."""
        if self.findings.refuses:
            is_only_empty = set(self.findings.counts) == {"FILE_EMPTY"}
            return Addition(zeroes=await self._zeroes(files) if is_only_empty else None)
        first = await self.engine.run(first_day, self.engine, self.plan)
        told_from = min(first, before["first_day"]) if before is not None else first
        closed = await closed_through(self.session)
        check_closed(told_from, closed, self.terms.correction, self.findings)
        zeroes = await self._zeroes(files) if not rows else None
        if self.findings.refuses:
            return Addition(zeroes=zeroes)
        records = await self.engine.run(write_records, self.engine, self.plan, self.folder)
        self.reached("recorded")
        change = SpanChange()
        if self.plan.table.kind is FactKind.BALANCE:
            try:
                change = await self._derive(records, before["delivery"] if before else None, files, told_from)
            except SumsTooLarge as sums:
                report_sums(self.plan, sums, self.findings)
        self.reached("derived")
        return Addition(records, change, told_from, zeroes)

    async def _zeroes(self, files: list[NamedFile]) -> int | None:
        if self.plan.shape != "snapshot":
            return None
        bank, day = self.session.bank.code, self.plan.business_day
        return await self.engine.run(balances_on, self.engine, self.store, bank, files, day)

    async def _refuse(self, content: str, addition: Addition) -> Outcome:
        count = sum(self.findings.counts.values())
        kept, file = self.findings.kept(), self.findings.file
        number = await ledger.refuse(self.session, self.plan, file, content, count, kept, self.terms)
        return Outcome("refused", number, zeroes=addition.zeroes)

    async def _accept(
        self, content: str, rows: int, supersedes: int | None, addition: Addition, left: RowsAside | None
    ) -> Outcome:
        added = await self.engine.run(self._keep, addition)
        self.reached("named")
        source = self.findings.file
        first = addition.first_day
        number = await ledger.accept(
            self.session, self.plan, source, content, rows, supersedes, self.terms, left, first_day=first
        )
        await ledger.change_files(self.session, self.plan.table.name, number, addition.change.ended, added)
        affected = await affected_by(self.session, number)
        return Outcome("accepted", number, rows, supersedes, addition.zeroes, affected, left.rows if left else 0)

    async def _derive(
        self, records: list[Record], supersedes: int | None, files: list[NamedFile], told_from: date
    ) -> SpanChange:
        bank, day = self.session.bank.code, self.plan.business_day
        added = [RecordFile(record.month, self.plan.shape, day, record.path) for record in records]
        news = news_of(self.store, bank, files, supersedes, added, day, told_from)
        known = await ledger.known_until(self.session, self.plan.table.name)
        return await self.engine.run(derive_balances, self.engine, self.store, bank, files, news, known, self.folder)

    def _keep(self, addition: Addition) -> list[NewFile]:
        """Move all new files into the store. They stay nameless, and so without effect, until the commit."""
        bank = self.session.bank.code
        kept = []
        for record in addition.records:
            kept.append(NewFile("record", record.month, *self._moved(bank, record), True))
        for span in addition.change.written:
            kept.append(NewFile(span.part, span.month, *self._moved(bank, span), False))
        return kept

    def _keep_aside(self, taken: Taken) -> RowsAside | None:
        if taken.file is None:
            return None
        sha256, _ = self.store.keep(self.session.bank.code, taken.file, ".csv")
        return RowsAside(taken.aside, sha256, sum(self.findings.counts.values()), self.findings.kept())

    def _moved(self, bank: str, file: Record | SpanFile) -> tuple[str, int, int]:
        sha256, size = self.store.keep(bank, file.path)
        return sha256, file.rows, size


def _content(sha256: str, plan: ReadPlan, terms: Terms) -> str:
    """What makes two files one delivery: their bytes, how they are read, and what was said of them that is checked."""
    parts = [sha256.encode(), plan.mapping.canonical]
    if terms.completes is not None:
        parts.append(f"completes {terms.completes}".encode())
    if terms.control is not None:
        parts.append(orjson.dumps(terms.control.body()))
    return hashlib.sha256(b"\n".join(parts)).hexdigest()
