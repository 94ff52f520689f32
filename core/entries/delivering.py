"""An entry as a delivery: its rows go through the very intake that files go through."""

import csv
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.entries.entry import NewEntry
from core.errors import FileRefused
from core.facts.deliveries import deliver
from core.facts.delivery_report import DeliveryReport
from core.facts.engine import MEMORY
from core.facts.fact_table import FactTable
from core.facts.mapping import DeliveryMapping
from core.facts.store import FactStore
from core.facts.terms import Terms
from core.session import BankSession

_STANDS, _COUNTS, _REVERSED = "entry stands", "yes", "no"
_SHOWN = 5


@dataclass(frozen=True)
class Desk:
    """What entries are taken in with. `tables`: what the bank can deliver. `today`: in the bank's time zone."""

    store: FactStore
    tables: Mapping[str, FactTable]
    today: date
    memory: str = MEMORY


async def hand_in(
    session: BankSession, desk: Desk, entry: NewEntry, number: int, *, dry_run: bool = False, reversed_: bool = False
) -> DeliveryReport:
    """Deliver the rows as what entry `number` says, in the session's own transaction.

    `reversed_`: the same rows, none of which counts any more; it takes the place of what was delivered before.
    FileRefused, with the report's findings, for rows no file could bring; then the caller's transaction must not
    commit.
    """
    with desk.store.workspace(session.bank.code) as folder:
        source = folder / f"entry-{number}.csv"
        _write(source, desk.tables[entry.fact], entry, _REVERSED if reversed_ else _COUNTS)
        report = await deliver(
            lambda: _open(session),
            desk.store,
            desk.tables,
            source,
            _mapping(session, desk.tables[entry.fact]),
            entry.business_day,
            today=desk.today,
            dry_run=dry_run,
            memory=desk.memory,
            terms=Terms(correction=entry.reason, entry=number, set_aside=False),
        )
    if report.findings:
        told = "; ".join(
            f"row {one.row}: {one.message}" if one.row else one.message for one in report.findings[:_SHOWN]
        )
        more = sum(report.counts.values()) - _SHOWN
        rest = f" And {more} more." if more > 0 else ""
        raise FileRefused(f"The rows cannot be entered. {told}{rest}", code="ENTRY_REFUSED", findings=report.findings)
    return report


@asynccontextmanager
async def _open(session: BankSession) -> AsyncIterator[BankSession]:
    """The session that is open already: whoever opened it commits."""
    yield session


def _mapping(session: BankSession, table: FactTable) -> DeliveryMapping:
    """Every column by its own name. Only rows that still stand count, so that a reversal may hold none."""
    return DeliveryMapping.model_validate(
        {
            "fact": table.name,
            "currency": session.bank.currency,
            "only": {_STANDS: [_COUNTS]},
            "columns": {name: name for name in table.names},
        }
    )


def _write(path: Path, table: FactTable, entry: NewEntry, stands: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow([*table.names, _STANDS])
        for row in entry.rows:
            writer.writerow([*(row.get(name, "") for name in table.names), stands])
