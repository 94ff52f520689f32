"""A day's balances arriving at a bank that holds four days of them: one row for each of a million accounts.

Everything goes the way of every delivery: CSV in, checked, kept, derived, committed.
"""

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from bench.reference import new_bank
from bench.row import Row, tell
from core.customers.store import add_customers
from core.facts.deliveries import deliver
from core.facts.mapping import DeliveryMapping, parse_mapping
from core.plugins.store import catalogue
from core.session import Bank
from service.house import House

ACCOUNTS = 1_000_000
CUSTOMERS = 100_000
DAYS_HELD = 4
FIRST = date(2026, 7, 1)
REACH = 5.0

# From one day to the next a tenth of all accounts change, each once.
_BALANCES = """
    SELECT 'A' || lpad(i::VARCHAR, 8, '0') AS account, $day AS day,
           ((1 + hash(i, hash(i) % 10 < $number) % 20000000) / 100)::DECIMAL(18, 2) AS balance
    FROM range($accounts) AS numbers(i)"""
_ACCOUNTS = """
    SELECT 'A' || lpad(i::VARCHAR, 8, '0') AS account, 'C' || lpad((i % $customers)::VARCHAR, 8, '0') AS customer
    FROM range($accounts) AS numbers(i)"""

ACCOUNTS_MAPPING: dict[str, Any] = {
    "fact": "accounts",
    "columns": {
        "account": "account",
        "customer": "customer",
        "kind": {"constant": "deposit"},
        "category": {"constant": "savings"},
    },
}
BALANCES_MAPPING: dict[str, Any] = {
    "fact": "balances",
    "shape": "snapshot",
    "currency": "CNY",
    "columns": {"account": "account", "day": "day", "balance": "balance"},
}


async def measure_delivery(house: House, folder: Path, scale: float) -> list[Row]:
    """Seconds for one delivery into the bank that the others have filled."""
    accounts, customers = max(10, round(ACCOUNTS * scale)), max(10, round(CUSTOMERS * scale))
    bank = await new_bank(house, "delivery")
    async with house.door.open(bank, "steward") as session:
        await add_customers(session, ((f"C{n:08}", f"Customer {n}") for n in range(customers)))
    file = written(folder / "accounts.csv", _ACCOUNTS, accounts=accounts, customers=customers)
    await delivered(house, bank, file, parse_mapping(ACCOUNTS_MAPPING), FIRST)
    seconds = 0.0
    for number in range(DAYS_HELD + 1):
        day = FIRST + timedelta(days=number)
        file = written(folder / f"{day}.csv", _BALANCES, accounts=accounts, day=day, number=number)
        seconds = await delivered(house, bank, file, parse_mapping(BALANCES_MAPPING), day)
        tell(f"balances of {day}: {accounts:,} rows in {seconds:.2f} s")
    return [Row("delivery of 1 million balances into a bank with 4 million", seconds, "s", REACH)]


def written(path: Path, query: str, **figures: object) -> Path:
    """A query's rows as CSV with a header."""
    engine = duckdb.connect()
    engine.execute(f"COPY ({query}) TO $path (FORMAT csv, HEADER)", figures | {"path": str(path)})
    engine.close()
    return path


async def delivered(house: House, bank: Bank, file: Path, mapping: DeliveryMapping, day: date) -> float:
    """Seconds of a delivery that is accepted."""
    opener = house.door.opener(bank, "steward")
    async with opener(read_only=True) as session:
        tables = (await catalogue(session, house.host)).fact_tables
    began = time.monotonic()
    report = await deliver(opener, house.store, tables, file, mapping, day, today=FIRST + timedelta(days=DAYS_HELD))
    seconds = time.monotonic() - began
    assert report.status == "accepted", report.counts
    return seconds
