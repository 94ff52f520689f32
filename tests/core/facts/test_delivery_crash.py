"""A delivery killed anywhere leaves all of it or nothing of it."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.facts.deliveries import STAGES
from core.facts.store import FactStore
from service.database import Database
from tenants.binding import Opener

SCRIPT = """
import asyncio, os, signal, sys
from datetime import date
from pathlib import Path
from sqlalchemy.ext.asyncio import create_async_engine
from core.facts.catalogue import STANDARD
from core.facts.deliveries import deliver
from core.facts.mapping import parse_mapping
from core.facts.store import FactStore
from core.session import Bank
from tenants.binding import Door

url, root, source, bank_id, code, stage = sys.argv[1:]
mapping = parse_mapping(
    "{fact: balances, shape: snapshot, currency: CNY, columns: {account: account, balance: balance}}"
)

def progress(reached, *_):
    if reached == stage:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    bank = Bank(int(bank_id), code, "b", "b", "CNY", 2, "Asia/Shanghai")
    opener = Door(create_async_engine(url)).opener(bank, "tester")
    tables = {table.name: table for table in STANDARD}
    day = date(2026, 9, 6)
    await deliver(opener, FactStore(Path(root)), tables, Path(source), mapping, day, today=day, progress=progress)

asyncio.run(main())
"""


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in ("waiting", "done")])
async def test_a_delivery_killed_before_its_commit_never_was(
    stage: str,
    known: None,
    send: Any,
    written: Any,
    spans_of: Any,
    open_bank: Opener,
    database: Database,
    store: FactStore,
    tmp_path: Path,
) -> None:
    await send("balances", "account,balance\nA1,1\n", date(2026, 9, 5))
    before, spans = await written(), await spans_of()
    killed(stage, open_bank, database, store, tmp_path)
    after = await written()
    assert (after["accepted"], after["in_force"]) == (before["accepted"], before["in_force"])
    assert await spans_of() == spans
    assert set(before["on_disk"]) < set(after["on_disk"]), "it was killed in the middle"
    named = {name for *_, name in after["in_force"]}
    store.sweep(open_bank.bank.code, named, timedelta(0))
    assert (await written())["on_disk"] == sorted(f"{name}.parquet" for name in named)
    again = await send("balances", "account,balance\nA1,2\n", date(2026, 9, 6))
    assert again.status == "accepted"


async def test_a_delivery_killed_after_its_commit_is_whole(
    known: None,
    send: Any,
    spans_of: Any,
    open_bank: Opener,
    database: Database,
    store: FactStore,
    tmp_path: Path,
) -> None:
    await send("balances", "account,balance\nA1,1\n", date(2026, 9, 5))
    killed("done", open_bank, database, store, tmp_path)
    assert await spans_of() == [
        ("closed", "A1", date(2026, 9, 5), date(2026, 9, 6), 100),
        ("open", "A1", date(2026, 9, 6), date(2026, 10, 1), 200),
    ]
    assert (await send("balances", "account,balance\nA1,2\n", date(2026, 9, 6))).status == "unchanged"


def killed(stage: str, open_bank: Opener, database: Database, store: FactStore, folder: Path) -> None:
    """Deliver A1 = 2.00 on the 6th in a process that kills itself at that stage."""
    source = folder / "crash.csv"
    source.write_text("account,balance\nA1,2\n")
    bank = open_bank.bank
    url = database.app_engine(1).url.render_as_string(hide_password=False)
    arguments = [url, str(store.root), str(source), str(bank.id), bank.code, stage]
    done = subprocess.run([sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == -9, done.stderr
