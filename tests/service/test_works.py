"""Runs as jobs: whatever goes wrong, the run says so and the queue does not try for ever."""

import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from core.errors import NotFound
from core.periods import Period
from core.plugins.host import Host
from core.plugins.store import catalogue
from core.runs import perform as runs
from core.runs.replay import replay
from core.runs.start import start_run
from core.session import Bank
from service.commands.desk import find_bank
from service.demo.plan import TODAY
from service.following import RunFailed, finish_here
from service.house import House, open_house
from service.leaderboard import read_leaderboard
from service.settings import Settings
from service.sweeping import sweep_all
from service.works import worker_of


@pytest.fixture
async def house(settings: Settings, demo: Any) -> AsyncIterator[House]:
    """The house on the test database, with the demonstration's banks in it."""
    async with open_house(settings) as opened:
        yield opened


@pytest.fixture
async def harbour(house: House) -> Bank:
    """The demonstration's smaller bank."""
    return await find_bank(house, "harbour")


async def start(house: House, bank: Bank) -> str:
    async with house.door.open(bank, "assessor") as session:
        known = await catalogue(session, house.host)
        return await start_run(session, known, "contribution", Period.parse("2026-Q3"), today=TODAY)


async def told(house: House, bank: Bank, run: str) -> tuple[str, str | None]:
    """The run's status and the code of its error."""
    async with house.door.open(bank, "tester", read_only=True) as session:
        row = await session.row("SELECT status, error ->> 'code' AS code FROM bank.runs WHERE run = $1", run)
    assert row is not None
    return row["status"], row["code"]


async def jobs(house: House, bank: Bank, run: str) -> list[tuple[str, str | None]]:
    async with house.door.open(bank, "tester", read_only=True) as session:
        found = await session.rows("SELECT status, error FROM platform.jobs WHERE subject = $1", run)
    return [(row["status"], row["error"]) for row in found]


async def test_a_run_is_seen_through_to_its_leaderboard(house: House, harbour: Bank) -> None:
    run = await start(house, harbour)
    await finish_here(house, harbour, run)
    assert await told(house, harbour, run) == ("complete", None)
    assert await jobs(house, harbour, run) == []
    async with house.door.open(harbour, "tester", read_only=True) as session:
        places = await read_leaderboard(session, run)
    assert [place.rank for place in places] == [*range(1, 13)]


async def test_a_run_that_a_person_can_mend_fails_with_its_reason(house: House, harbour: Bank) -> None:
    """An installation that has lost the plugins the bank has enabled."""
    run = await start(house, harbour)
    with pytest.raises(RunFailed, match="There is no indicator") as refused:
        await finish_here(replace(house, host=Host({})), harbour, run)
    assert refused.value.code == "SCHEME_INVALID"
    assert await told(house, harbour, run) == ("failed", "SCHEME_INVALID")
    assert await jobs(house, harbour, run) == []


async def test_a_fault_of_ours_fails_the_run_and_its_job(house: House, harbour: Bank) -> None:
    broken: Any = None
    run = await start(house, harbour)
    assert await worker_of(replace(house, workshop=broken)).drain(harbour) == 1
    assert await told(house, harbour, run) == ("failed", "UNEXPECTED")
    assert await jobs(house, harbour, run) == [("failed", "UNEXPECTED")]


async def test_a_run_that_failed_while_it_waited_is_told(house: House, harbour: Bank) -> None:
    run = await start(house, harbour)
    async with house.door.open(harbour, "system") as session:
        await runs.fail(session, run, "CANCELLED", "Called off.")
    with pytest.raises(RunFailed, match="Called off"):
        await finish_here(house, harbour, run)
    assert await worker_of(house).drain(harbour) == 1  # its job finds nothing to do
    assert await jobs(house, harbour, run) == []
    assert await told(house, harbour, run) == ("failed", "CANCELLED")


async def test_a_run_that_is_not_there_is_not_waited_for(house: House, harbour: Bank) -> None:
    with pytest.raises(NotFound):
        await finish_here(house, harbour, "no such run")


async def test_a_worker_sweeps_what_a_crash_left_and_nothing_a_run_names(house: House, harbour: Bank) -> None:
    run = await start(house, harbour)
    await finish_here(house, harbour, run)
    folder = house.store.folder(harbour.code)
    left = folder / f"{'0' * 64}.parquet"
    left.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 86_400
    for path in folder.glob("*.parquet"):
        os.utime(path, (two_days_ago, two_days_ago))
    assert await sweep_all(house) == 1
    assert not left.exists()
    again = await replay(house.door.opener(harbour, "tester"), house.host, house.store, house.workshop, run)
    assert again.same
