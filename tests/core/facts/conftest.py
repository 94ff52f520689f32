"""A bank with customers and accounts, and a short way to deliver text to it."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.facts.catalogue import STANDARD
from core.facts.deliveries import deliver
from core.facts.delivery_report import DeliveryReport
from core.facts.fact_table import FactTable
from core.facts.mapping import parse_mapping
from core.facts.read import set_aside_of
from core.facts.snapshot import current
from core.facts.store import FactStore
from core.facts.terms import PLAIN, Terms
from core.settings.store import change_settings
from tenants.binding import Opener

TODAY = date(2026, 10, 20)
DAY = date(2026, 9, 5)

Send = Callable[..., Awaitable[DeliveryReport]]


@pytest.fixture
def store(tmp_path: Path) -> FactStore:
    """An empty fact store."""
    return FactStore(tmp_path / "facts")


@pytest.fixture(scope="session")
def tables() -> dict[str, FactTable]:
    """The standard fact tables by name."""
    return {table.name: table for table in STANDARD}


def own_names(fact: str, **more: Any) -> dict[str, Any]:
    """A mapping whose source columns have our names; `more` replaces its keys."""
    columns = {
        "accounts": ("account", "customer", "kind", "category"),
        "balances": ("account", "balance"),
        "customers": ("customer", "kind"),
        "fees": ("fee", "customer", "day", "kind", "amount"),
        "loans": ("loan", "customer", "granted_on", "amount", "classification"),
    }[fact]
    shape = {"shape": "snapshot"} if fact == "balances" else {}
    return {"fact": fact, "currency": "CNY", "columns": {name: name for name in columns}, **shape, **more}


@pytest.fixture
def send(open_bank: Opener, store: FactStore, tables: dict[str, FactTable], tmp_path: Path) -> Send:
    """send(fact, text or bytes, day, name=…, **mapping): deliver it to the bank."""

    async def send_text(
        fact: str,
        content: str | bytes,
        day: date = DAY,
        *,
        name: str = "file.csv",
        dry_run: bool = False,
        progress: Any = None,
        terms: Terms = PLAIN,
        **mapping: Any,
    ) -> DeliveryReport:
        source = tmp_path / name
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        read = parse_mapping(own_names(fact, **mapping))
        return await deliver(
            open_bank, store, tables, source, read, day, today=TODAY, dry_run=dry_run, terms=terms, progress=progress
        )

    return send_text


@pytest.fixture
async def known(open_bank: Opener, send: Send) -> None:
    """Customers C1 … C3 with one account each: A1 … A3."""
    async with open_bank() as session:
        await session.copy_in("customers", ["customer", "name"], [(f"C{n}", f"客户 {n}") for n in (1, 2, 3)])
    rows = "".join(f"A{n},C{n},deposit,savings\n" for n in (1, 2, 3))
    report = await send("accounts", f"account,customer,kind,category\n{rows}", date(2026, 8, 1))
    assert report.status == "accepted"


Written = Callable[[], Awaitable[dict[str, Any]]]


@pytest.fixture
def written(open_bank: Opener, store: FactStore) -> Written:
    """What the bank holds: accepted deliveries, fact files in force, files on disk by name."""

    async def look() -> dict[str, Any]:
        async with open_bank() as session:
            accepted = await session.rows("SELECT delivery FROM bank.deliveries WHERE status = 'accepted' ORDER BY 1")
            files = await session.rows(
                "SELECT fact, part, month, sha256 FROM bank.fact_files WHERE until_delivery IS NULL ORDER BY 1, 2, 3, 4"
            )
            folder = store.folder(session.bank.code)
        return {
            "accepted": [row["delivery"] for row in accepted],
            "in_force": [tuple(row) for row in files],
            "on_disk": sorted(path.name for path in folder.iterdir() if path.name != ".lock"),
        }

    return look


SpansOf = Callable[[], Awaitable[list[tuple[Any, ...]]]]


@pytest.fixture
def spans_of(open_bank: Opener, store: FactStore) -> SpansOf:
    """Every balance span in force: (part, account, valid_from, valid_until, balance)."""

    async def read() -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        async with open_bank() as session:
            snapshot, bank = await current(session), session.bank.code
        for part in ("closed", "open"):
            for file in snapshot.files("balances", part):
                rows = pq.read_table(store.path(bank, file.sha256)).to_pylist()
                assert len(rows) == file.rows
                found += [(part, *row.values()) for row in rows]
        return sorted(found, key=lambda row: (row[1], row[2]))

    return read


@pytest.fixture
async def lenient(open_bank: Opener) -> None:
    """The bank sets aside up to three quarters of a file's rows."""
    async with open_bank() as session:
        await change_settings(session, {"bad_rows": "set_aside", "set_aside_percent": "75"})


@pytest.fixture
def aside_of(open_bank: Opener, store: FactStore) -> Any:
    """The file of rows set aside of a delivery, as text."""

    async def read(number: int) -> str:
        async with open_bank() as session:
            sha256 = await set_aside_of(session, number)
            assert sha256 is not None
            return store.path(session.bank.code, sha256, ".csv").read_bytes().decode("utf-8-sig")

    return read


@pytest.fixture
def rows_in_force(open_bank: Opener, store: FactStore) -> Any:
    """Rows of a table's records in force, sorted by text."""

    async def read(fact: str) -> list[tuple[Any, ...]]:
        async with open_bank() as session:
            files, bank = (await current(session)).files(fact, "record"), session.bank.code
        found = [
            tuple(row.values()) for one in files for row in pq.read_table(store.path(bank, one.sha256)).to_pylist()
        ]
        return sorted(found, key=str)

    return read
