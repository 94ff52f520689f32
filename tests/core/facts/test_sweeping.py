"""Sweeping: what nothing names goes after a day; what a run or a fact table names stays."""

import os
import time
from pathlib import Path

import orjson

from core.facts.store import FactStore
from core.facts.sweeping import sweep
from tenants.binding import Opener
from tests.approved import add_approved, add_queued

RUN = """UPDATE bank.runs SET status = 'complete', finished_at = now(), inputs_hash = 'i', results_hash = 'h',
                            inputs = $1::text::jsonb WHERE run = 'r'"""


def kept(store: FactStore, bank: str, text: str, days_old: float) -> Path:
    with store.workspace(bank) as folder:
        (folder / "x").write_text(text)
        sha256, _ = store.keep(bank, folder / "x")
    path = store.path(bank, sha256)
    moment = time.time() - days_old * 86_400
    os.utime(path, (moment, moment))
    return path


async def test_only_old_files_that_nothing_names_go(open_bank: Opener, tmp_path: Path) -> None:
    store, bank = FactStore(tmp_path), open_bank.bank.code
    nameless, young = kept(store, bank, "nameless", 2), kept(store, bank, "young", 0.5)
    frozen, delivered = kept(store, bank, "frozen", 2), kept(store, bank, "delivered", 2)
    async with open_bank() as session:
        await add_approved(session)
        await add_queued(session, "r")
        await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = 'r'")
        await session.execute(RUN, orjson.dumps({"frozen": {"shares": {"sha256": frozen.stem, "rows": 1}}}).decode())
        await session.execute(
            """WITH d AS (INSERT INTO bank.deliveries (fact, shape, business_day, source, content, status, rows,
                                                       findings, delivered_by, delivered_at, mapping)
                          VALUES ('fees', 'rows', '2026-01-01', 's', 'c', 'accepted', 1, 0, 'p', now(), '{}')
                          RETURNING delivery)
               INSERT INTO bank.fact_files (fact, part, month, sha256, rows, bytes, since_delivery)
               SELECT 'fees', 'record', '2026-01-01', $1, 1, 1, delivery FROM d""",
            delivered.stem,
        )
        assert await sweep(session, store) == 1
    assert [path.exists() for path in (nameless, young, frozen, delivered)] == [False, True, True, True]
