"""A bank in the middle of a month: the next day's balances arrive, and a day of the month before is corrected.

The bank holds a complete list of balances for every day of a month and for ten days of the next; of its accounts a
tenth change from one day to the next. What it holds is written as the product would have kept it, without delivering
forty files; what is measured goes the way of every delivery.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from bench.delivery import ACCOUNTS_MAPPING, BALANCES_MAPPING
from bench.reference import new_bank
from bench.row import Row, tell
from core.customers.store import add_customers
from core.facts import ledger
from core.facts.balances import derive_balances, news_of
from core.facts.deliveries import deliver
from core.facts.delivery_report import DeliveryReport
from core.facts.engine import Engine
from core.facts.ledger import NewFile
from core.facts.mapping import parse_mapping
from core.facts.plan import make_plan
from core.facts.spans import RecordFile
from core.periods import first_of_month
from core.plugins.store import catalogue
from core.session import Bank
from service.house import House

ACCOUNTS, CUSTOMERS = 1_500_000, 100_000
FIRST, LAST_HELD = date(2026, 6, 1), date(2026, 7, 10)
NEXT, CORRECTED = date(2026, 7, 11), date(2026, 6, 15)
DAILY, CORRECTION = 12.0, 20.0

# An account changes every tenth day, on days of its own; a correction is off by one for every thousandth.
_DAY = """
    SELECT 'A' || lpad(i::VARCHAR, 8, '0') AS account, $day::DATE AS day,
           (1 + hash(i, ($number + hash(i) % 10) // 10) % 20000000
            + CASE WHEN $corrected AND i % 1000 = 0 THEN 1 ELSE 0 END)::BIGINT AS balance
    FROM range($accounts) AS numbers(i)"""
_AS_SENT = f"SELECT account, day, (balance / 100)::DECIMAL(18, 2) AS balance FROM ({_DAY})"  # noqa: S608
_ACCOUNTS = """
    SELECT 'A' || lpad(i::VARCHAR, 8, '0') AS account, 'C' || lpad((i % $customers)::VARCHAR, 8, '0') AS customer
    FROM range($accounts) AS numbers(i)"""


@dataclass(frozen=True)
class Held:
    """The bank, and how many accounts it has."""

    house: House
    bank: Bank
    accounts: int
    folder: Path


async def measure_daily(house: House, folder: Path, scale: float) -> list[Row]:
    """Seconds for the next day's balances, and what they add to the files of their month."""
    held = await _held(house, folder, scale)
    before = await _in_force(held)
    seconds, report = await _delivered(held, NEXT, corrected=False)
    after, added = await _in_force(held), await _added(held, report)
    changed = _changed(held, NEXT)
    grown = [one - other for one, other in zip(after, before, strict=True)]
    tell(f"{held.accounts:,} balances, {changed:,} of them changed: {seconds:.2f} s")
    tell(f"files of the month: {grown[0]:,} rows and {grown[1] / 1e6:.1f} MB more than {before[1] / 1e6:.1f} MB")
    for part, rows, size in added:
        tell(f"  written: {part}, {rows:,} rows, {size / 1e6:.1f} MB")
    return [
        Row("a day of 1.5 million balances, 10 % changed", seconds, "s", DAILY),
        Row("rows the month's files grow by, per changed balance", grown[0] / changed, "x", 1.0),
        Row("all the day adds to the disk", sum(size for *_, size in added) / 1e6, "MB", 60.0),
    ]


async def measure_correction(house: House, folder: Path, scale: float) -> list[Row]:
    """Seconds for one day of the past month, delivered again with other balances."""
    held = await _held(house, folder, scale)
    seconds, report = await _delivered(held, CORRECTED, corrected=True)
    for part, rows, size in await _added(held, report):
        tell(f"  written: {part}, {rows:,} rows, {size / 1e6:.1f} MB")
    return [Row("a correction of one day in the past month", seconds, "s", CORRECTION)]


async def _held(house: House, folder: Path, scale: float) -> Held:
    accounts, customers = max(100, round(ACCOUNTS * scale)), max(10, round(CUSTOMERS * scale))
    bank = await new_bank(house, f"daily-{folder.name[-6:].lower()}")
    async with house.door.open(bank, "steward") as session:
        await add_customers(session, ((f"C{n:08}", f"Customer {n}") for n in range(customers)))
    held = Held(house, bank, accounts, folder)
    file = _csv(folder / "accounts.csv", _ACCOUNTS, accounts=accounts, customers=customers)
    await _taken(held, file, ACCOUNTS_MAPPING, FIRST)
    began = time.monotonic()
    await _write_days(held)
    tell(f"{accounts:,} balances of {(NEXT - FIRST).days} days written in {time.monotonic() - began:.0f} s")
    return held


async def _write_days(held: Held) -> None:
    """Every day's record, named as a delivery of its own; the spans of both months, named by the last."""
    store, code = held.house.store, held.bank.code
    async with held.house.door.open(held.bank, "steward") as session:
        offered = await catalogue(session, held.house.host)
        with store.workspace(code) as folder:
            engine, number = Engine([store.folder(code)], folder), 0
            try:
                records = []
                for day in _days():
                    rows = engine.write(_DAY, folder / "day.parquet", _figures(held, day))
                    plan = make_plan(offered.fact_tables, parse_mapping(BALANCES_MAPPING), session.bank, day)
                    number = await ledger.accept(session, plan, "invented", f"invented/{day}", rows, None)
                    sha256, size = store.keep(code, folder / "day.parquet")
                    kept = NewFile("record", first_of_month(day), sha256, rows, size, True)
                    await ledger.change_files(session, "balances", number, [], [kept])
                    records.append(RecordFile(first_of_month(day), "snapshot", day, store.path(code, sha256)))
                news = news_of(store, code, [], None, records, LAST_HELD, FIRST)
                change = derive_balances(engine, store, code, [], news, None, folder)
                spans = [NewFile(s.part, s.month, *_kept(held, s.path, s.rows), False) for s in change.written]
                await ledger.change_files(session, "balances", number, [], spans)
            finally:
                engine.close()


def _kept(held: Held, path: Path, rows: int) -> tuple[str, int, int]:
    sha256, size = held.house.store.keep(held.bank.code, path)
    return sha256, rows, size


def _days() -> Sequence[date]:
    return [FIRST + timedelta(days=n) for n in range((NEXT - FIRST).days)]


def _figures(held: Held, day: date, corrected: bool = False) -> dict[str, Any]:
    return {"accounts": held.accounts, "day": day, "number": (day - FIRST).days, "corrected": corrected}


def _changed(held: Held, day: date) -> int:
    """How many balances are others than the day before."""
    with duckdb.connect() as engine:
        one = f"SELECT account, balance FROM ({_DAY})"  # noqa: S608
        other = one.replace("$number", "($number - 1)")
        query = f"SELECT count(*) FROM ({one} EXCEPT {other})"  # noqa: S608
        found = engine.execute(query, _figures(held, day)).fetchone()
    assert found is not None
    return int(found[0])


async def _in_force(held: Held) -> tuple[int, int]:
    """Rows and bytes of the spans in force of the month that goes on."""
    async with held.house.door.open(held.bank, "auditor", read_only=True) as session:
        found = await session.row(
            """SELECT sum(rows)::bigint, sum(bytes)::bigint FROM bank.fact_files WHERE fact = 'balances'
               AND part IN ('open', 'closed') AND month = $1 AND until_delivery IS NULL""",
            first_of_month(NEXT),
        )
    assert found is not None
    return found[0], found[1]


async def _added(held: Held, report: DeliveryReport) -> list[tuple[str, int, int]]:
    """(what, rows, bytes) of every file the delivery wrote."""
    async with held.house.door.open(held.bank, "auditor", read_only=True) as session:
        rows = await session.rows(
            "SELECT part || ' of ' || month, rows, bytes FROM bank.fact_files WHERE since_delivery = $1",
            report.delivery,
        )
    return [tuple(row) for row in rows]


async def _delivered(held: Held, day: date, *, corrected: bool) -> tuple[float, DeliveryReport]:
    file = _csv(held.folder / f"{day}.csv", _AS_SENT, **_figures(held, day, corrected))
    began, worked = time.monotonic(), time.process_time()
    report = await _taken(held, file, BALANCES_MAPPING, day)
    seconds = time.monotonic() - began
    tell(f"balances of {day}: {seconds:.2f} s ({time.process_time() - worked:.2f} s of a processor)")
    return seconds, report


async def _taken(held: Held, file: Path, mapping: dict[str, Any], day: date) -> DeliveryReport:
    opener = held.house.door.opener(held.bank, "steward")
    async with opener(read_only=True) as session:
        tables = (await catalogue(session, held.house.host)).fact_tables
    reached = [time.monotonic()]

    def progress(stage: str, done: int, total: int) -> None:
        reached.append(time.monotonic())
        if day != FIRST:
            tell(f"  {stage}: {reached[-1] - reached[-2]:.2f} s")

    report = await deliver(
        opener, held.house.store, tables, file, parse_mapping(mapping), day, today=NEXT, progress=progress
    )
    assert report.status == "accepted", report.counts
    return report


def _csv(path: Path, query: str, **figures: object) -> Path:
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({query}) TO $path (FORMAT csv, HEADER)", figures | {"path": str(path)})
    return path
