"""Taking in a delivery: all of it or nothing, whatever happens on the way."""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from core.errors import InputError
from core.facts.delivery_report import DeliveryReport
from core.facts.engine import MEMORY, Engine
from core.facts.fact_table import FactKind, FactTable
from core.facts.findings import FindingList, shown
from core.facts.intake import STAGES, Intake, Progress
from core.facts.mapping import DeliveryMapping
from core.facts.plan import make_plan
from core.facts.store import FactStore
from core.facts.terms import PLAIN, Terms
from core.registers.catalogue import REGISTERS
from core.registers.intake import RegisterIntake
from core.session import BankSession

__all__ = ["STAGES", "DeliveryReport", "OpenSession", "Progress", "deliver"]

OpenSession = Callable[[], AbstractAsyncContextManager[BankSession]]


async def deliver(
    open_session: OpenSession,
    store: FactStore,
    tables: Mapping[str, FactTable],
    source: Path,
    mapping: DeliveryMapping,
    business_day: date,
    *,
    today: date,
    dry_run: bool = False,
    terms: Terms = PLAIN,
    progress: Progress | None = None,
    memory: str = MEMORY,
) -> DeliveryReport:
    """Take in one file. `today`: in the bank's time zone. The transaction that `open_session` opens commits last.

    A file with findings is refused whole: its number and findings are written, nothing else. InputError
    MAPPING_INVALID and FILE_UNREADABLE (not a plain file) come before anything is written. FILE_TOO_LARGE: `memory`
    does not do for it; then the transaction must not commit.
    """
    began = time.monotonic()
    async with open_session() as session:
        plan = make_plan(tables, mapping, session.bank, business_day, may_be_empty=bool(terms.correction))
        if terms.entry is not None:  # a shape of its own: it takes no file's place, and no other entry's
            plan = replace(plan, shape=f"entry-{terms.entry}")
        plan = replace(plan, completes=terms.completes)
        with store.workspace(session.bank.code) as folder:
            engine = Engine([store.folder(session.bank.code)], folder, memory)
            try:
                findings = FindingList(shown(source.name, 200))
                parts = (session, store, plan, folder, engine, findings, progress, terms)
                register = REGISTERS.get(plan.table.name) if plan.table.kind is FactKind.REGISTER else None
                work = RegisterIntake(*parts, register=register, dry_run=dry_run) if register else Intake(*parts)
                outcome = await work.run(source, today, dry_run)
            except duckdb.OutOfMemoryException as error:
                raise _too_large(memory) from error
            finally:
                engine.close()
    work.reached("done")
    return DeliveryReport(
        status=outcome.status,
        fact=plan.table.name,
        shape=plan.shape,
        business_day=business_day,
        source=work.findings.file,
        delivery=outcome.delivery,
        rows=outcome.rows,
        supersedes=outcome.supersedes,
        zeroes=outcome.zeroes,
        affected=outcome.affected,
        set_aside=outcome.aside,
        changes=dict(work.changes) if isinstance(work, RegisterIntake) else {},
        is_refused=work.findings.refuses,
        findings=work.findings.kept(),
        counts={rule: count for rule, count in sorted(work.findings.counts.items()) if count},
        seconds=time.monotonic() - began,
    )


def _too_large(memory: str) -> InputError:
    return InputError(
        f"The file is too large: it takes more than the {memory} of memory, and the disk behind it, that a delivery "
        "may have. Send it in smaller files, or raise the setting engine_memory.",
        code="FILE_TOO_LARGE",
    )
