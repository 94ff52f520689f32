"""The reference bank's facts: invented by SQL from row numbers and a seed, kept as the fact store keeps them.

The same seed and the same DuckDB give the same bytes. No deliveries are read: files are written and named directly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.size import BASE, PERIOD, Size
from core.facts import ledger
from core.facts.engine import Engine
from core.facts.ledger import NO_MONTH, NewFile
from core.facts.mapping import parse_mapping
from core.facts.plan import make_plan
from core.facts.store import FactStore
from core.periods import next_month
from core.plugins.host import Catalogue
from core.session import BankSession

MACROS = """
CREATE TEMP MACRO code(letter, number, digits) AS letter || lpad(number::VARCHAR, digits, '0');
CREATE TEMP MACRO customer(h, customers) AS code('C', h % customers, 8);
"""

ACCOUNTS = """
    SELECT i, code('A', i, 8) AS account, customer(hash(i, 'customer', $seed), $customers) AS customer,
           hash(i, 'account', $seed) AS h
    FROM range($accounts) AS numbers(i)"""

LISTS = {
    "accounts": """
        SELECT account, customer, CASE WHEN h % 20 = 0 THEN 'loan' ELSE 'deposit' END AS kind,
               CASE WHEN h % 7 < 4 THEN 'savings' WHEN h % 7 < 6 THEN 'corporate' ELSE 'interbank' END AS category,
               DATE '2015-01-01' + (h % 4000)::INTEGER AS opened_on, NULL::DATE AS closed_on
        FROM invented ORDER BY i""",
    "loans": """
        SELECT code('L', i, 8) AS loan, customer(hash(i, 'borrower', $seed), $customers) AS customer,
               NULL::VARCHAR AS account, DATE '2024-01-01' + (h % 1003)::INTEGER AS granted_on,
               (1000000 + h % 500000000)::BIGINT AS amount, ((1000000 + h % 500000000) // 2)::BIGINT AS outstanding,
               CASE WHEN h % 97 = 0 THEN 'loss' WHEN h % 41 = 0 THEN 'doubtful' WHEN h % 23 = 0 THEN 'special_mention'
                    ELSE 'normal' END AS classification
        FROM (SELECT i, hash(i, 'loan', $seed) AS h FROM range($loans) AS numbers(i)) ORDER BY i""",
}
"""Lists → all their rows."""

EVENTS = {
    "fees": """
        SELECT code('F', i, 9) AS fee, customer(hash(i, 'payer', $seed), $customers) AS customer,
               NULL::VARCHAR AS account, $first + (h % $days)::INTEGER AS day,
               CASE WHEN h % 3 = 0 THEN 'card' ELSE 'settlement' END AS kind, (100 + h % 90000)::BIGINT AS amount
        FROM (SELECT i, hash(i, 'fee', $seed) AS h FROM range($fees) AS numbers(i))""",
    "complaints": """
        SELECT code('K', i, 8) AS complaint, customer(hash(i, 'unhappy', $seed), $customers) AS customer,
               $first + (h % $days)::INTEGER AS received_on, h % 10 <> 0 AS on_time
        FROM (SELECT i, hash(i, 'complaint', $seed) AS h FROM range($complaints) AS numbers(i))""",
    "surveys": """
        SELECT code('S', i, 8) AS answer, customer(hash(i, 'asked', $seed), $customers) AS customer,
               $first + (h % $days)::INTEGER AS answered_on, (h % 101)::BIGINT AS score
        FROM (SELECT i, hash(i, 'survey', $seed) AS h FROM range($surveys) AS numbers(i))""",
}
"""Events → the period's rows; kept by months."""

# Every account changes its balance once a month in the quarter, on a day of its own, and never in the base quarter.
MOVED = """
    SELECT account, $month AS first, $month + (1 + hash(i, $month, 'day', $seed) % ($length - 1))::INTEGER AS turn,
           (1 + hash(i, $month, 'before', $seed) % 20000000)::BIGINT AS before,
           (1 + hash(i, $month, 'after', $seed) % 20000000)::BIGINT AS after
    FROM invented ORDER BY i"""
SPANS = {
    "closed": "SELECT account, first AS valid_from, turn AS valid_until, before AS balance FROM moved",
    "open": "SELECT account, turn AS valid_from, $until AS valid_until, after AS balance FROM moved",
    "whole": "SELECT account, first AS valid_from, $until AS valid_until, after AS balance FROM moved",
}
"""Balance spans of one month; `whole` fills the part `open` of a month in which nothing moved."""


@dataclass(frozen=True)
class Written:
    """A fact table's files, kept in the store and not yet named."""

    fact: str
    files: list[NewFile]

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
        for macro in MACROS.strip().split("\n"):
            self.engine.rows(macro)
        self._make("invented", ACCOUNTS)
        for fact, query in LISTS.items():
            yield Written(fact, [self._file("record", NO_MONTH, query)])
        yield Written("balances", list(self._balances()))
        for fact, query in EVENTS.items():
            yield Written(fact, list(self._events(fact, query)))

    def _balances(self) -> Iterator[NewFile]:
        for month in (*BASE.months, *PERIOD.months):
            until = next_month(month)
            self._make("moved", MOVED, month=month, length=(until - month).days)
            if month in BASE:
                yield self._file("open", month, SPANS["whole"], until=until)
            else:
                yield self._file("closed", month, SPANS["closed"])
                yield self._file("open", month, SPANS["open"], until=until)

    def _events(self, fact: str, query: str) -> Iterator[NewFile]:
        self._make("happened", query)
        day = {"fees": "day", "complaints": "received_on", "surveys": "answered_on"}[fact]
        for month in PERIOD.months:
            chosen = f"SELECT * FROM happened WHERE {day} >= $since AND {day} < $until"  # noqa: S608
            yield self._file("record", month, chosen, since=month, until=next_month(month))

    def _make(self, table: str, query: str, **more: object) -> None:
        self.engine.rows(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}", self._asked(query) | more)

    def _file(self, part: str, month: date, query: str, **more: object) -> NewFile:
        rows = self.engine.write(query, self.path, self._asked(query) | more)
        sha256, length = self.store.keep(self.bank, self.path)
        return NewFile(part, month, sha256, rows, length, is_record=part == "record")

    def _asked(self, query: str) -> dict[str, object]:
        """Those of the bank's figures that the query names."""
        names = ("accounts", "customers", "loans", "fees", "complaints", "surveys", "seed")
        figures = {name: getattr(self.size, name) for name in names} | {"first": PERIOD.first, "days": PERIOD.days}
        return {name: figure for name, figure in figures.items() if f"${name}" in query}


async def name_facts(session: BankSession, catalogue: Catalogue, written: list[Written]) -> None:
    """Make the files the bank's fact tables: one accepted delivery each."""
    for one in written:
        table = catalogue.fact_tables[one.fact]
        text = {"fact": one.fact, "currency": session.bank.currency, "columns": {name: name for name in table.names}}
        shape = {"shape": "snapshot"} if one.fact == "balances" else {}
        plan = make_plan(catalogue.fact_tables, parse_mapping(text | shape), session.bank, PERIOD.last)
        number = await ledger.accept(session, plan, "invented", f"invented/{one.fact}", one.rows, None)
        await ledger.change_files(session, one.fact, number, [], one.files)
