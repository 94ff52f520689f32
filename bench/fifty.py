"""Fifty banks' daily deliveries through one worker, on a day when some banks send files that are refused.

Forty banks send a day's balances each. On the second day nine others send large files of wrong rows at the same moment,
and a tenth sends many small ones. How much longer do the forty wait?
"""

import asyncio
import os
import signal
import statistics
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench.delivery import ACCOUNTS_MAPPING, BALANCES_MAPPING, delivered, written
from bench.installation import Installation
from bench.reference import new_bank
from bench.row import Row, tell
from core.customers.store import add_customers
from core.facts.mapping import parse_mapping
from core.feeds.definition import parse_feed
from core.feeds.store import save_feed
from core.indicators.workshop import aside
from core.plugins.store import catalogue
from core.session import Bank
from service.house import House

BANKS, WRONG, MANY = 50, 10, 20
ACCOUNTS, CUSTOMERS = 30_000, 3_000
WRONG_ROWS = 300_000
FIRST = date(2026, 7, 1)
TIMES, SECONDS = 1.2, 60.0

_ACCOUNTS = """
    SELECT 'A' || lpad(i::VARCHAR, 8, '0') AS account, 'C' || lpad((i % $customers)::VARCHAR, 8, '0') AS customer
    FROM range($accounts) AS numbers(i)"""
_BALANCES = """
    SELECT 'A' || lpad(i::VARCHAR, 8, '0') AS account,
           ((1 + hash(i, hash(i) % 10 < $number) % 20000000) / 100)::DECIMAL(18, 2) AS balance
    FROM range($accounts) AS numbers(i)"""
_WRONG = """
    SELECT 'A' || lpad(i::VARCHAR, 8, '0') AS account, 'about ' || i AS balance FROM range($rows) AS numbers(i)"""


@dataclass(frozen=True)
class Street:
    """The banks, in the order of their registration; those that send wrong files stand among the others."""

    house: House
    good: tuple[Bank, ...]
    wrong: tuple[Bank, ...]
    accounts: int
    wrong_rows: int
    desk: Path

    def put(self, bank: Bank, file: Path, name: str) -> None:
        """A file appears in the bank's inbox at once and whole, as a sender should do it."""
        part = self.house.inbox.root / bank.code / f"{name}.part"
        part.write_bytes(file.read_bytes())
        part.rename(part.with_name(name))


async def measure_fifty(installation: Installation, desk: Path, scale: float) -> list[Row]:
    """Seconds that good banks wait, beside refused files and without them."""
    street = await _furnished(installation.house, desk, scale)
    async with _worker(installation, desk / "worker.log") as process:
        await _day(street, process, 0, wrong=False)
        alone, _ = await _day(street, process, 1, wrong=False)
        beside, whole = await _day(street, process, 2, wrong=True)
    _say("without refused files", alone)
    _say("beside refused files", beside)
    return [
        Row("50 banks: slowest wait beside refused files over without", max(beside) / max(alone), "x", TIMES),
        Row(
            "50 banks: median wait beside refused files over without",
            statistics.median(beside) / statistics.median(alone),
            "x",
            TIMES,
        ),
        Row("50 banks: slowest wait beside refused files", max(beside), "s", SECONDS),
        Row("50 banks: a day's deliveries, refused ones too", whole, "s", 2 * SECONDS),
    ]


def _say(when: str, waits: list[float]) -> None:
    told = f"median {statistics.median(waits):.2f} s, slowest {max(waits):.2f} s"
    tell(f"{len(waits)} banks' deliveries {when}: {told}")


