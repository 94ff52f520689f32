"""The reference bank's facts: invented by SQL (`reference_sql`), kept as the fact store keeps them.

The same seed and the same DuckDB give the same bytes. No deliveries are read: files are written and named directly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.reference_sql import ACCOUNTS, EVENTS, LISTS, MACROS, MOVED, SPANS, Events
from bench.size import BASE, PERIOD, Size
from core.facts import ledger
from core.facts.engine import Engine
from core.facts.ledger import NewFile
from core.facts.mapping import parse_mapping
from core.facts.plan import make_plan
from core.facts.store import FactStore
from core.periods import next_month
from core.plugins.host import Catalogue
from core.session import BankSession

COUNTS = ("accounts", "complaints", "customers", "fees", "interest", "loans", "managers", "seed", "surveys")
"""Those of the bank's size that the SQL may name."""


@dataclass(frozen=True)
class Written:
    """A fact table's files, kept in the store and not yet named; `day` is the business day of their delivery."""

    fact: str
    files: list[NewFile]
    day: date = PERIOD.last

    @property
    def rows(self) -> int:
        """In all files."""
        return sum(file.rows for file in self.files)


def write_facts(store: FactStore, bank: str, size: Size) -> list[Written]:
    """Write every fact table's files. Blocking: engine work."""
    with store.workspace(bank) as folder:
        engine = Engine([store.folder(bank)], folder)
        try:
            return list(_Writer(engine, store, bank, folder / "half-made.parquet", size).all())
        finally:
            engine.close()


@dataclass(frozen=True)
class _Writer:
    engine: Engine
    store: FactStore
    bank: str
    path: Path
    size: Size

    def all(self) -> Iterator[Written]:
        for macro in MACROS:
            self.engine.rows(f"CREATE TEMP MACRO {macro}")
        self._make("invented", ACCOUNTS)
        for fact, invented in LISTS.items():
            for day in invented.days:
                yield Written(fact, [self._file("record", day, invented.query, day=day)], day)
        yield Written("balances", list(self._balances()))
        for fact, happened in EVENTS.items():
            yield Written(fact, list(self._events(happened)))

    def _balances(self) -> Iterator[NewFile]:
        for month in (*BASE.months, *PERIOD.months):
            until = next_month(month)
            self._make("moved", MOVED, month=month, length=(until - month).days)
            if month in BASE:
                yield self._file("open", month, SPANS["whole"], until=until)
            else:
                yield self._file("closed", month, SPANS["closed"])
                yield self._file("open", month, SPANS["open"], until=until)

    def _events(self, events: Events) -> Iterator[NewFile]:
        self._make("happened", events.query)
        for month in PERIOD.months:
            chosen = f"SELECT * FROM happened WHERE {events.day} >= $since AND {events.day} < $until"  # noqa: S608
            file = self._file("record", month, chosen, since=month, until=next_month(month))
            if file.rows:
                yield file

    def _make(self, table: str, query: str, **more: object) -> None:
        self.engine.rows(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}", self._asked(query) | more)

    def _file(self, part: str, month: date, query: str, **more: object) -> NewFile:
        asked = self._asked(query) | {name: value for name, value in more.items() if re.search(rf"\${name}\b", query)}
        rows = self.engine.write(query, self.path, asked)
        sha256, length = self.store.keep(self.bank, self.path)
        return NewFile(part, month, sha256, rows, length, is_record=part == "record")

    def _asked(self, query: str) -> dict[str, object]:
        """Those of the bank's figures that the query names."""
        figures = {name: getattr(self.size, name) for name in COUNTS} | {"first": PERIOD.first, "days": PERIOD.days}
        return {name: figure for name, figure in figures.items() if re.search(rf"\${name}\b", query)}


async def name_facts(session: BankSession, catalogue: Catalogue, written: list[Written]) -> None:
    """Make the files the bank's fact tables: one accepted delivery each."""
    for one in written:
        table = catalogue.fact_tables[one.fact]
        text = {"fact": one.fact, "currency": session.bank.currency, "columns": {name: name for name in table.names}}
        shape = {"shape": "snapshot"} if one.fact == "balances" else {}
        plan = make_plan(catalogue.fact_tables, parse_mapping(text | shape), session.bank, one.day)
        number = await ledger.accept(session, plan, "invented", f"invented/{one.fact}/{one.day}", one.rows, None)
        await ledger.change_files(session, one.fact, number, [], one.files)
