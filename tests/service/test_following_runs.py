"""Who follows runs while PostgreSQL is stopped and started: a real server, really stopped."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

from core.banks.table import BankRow
from core.plugins.host import Host
from schema.run_progress import RunTopic
from schema.watch import Watch
from service import postgres
from service.database import prepare
from service.listening import Listener
from service.outage import is_outage
from service.settings import Settings
from tenants.binding import Door
from tenants.registry import register_bank
from tests.approved import add_approved, add_queued


async def test_a_follower_outlives_a_restart_of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MERITGRAPH_DATABASE_URL", raising=False)
    with tempfile.TemporaryDirectory(prefix=f"mg-{os.getpid()}-") as folder:
        home = Path(folder) / "postgres"
        try:
            database = await prepare(Settings(state=Path(folder), database_url=""))
            owner, engine = database.owner_engine(), database.app_engine(3)
            row = BankRow(code="b", name="B", name_zh="B", currency="CNY", issuer="urn:b")
            bank = await register_bank(owner, row)
            await owner.dispose()
            door = Door(engine)

            async def move(stage: str) -> None:
                async with door.open(bank, "x") as session:
                    await session.execute("UPDATE bank.runs SET stage = $1 WHERE run = 'r'", stage)

            async with door.open(bank, "x") as session:
                await add_approved(session)
                await add_queued(session, "r")
                await session.execute("UPDATE bank.runs SET status = 'running', stage = 'one'")
            watch = Watch(door, Host({}), Listener(engine.url), is_outage)
            async with watch.follow(RunTopic(bank, "r"), "x") as follower:

                async def hears(stage: str) -> None:
                    async with asyncio.timeout(20):
                        while True:
                            run = (await follower.next()).state
                            assert run is not None
                            if run.stage == stage:
                                return

                await move("two")
                await hears("two")
                await asyncio.to_thread(postgres.stop, home)
                await asyncio.sleep(1.0)
                await asyncio.to_thread(postgres.start, home)
                await hears("two")  # the state of then, by itself
                await move("three")
                await hears("three")
            await engine.dispose()
        finally:
            postgres.remove(home)