async def _furnished(house: House, desk: Path, scale: float) -> Street:
    began = time.monotonic()
    accounts, customers = max(10, round(ACCOUNTS * scale)), max(10, round(CUSTOMERS * scale))
    file = written(desk / "accounts.csv", _ACCOUNTS, accounts=accounts, customers=customers)
    banks = [await _bank(house, f"fifty-{number:02}", file, customers) for number in range(BANKS)]
    wrong = tuple(bank for number, bank in enumerate(banks) if number % (BANKS // WRONG) == 0)
    good = tuple(bank for bank in banks if bank not in wrong)
    tell(f"{BANKS} banks of {accounts:,} accounts furnished in {time.monotonic() - began:.1f} s")
    return Street(house, good, wrong, accounts, max(10, round(WRONG_ROWS * scale)), desk)


async def _bank(house: House, code: str, accounts: Path, customers: int) -> Bank:
    bank = await new_bank(house, code)
    feed = {
        "feed": "balances",
        "labels": {"en": "Balances", "zh": "余额"},
        "files": "balances_{day}.csv",
        "every": "day",
        "since": FIRST,
        "mapping": BALANCES_MAPPING | {"columns": {"account": "account", "balance": "balance"}},
    }
    many = feed | {"feed": "many", "files": "many_{day}.csv"}
    async with house.door.open(bank, "steward") as session:
        await add_customers(session, ((f"C{n:08}", f"Customer {n}") for n in range(customers)))
        tables = (await catalogue(session, house.host)).fact_tables
        await save_feed(session, tables, parse_feed(feed))
        await save_feed(session, tables, parse_feed(many))
    await delivered(house, bank, accounts, parse_mapping(ACCOUNTS_MAPPING), FIRST)
    await aside(house.inbox.look, bank.code)
    return bank


async def _day(street: Street, worker: Process, number: int, *, wrong: bool) -> tuple[list[float], float]:
    """The waits of the good banks, and until everything is over, in seconds from when the files appeared."""
    day = FIRST + timedelta(days=number)
    balances = written(street.desk / "balances.csv", _BALANCES, accounts=street.accounts, number=number)
    if wrong:
        await aside(_put_wrong, street, day)
    for bank in street.good:
        street.put(bank, balances, f"balances_{day}.csv")
    began = datetime.now(UTC)
    expected = len(street.good) + ((len(street.wrong) - 1 + MANY) if wrong else 0)
    found: list[tuple[str, str, float]] = []
    while len(found) < expected:
        if worker.returncode is not None:
            raise RuntimeError(f"the worker ended with {worker.returncode}")
        await asyncio.sleep(1.0)
        found = [one for bank in (*street.good, *street.wrong) for one in await _ended(street, bank, began)]
    codes = {bank.code for bank in street.good}
    good = [seconds for code, status, seconds in found if code in codes and status == "done"]
    if len(good) != len(street.good):
        raise RuntimeError(f"only {len(good)} of {len(street.good)} good files were accepted")
    return good, max(seconds for *_, seconds in found)


def _put_wrong(street: Street, day: date) -> None:
    large = written(street.desk / "wrong.csv", _WRONG, rows=street.wrong_rows)
    small = written(street.desk / "small.csv", _WRONG, rows=max(10, street.wrong_rows // 100))
    for bank in street.wrong[1:]:
        street.put(bank, large, f"balances_{day}.csv")
    for number in range(MANY):
        street.put(street.wrong[0], small, f"many_{FIRST + timedelta(days=number)}.csv")


async def _ended(street: Street, bank: Bank, began: datetime) -> list[tuple[str, str, float]]:
    async with street.house.door.open(bank, "auditor", read_only=True) as session:
        rows = await session.rows(
            "SELECT status, finished_at FROM bank.arrivals WHERE finished_at >= $1 AND arrived_at >= $1", began
        )
    return [(bank.code, row["status"], (row["finished_at"] - began).total_seconds()) for row in rows]


@asynccontextmanager
async def _worker(installation: Installation, log: Path) -> AsyncIterator[Process]:
    """`meritgraph worker`, as an installation runs it, looking into the inboxes every half second."""
    with log.open("wb") as told:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from service.cli import main; main()",
            "worker",
            env=os.environ | installation.environment | {"MERITGRAPH_INBOX_SECONDS": "0.5"},
            stdout=told,
            stderr=told,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                await process.wait()
            else:
                tell((await aside(log.read_text))[-2000:])
