"""A worker killed at any point over a file: another takes over, the facts count once, the file ends in its place."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.session import Bank
from service.house import House, open_house
from service.settings import Settings
from tests.service.mailroom import BAD, GOOD, Mailroom

SCRIPT = Path(__file__).with_name("inbox_process.py")
POINTS = (
    "before the file is taken",
    "before the arrival is committed",
    "before the file is read",
    "before the delivery is committed",
    "before the file is moved",
    "before the end is committed",
)


@pytest.fixture
async def house(settings: Settings, database: object) -> AsyncIterator[House]:
    async with open_house(settings) as opened:
        yield opened


@pytest.fixture
async def room(house: House, bank: Bank) -> Mailroom:
    return await Mailroom(house, bank).furnish()


def killed(settings: Settings, bank: Bank, point: str) -> int:
    """How a process that takes the bank's inbox in ended."""
    environment = os.environ | {
        "MERITGRAPH_DATABASE_URL": settings.database_url,
        "MERITGRAPH_STATE": str(settings.state),
        "MERITGRAPH_ENGINE_MEMORY": "1GB",
    }
    command = [sys.executable, str(SCRIPT), bank.code, point]
    return subprocess.run(
        command, env=environment, cwd=SCRIPT.parents[2], capture_output=True, timeout=60, check=False
    ).returncode


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("text", [GOOD, BAD], ids=["good", "bad"])
async def test_a_killed_workers_file_is_taken_over(settings: Settings, room: Mailroom, text: str, point: str) -> None:
    if text is BAD and point == "before the delivery is committed":
        point = "before the file is read"  # nothing of a bad file is kept
    room.drop("balances_20240905.csv", text)
    assert await asyncio.to_thread(killed, settings, room.bank, point) == -signal.SIGKILL
    await asyncio.sleep(1.2)  # the dead one's lease runs out
    heir = Mailroom(room.house, room.bank)
    for _ in range(3):
        await heir.watch.look_at(room.bank)
    await heir.work()
    [(number, status)] = await room.rows("SELECT arrival, status FROM bank.arrivals")
    place = "done" if text is GOOD else "refused"
    assert status == place
    assert room.lying() == {place: [f"{number}-balances_20240905.csv", f"{number}-balances_20240905.csv.report.json"]}
    deliveries = await room.rows("SELECT status FROM bank.deliveries WHERE fact = 'balances'")
    assert deliveries == [("accepted" if text is GOOD else "refused",)]
    acts = "SELECT count(*) FROM bank.audit WHERE action LIKE 'delivery:%' AND person = 'inbox'"
    assert await room.rows(acts) == [(1,)]
