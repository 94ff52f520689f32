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

_CUSTOMER = "'C' || lpad(({number})::VARCHAR, 8, '0')"
_ACCOUNTS = f"""
    SELECT i, 'A' || lpad(i::VARCHAR, 8, '0') AS account, {_CUSTOMER.format(number="hash(i, 'customer', $seed) % $customers")} AS customer,
           hash(i, 'account', $seed) AS h FROM range($accounts) AS numbers(i)"""

LISTS = {
    "accounts": """
        SELECT account, customer, CASE WHEN h % 20 = 0 THEN 'loan' ELSE 'deposit' END AS kind,
               CASE WHEN h % 7 < 4 THEN 'savings' WHEN h % 7 < 6 THEN 'corporate' ELSE 'interbank' END AS category,
               DATE '2015-01-01' + (h % 4000)::INTEGER AS opened_on, NULL::DATE AS closed_on
        FROM invented ORDER BY i""",
    "loans": f"""
        SELECT 'L' || lpad(i::VARCHAR, 8, '0') AS loan, {_CUSTOMER.format(number="hash(i, 'borrower', $seed) % $customers")} AS customer,
               NULL::VARCHAR AS account, DATE '2024-01-01' + (h % 1003)::INTEGER AS granted_on,
               (1000000 + h % 500000000)::BIGINT AS amount, (1000000 + h % 500000000)::BIGINT // 2 AS outstanding,
               CASE WHEN h % 97 = 0 THEN 'loss' WHEN h % 41 = 0 THEN 'doubtful' WHEN h % 23 = 0 THEN 'special_mention'
                    ELSE 'normal' END AS classification
        FROM (SELECT i, hash(i, 'loan', $seed) AS h FROM range($loans) AS numbers(i)) ORDER BY i""",
}
"""STATE tables → all their rows."""

EVENTS = {
    "fees": f"""
        SELECT 'F' || lpad(i::VARCHAR, 9, '0') AS fee, {_CUSTOMER.format(number="hash(i, 'payer', $seed) % $customers")} AS customer,
               NULL::VARCHAR AS account, $first + (h % $days)::INTEGER AS day,
               CASE WHEN h % 3 = 0 THEN 'card' ELSE 'settlement' END AS kind, (100 + h % 90000)::BIGINT AS amount
        FROM (SELECT i, hash(i, 'fee', $seed) AS h FROM range($fees) AS numbers(i))""",
    "complaints": f"""
        SELECT 'K' || lpad(i::VARCHAR, 8, '0') AS complaint, {_CUSTOMER.format(number="h % $customers")} AS customer,
               $first + (h % $days)::INTEGER AS received_on, h % 10 <> 0 AS on_time
        FROM (SELECT i, hash(i, 'complaint', $seed) AS h FROM range($complaints) AS numbers(i))""",
    "surveys": f"""
        SELECT 'S' || lpad(i::VARCHAR, 8, '0') AS answer, {_CUSTOMER.format(number="h % $customers")} AS customer,
               $first + (h % $days)::INTEGER AS answered_on, (h % 101)::BIGINT AS score
        FROM (SELECT i, hash(i, 'survey', $seed) AS h FROM range($surveys) AS numbers(i))""",
}
"""EVENT tables → the period's rows; kept by months."""

# Every account changes its balance once a month in the quarter, on a day of its own, and never in the base quarter.
_MONTH = """
    SELECT account, $month AS first, $month + (1 + hash(i, $month, 'day', $seed) % ($length - 1))::INTEGER AS turn,
           (1 + hash(i, $month, 'before', $seed) % 20000000)::BIGINT AS before,
           (1 + hash(i, $month, 'after', $seed) % 20000000)::BIGINT AS after FROM invented ORDER BY i"""
SPANS = {
    "closed": f"SELECT account, first AS valid_from, turn AS valid_until, before AS balance FROM ({_MONTH})",
    "open": f"SELECT account, turn AS valid_from, $until AS valid_until, after AS balance FROM ({_MONTH})",
    "whole": f"SELECT account, first AS valid_from, $until AS valid_until, after AS balance FROM ({_MONTH})",
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
            sizes = {"accounts": size.accounts, "customers": size.customers, "seed": size.seed}
            engine.rows(f"CREATE TEMP TABLE invented AS {_ACCOUNTS}", sizes)
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
        for fact, query in LISTS.items():
            yield Written(fact, [self._file("record", NO_MONTH, query)])
        yield Written("balances", list(self._balances()))
        for fact, query in EVENTS.items():
            yield Written(fact, list(self._events(fact, query)))

    def _balances(self) -> Iterator[NewFile]:
        for month in BASE.months:
            yield self._file("open", month, SPANS["whole"], **_of(month))
        for month in PERIOD.months:
            for part in ("closed", "open"):
                yield self._file(part, month, SPANS[part], **_of(month))

    def _events(self, fact: str, query: str) -> Iterator[NewFile]:
        day = {"fees": "day", "complaints": "received_on", "surveys": "answered_on"}[fact]
        self.engine.rows(f"CREATE OR REPLACE TEMP TABLE happened AS {query}", self._known(query))
        for month in PERIOD.months:
            chosen = f"SELECT * FROM happened WHERE {day} >= $month AND {day} < $until"  # noqa: S608
            yield self._file("record", month, chosen, month=month, until=next_month(month))

    def _file(self, part: str, month: date, query: str, **more: object) -> NewFile:
        rows = self.engine.write(
            query, self.path, self._known(query) | {n: v for n, v in more.items() if f"${n}" in query}
        )
        sha256, length = self.store.keep(self.bank, self.path)
        return NewFile(part, month, sha256, rows, length, is_record=part == "record")

    def _known(self, query: str) -> dict[str, object]:
        """Those of the bank's figures that the query asks for."""
        figures = {
            name: getattr(self.size, name) for name in ("customers", "loans", "fees", "complaints", "surveys", "seed")
        }
        figures |= {"first": PERIOD.first, "days": PERIOD.days}
        return {name: value for name, value in figures.items() if f"${name}" in query}


def _of(month: date) -> dict[str, object]:
    return {"month": month, "until": next_month(month), "length": (next_month(month) - month).days}


async def name_facts(session: BankSession, catalogue: Catalogue, written: list[Written]) -> None:
    """Make the files the bank's fact tables: one accepted delivery each."""
    for one in written:
        table = catalogue.fact_tables[one.fact]
        text = {"fact": one.fact, "currency": session.bank.currency, "columns": {name: name for name in table.names}}
        shape = {"shape": "snapshot"} if one.fact == "balances" else {}
        plan = make_plan(catalogue.fact_tables, parse_mapping(text | shape), session.bank, PERIOD.last)
        number = await ledger.accept(session, plan, "invented", f"invented/{one.fact}", one.rows, None)
        await ledger.change_files(session, one.fact, number, [], one.files)
