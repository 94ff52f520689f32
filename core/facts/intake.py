"""The steps of taking in one delivery, inside one transaction: read, check, derive, keep, name."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.facts import ledger
from core.facts.balances import SpanChange, SpanFile, derive_balances, news_of
from core.facts.engine import Engine
from core.facts.fact_table import FactKind
from core.facts.findings import FindingList
from core.facts.ledger import NamedFile, NewFile
from core.facts.plan import ReadPlan
from core.facts.reading import TYPED, find_columns, read_quickly, read_slowly
from core.facts.records import Record, first_day, write_records
from core.facts.spans import RecordFile, SumsTooLarge
from core.facts.staging import Staged, stage
from core.facts.store import FactStore
from core.facts.validation import (
    check_delivery,
    is_faultless,
    load_delivered_keys,
    load_register,
    registers_of,
    report,
    report_sums,
)
from core.session import BankSession

Progress = Callable[[str, int, int], None]
"""progress(stage, done, total), called as each of STAGES is reached."""

REGISTERS = {
    "customers": "SELECT customer FROM bank.customers",
    "managers": "SELECT manager FROM bank.managers",
}

STAGES = ("staged", "waiting", "locked", "read", "checked", "recorded", "derived", "named", "done")


@dataclass(frozen=True)
class Outcome:
    status: str
    delivery: int | None = None
    rows: int = 0
    supersedes: int | None = None


@dataclass(frozen=True)
class Addition:
    """Files in the work folder: delivered rows and, of balances, the spans that change."""

    records: list[Record]
    change: SpanChange


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

    def reached(self, stage: str) -> None:
        if self.progress is not None:
            self.progress(stage, STAGES.index(stage) + 1, len(STAGES))

    async def run(self, source: Path, today: date, dry_run: bool) -> Outcome:
        check_delivery(self.plan, today, self.findings)
        copy = self.folder / "delivered.csv"
        staged = await self.engine.run(stage, source, copy, self.plan.mapping.csv, self.findings)
        self.reached("staged")
        content = hashlib.sha256(staged.sha256.encode() + b"\n" + self.plan.mapping.canonical).hexdigest()
        if not dry_run:
            await self._lock()
        before = await ledger.delivery_in_force(self.session, self.plan)
        if before is not None and before["content"] == content and not self.findings:
            return Outcome("unchanged", before["delivery"], before["rows"])
        files = await ledger.files_in_force(self.session, self.plan.table.name)
        supersedes = before["delivery"] if before is not None else None
        rows = await self._read(staged, [file for file in files if file.delivery != supersedes])
        addition = await self._make(supersedes, files)
        if dry_run:
            return Outcome("dry_run", None, 0 if self.findings else rows, supersedes)
        if self.findings:
            return await self._refuse(content)
        return await self._accept(content, rows, supersedes, files, addition)

    async def _lock(self) -> None:
        if not await ledger.lock(self.session, self.plan.table.name):
            self.reached("waiting")
            await ledger.wait_for_lock(self.session, self.plan.table.name)
        self.reached("locked")

    async def _read(self, staged: Staged, others: list[NamedFile]) -> int:
        """Fill TYPED, or the findings. `others`: the table's files that this delivery does not replace."""
        if self.findings:
            return 0
        places = find_columns(self.plan, staged, self.findings)
        if self.findings:
            return 0
        fits = await self.engine.run(read_quickly, self.engine, self.plan, staged, places)
        self.reached("read")
        await self._load_lists(others)
        if fits and await self.engine.run(is_faultless, self.engine, self.plan):
            rows: int = self.engine.row(f"SELECT count(*) FROM {TYPED}")[0]  # noqa: S608
            self.reached("checked")
            return rows
        cells = await self.engine.run(read_slowly, self.engine, self.plan, staged, places, self.findings)
        await self.engine.run(report, self.engine, self.plan, cells, self.findings)
        if not self.findings:
            self.findings.add("FILE_UNREADABLE", more="its rows cannot be told apart")
        self.reached("checked")
        return 0

    async def _load_lists(self, others: list[NamedFile]) -> None:
        """Make the engine's tables of what codes and keys are held against."""
        bank = self.session.bank.code
        for name in registers_of(self.plan):
            if name == "accounts":
                paths = await self._current_accounts(others)
            else:
                paths = [self.folder / f"known_{name}.csv"]
                with paths[0].open("wb") as sink:
                    await self.session.copy_out(sink, REGISTERS[name])
            await self.engine.run(load_register, self.engine, name, paths)
        if self.plan.table.kind is FactKind.EVENT:
            paths = [self.store.path(bank, file.sha256) for file in others]
            await self.engine.run(load_delivered_keys, self.engine, self.plan, paths)

    async def _current_accounts(self, others: list[NamedFile]) -> list[Path]:
        files = others if self.plan.table.name == "accounts" else await ledger.files_in_force(self.session, "accounts")
        return [self.store.path(self.session.bank.code, file.sha256) for file in files]

    async def _make(self, supersedes: int | None, files: list[NamedFile]) -> Addition:
        """What the delivery would add; nothing of use if there are findings, then or now."""
        change = SpanChange()
        if self.findings:
            return Addition([], change)
        records = await self.engine.run(write_records, self.engine, self.plan, self.folder)
        self.reached("recorded")
        if self.plan.table.kind is FactKind.BALANCE:
            try:
                change = await self._derive(records, supersedes, files)
            except SumsTooLarge as sums:
                report_sums(self.plan, sums, self.findings)
        self.reached("derived")
        return Addition(records, change)

    async def _refuse(self, content: str) -> Outcome:
        count = sum(self.findings.counts.values())
        kept, file = self.findings.kept(), self.findings.file
        return Outcome("refused", await ledger.refuse(self.session, self.plan, file, content, count, kept))

    async def _accept(
        self, content: str, rows: int, supersedes: int | None, files: list[NamedFile], addition: Addition
    ) -> Outcome:
        is_newest = ledger.is_newest_list(self.plan, files)
        ended = [*addition.change.ended]
        if self.plan.table.kind is FactKind.STATE and is_newest:
            ended += [file.number for file in files]
        added = await self.engine.run(self._keep, addition, not is_newest)
        self.reached("named")
        source = self.findings.file
        number = await ledger.accept(self.session, self.plan, source, content, rows, supersedes)
        await ledger.change_files(self.session, self.plan.table.name, number, ended, added)
        return Outcome("accepted", number, rows, supersedes)

    async def _derive(self, records: list[Record], supersedes: int | None, files: list[NamedFile]) -> SpanChange:
        bank, day = self.session.bank.code, self.plan.business_day
        own_day = day if self.plan.shape == "snapshot" else None
        added = [RecordFile(record.month, own_day, record.path) for record in records]
        first = await self.engine.run(first_day, self.engine, self.plan)
        news = news_of(self.store, bank, files, supersedes, added, day, first)
        known = await ledger.known_until(self.session, self.plan.table.name)
        return await self.engine.run(derive_balances, self.engine, self.store, bank, files, news, known, self.folder)

    def _keep(self, addition: Addition, is_past: bool) -> list[NewFile]:
        """Move all new files into the store. They stay nameless, and so without effect, until the commit."""
        bank = self.session.bank.code
        kept = []
        for record in addition.records:
            kept.append(NewFile("record", record.month, *self._moved(bank, record), True, is_past))
        for span in addition.change.written:
            kept.append(NewFile(span.part, span.month, *self._moved(bank, span), False))
        return kept

    def _moved(self, bank: str, file: Record | SpanFile) -> tuple[str, int, int]:
        sha256, size = self.store.keep(bank, file.path)
        return sha256, file.rows, size
