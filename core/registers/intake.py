"""Taking in a file of a register: checked like any facts, then written into the bank's list, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.audit.store import record
from core.facts import ledger
from core.facts.cells import SQL_TYPES
from core.facts.corrections import check_closed
from core.facts.engine import Engine, quoted
from core.facts.fact_table import FactTable
from core.facts.findings import KEPT, FindingList
from core.facts.intake import Addition, Intake, Outcome
from core.facts.ledger import NamedFile, RowsAside
from core.facts.reading import TYPED
from core.periods import Period
from core.publications.store import closed_through
from core.registers.catalogue import PERIOD_FORM
from core.registers.register import INCOMING, Register, RowCheck
from core.runs.affected import affected_by
from core.session import BankSession

_TYPES = {"VARCHAR": "text", "DATE": "date", "BIGINT": "bigint", "BOOLEAN": "boolean"}


@dataclass(frozen=True, kw_only=True)
class RegisterIntake(Intake):
    """One file inside its transaction. `changes`: what was written; of a dry run, what would be."""

    register: Register
    dry_run: bool
    changes: dict[str, int] = field(default_factory=dict)
    days: dict[str, Any] = field(default_factory=dict)
    """For which days or periods the file counts, as the audit trail tells it."""

    @property
    def is_repeatable(self) -> bool:
        """The same file again may find another list: it is applied anew."""
        return True

    async def _make(self, before: Any | None, files: list[NamedFile], rows: int) -> Addition:
        """Hold the rows against the list; without findings write them, which a dry run takes back."""
        if self.findings.refuses:
            return Addition()
        first = await self._bring()
        check_closed(first, await closed_through(self.session), self.terms.correction, self.findings)
        for check in self.register.checks:
            await _find(self.session, self.plan.table, check, self.findings)
        if not self.findings.refuses:
            await self.session.execute("SAVEPOINT before_register")
            self.changes.update(await self.register.apply(self.session))
            if self.dry_run:
                await self.session.execute("ROLLBACK TO SAVEPOINT before_register")
        self.reached("derived")
        return Addition(first_day=first)

    async def _accept(
        self, content: str, rows: int, supersedes: int | None, addition: Addition, left: RowsAside | None
    ) -> Outcome:
        number = await ledger.accept(
            self.session,
            self.plan,
            self.findings.file,
            content,
            rows,
            supersedes,
            self.terms,
            first_day=addition.first_day,
        )
        await record(self.session, f"{self.register.name}:import", str(number), **self.changes, **self.days)
        return Outcome("accepted", number, rows, supersedes, affected=await affected_by(self.session, number))

    async def _bring(self) -> date:
        """Make INCOMING of the rows; the first day they say anything about."""
        table = self.plan.table
        rows = await self.engine.run(_typed_rows, self.engine, table)
        await _copy(self.session, table, rows)
        if self.register.name == "targets":
            query = f"SELECT DISTINCT period FROM {INCOMING} i WHERE {PERIOD_FORM} ORDER BY period"  # noqa: S608
            self.days["periods"] = [row["period"] for row in await self.session.rows(query)]
            return min((Period.parse(text).last for text in self.days["periods"]), default=self.plan.business_day)
        if self.register.first_day is None:
            return self.plan.business_day
        place = table.names.index(self.register.first_day) + 1
        first: date = min(row[place] for row in rows)
        ends = [row[place + 1] for row in rows]
        self.days.update(first_day=first, until=None if None in ends else max(ends))
        return first


def _typed_rows(engine: Engine, table: FactTable) -> list[tuple[Any, ...]]:
    columns = ", ".join(map(quoted, table.names))
    return engine.rows(f"SELECT rowid + 1, {columns} FROM {TYPED} ORDER BY rowid")  # noqa: S608


async def _copy(session: BankSession, table: FactTable, rows: list[tuple[Any, ...]]) -> None:
    columns = ", ".join(f"{name} {_TYPES[SQL_TYPES[table.column(name).type]]}" for name in table.names)
    name = INCOMING.partition(".")[2]
    await session.execute(f"DROP TABLE IF EXISTS {INCOMING}")
    await session.execute(f"CREATE TEMPORARY TABLE {name} (record bigint, {columns}) ON COMMIT DROP")
    await session.driver.copy_records_to_table(
        name, records=rows, columns=["record", *table.names], schema_name="pg_temp"
    )
    await session.execute(f"ANALYZE {INCOMING}")


async def _find(session: BankSession, table: FactTable, check: RowCheck, findings: FindingList) -> None:
    """The rows that break one rule: all counted, the first kept."""
    column = table.column(check.column)
    found = await session.rows(
        f"SELECT *, count(*) OVER () AS count FROM ({check.statement}) f ORDER BY record LIMIT {KEPT}"  # noqa: S608
    )
    findings.counts[check.rule] += found[0]["count"] if found else 0
    for row in found:
        at: Mapping[str, Any] = {"row": row["record"], "value": row["value"], "column": column.name}
        findings.add(check.rule, count=0, label=column.labels, more=row["more"], **at)
