"""From a staged file to TYPED: read, held against what is known, its wrong rows found or left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.facts import ledger
from core.facts.aside import as_corrected, is_list, leave_out, may_set_aside, unmarked, write_aside
from core.facts.completing import add_earlier_rows, check_completable, load_completed_keys, rows_of, stand_in
from core.facts.control import check_control, check_totals
from core.facts.engine import Engine
from core.facts.fact_table import FactKind
from core.facts.findings import FindingList
from core.facts.ledger import NamedFile
from core.facts.parquet import check_content, look_at_footer
from core.facts.plan import ReadPlan
from core.facts.reading import TYPED, SlowRead, find_columns, read_quickly, read_slowly
from core.facts.staging import Staged, stage
from core.facts.store import FactStore
from core.facts.terms import Terms
from core.facts.validation import (
    is_faultless,
    is_held_against_others,
    load_delivered_keys,
    load_register,
    registers_of,
    report,
)
from core.session import BankSession
from core.settings.settings import BadRows
from core.settings.store import bank_settings

REGISTERS = {
    "branches": "SELECT branch FROM bank.branches",
    "customers": "SELECT customer FROM bank.customers",
    "managers": "SELECT manager FROM bank.managers",
}


@dataclass(frozen=True)
class Taken:
    """What TYPED holds: `rows` delivered ones (with those of a completed delivery). `aside`: so many were left out,
    and stand in `file`, not kept yet.
    """

    rows: int = 0
    aside: int = 0
    file: Path | None = None


@dataclass(frozen=True)
class FileCheck:
    """One file's way to TYPED, or to findings that refuse it."""

    session: BankSession
    store: FactStore
    plan: ReadPlan
    folder: Path
    engine: Engine
    findings: FindingList
    terms: Terms

    async def stage(self, source: Path) -> Staged:
        """A copy of ours. A corrected file of rows set aside is text as we wrote it, or Parquet."""
        check_control(self.plan, self.terms.control)
        mapping = self._as_brought.mapping
        copy = self.folder / "delivered.csv"
        staged = await self.engine.run(stage, source, copy, mapping.csv, self.findings, mapping.file)
        if staged.is_parquet:
            return await self.engine.run(look_at_footer, self.engine, staged, self.findings)
        return unmarked(staged) if self.plan.completes is not None else staged

    async def read(
        self, staged: Staged, before: Any | None, files: Sequence[NamedFile], reached: Callable[[str], None]
    ) -> Taken:
        """`before`: the delivery whose place this one takes; `files`: those of the table in force.

        Conflict NOT_COMPLETABLE.
        """
        check_completable(self.plan, before)
        if self.findings:
            return Taken()
        plan = self.plan if staged.is_parquet else self._as_brought
        places = find_columns(plan, staged, self.findings)
        if staged.is_parquet and not self.findings:
            await self.engine.run(check_content, self.engine, staged, places, self.findings)
        if self.findings:
            return Taken()
        fits = await self.engine.run(read_quickly, self.engine, plan, staged, places)
        reached("read")
        replaced = before["delivery"] if before is not None else None
        await self._load_lists([file for file in files if file.delivery != replaced])
        if fits and await self.engine.run(is_faultless, self.engine, plan):
            await self._check_totals(plan, staged, places, None)
            reached("checked")
            return Taken(self._count())
        slow = await self.engine.run(read_slowly, self.engine, plan, staged, places, self.findings)
        if slow is None:
            return Taken()
        await self.engine.run(report, self.engine, plan, slow.cells, self.findings)
        await self._check_totals(plan, staged, places, slow)
        if not self.findings and plan.completes is None:
            self.findings.add("FILE_UNREADABLE", more="its rows cannot be told apart")
        taken = await self._left_out(plan, staged, slow, before, files)
        reached("checked")
        return taken

    @property
    def _as_brought(self) -> ReadPlan:
        return self.plan if self.plan.completes is None else as_corrected(self.plan)

    async def _left_out(
        self, plan: ReadPlan, staged: Staged, slow: SlowRead, before: Any | None, files: Sequence[NamedFile]
    ) -> Taken:
        """TYPED without the wrong rows, if the bank leaves them out and nothing else is wrong."""
        if self.findings.is_whole or (self.findings and not await self._sets_aside()):
            return Taken()
        percent = (await bank_settings(self.session)).set_aside_percent
        wrong = await self.engine.run(leave_out, self.engine, plan, slow, percent, self.findings)
        self.findings.is_tolerated = True
        if self.findings.refuses:
            return Taken()
        rows, file = self._count(), self.folder / "aside.csv"
        if plan.completes is not None:
            await self._complete()
            rows += before["rows"] if before is not None else 0
        if not wrong:
            return Taken(rows)
        if is_list(plan):
            await self.engine.run(stand_in, self.engine, plan, self._list_before(files))
        await self.engine.run(write_aside, self.engine, plan, slow, staged, file, self.findings)
        return Taken() if self.findings.refuses else Taken(rows, wrong, file)

    async def _sets_aside(self) -> bool:
        if not may_set_aside(self.plan):
            return False
        if self.terms.set_aside is not None:
            return self.terms.set_aside
        return (await bank_settings(self.session)).bad_rows is BadRows.SET_ASIDE

    async def _complete(self) -> None:
        files = await self._completed_files()
        await self.engine.run(add_earlier_rows, self.engine, self.plan, files)

    async def _completed_files(self) -> list[Path]:
        assert self.plan.completes is not None
        return self._paths(await rows_of(self.session, self.plan.completes))

    async def _check_totals(
        self, plan: ReadPlan, staged: Staged, places: dict[str, int], slow: SlowRead | None
    ) -> None:
        if self.terms.control is not None:
            given = (plan, staged, places, slow, self.terms.control, self.findings)
            await self.engine.run(check_totals, self.engine, *given)

    async def _load_lists(self, others: list[NamedFile]) -> None:
        """Make the engine's tables of what codes and keys are held against."""
        for name in registers_of(self.plan):
            if name == "accounts":
                paths = await self._current_accounts(others)
            else:
                paths = [self.folder / f"known_{name}.csv"]
                with paths[0].open("wb") as sink:
                    await self.session.copy_out(sink, REGISTERS[name])
            await self.engine.run(load_register, self.engine, name, paths)
        if not is_held_against_others(self.plan):
            return
        completed = [] if self.plan.completes is None else await self._completed_files()
        if self.plan.table.kind is FactKind.EVENT:
            paths = self._paths([file.sha256 for file in others])
            await self.engine.run(load_delivered_keys, self.engine, self.plan, [*paths, *completed])
        else:
            await self.engine.run(load_completed_keys, self.engine, self.plan, completed)

    async def _current_accounts(self, others: list[NamedFile]) -> list[Path]:
        files = others if self.plan.table.name == "accounts" else await ledger.files_in_force(self.session, "accounts")
        return self._paths([file.sha256 for file in ledger.newest_list(files)])

    def _list_before(self, files: Sequence[NamedFile]) -> Path | None:
        """The newest complete list up to the business day, that of the day itself too."""
        earlier = [file for file in files if file.business_day and file.business_day <= self.plan.business_day]
        newest = ledger.newest_list(earlier)
        return self._paths([newest[0].sha256])[0] if newest else None

    def _paths(self, hashes: Sequence[str]) -> list[Path]:
        return [self.store.path(self.session.bank.code, sha256) for sha256 in hashes]

    def _count(self) -> int:
        rows: int = self.engine.row(f"SELECT count(*) FROM {TYPED}")[0]  # noqa: S608
        return rows
