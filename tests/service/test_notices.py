"""What PostgreSQL tells whoever listens: ids alone, after the commit, and once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from core.notices import CHANNELS, PEOPLE, RESULTS, RUNS, Notice, read_notice
from core.people.store import add_person, grant, revoke, set_active
from core.publications.store import publish_run
from service.listening import Listener
from tenants.binding import Opener
from tests.approved import add_approved, add_queued

COMPLETE = """UPDATE bank.runs SET status = 'complete', stage = 'complete', finished_at = now(), inputs_hash = 'i',
                                   results_hash = 'r' WHERE run = 'r'"""


@asynccontextmanager
async def hearing(engine: AsyncEngine) -> AsyncIterator[list[tuple[str, str]]]:
    """What is said, channel and text."""
    said: list[tuple[str, str]] = []
    async with Listener(engine.url)(CHANNELS, lambda channel, text: said.append((channel, text))):
        yield said
        await asyncio.sleep(0.3)


async def test_completion_and_publication_tell_bank_and_run_and_no_more(engine: AsyncEngine, open_bank: Opener) -> None:
    bank = open_bank.bank.id
    async with open_bank() as session:
        await add_approved(session)
        await add_queued(session, "r")
        await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = 'r'")
    async with hearing(engine) as said:
        async with open_bank() as session:
            await session.execute(COMPLETE)
        async with open_bank() as session:
            await publish_run(session, "r")
    assert sorted(said) == [(RESULTS, f"{bank} r"), (RESULTS, f"{bank} r"), (RUNS, f"{bank} r")]


async def test_people_and_grants_tell_the_bank_alone_once_a_transaction(engine: AsyncEngine, open_bank: Opener) -> None:
    async with open_bank() as session:
        for number in range(20):
            await add_person(session, f"p{number}")
    async with hearing(engine) as said:
        async with open_bank() as session:
            for number in range(20):
                await grant(session, f"p{number}", "auditor")
        async with open_bank() as session:
            await revoke(session, "p1", "auditor")
        async with open_bank() as session:
            await set_active(session, "p2", False)
        async with open_bank() as session:
            await set_active(session, "p2", False)  # he was not active
    assert said == [(PEOPLE, str(open_bank.bank.id))] * 3


async def test_what_is_rolled_back_is_not_told(engine: AsyncEngine, open_bank: Opener) -> None:
    async with open_bank() as session:
        await add_person(session, "p")
    async with hearing(engine) as said:
        with pytest.raises(RuntimeError, match="no"):
            async with open_bank() as session:
                await grant(session, "p", "auditor")
                raise RuntimeError("no")
    assert said == []


@pytest.mark.parametrize(
    ("channel", "payload", "notice"),
    [
        (RUNS, "7 r-1", Notice(RUNS, 7, "r-1")),
        (RESULTS, "7 r 1", Notice(RESULTS, 7, "r 1")),
        (PEOPLE, "7", Notice(PEOPLE, 7)),
        (PEOPLE, "7 x", None),
        (RUNS, "7", None),
        (RUNS, "7 ", None),
        (RUNS, "x r", None),
        (RUNS, "-7 r", None),
        (RUNS, "٧ r", None),
        (RUNS, "", None),
        ("others", "7 r", None),
    ],
)
def test_only_notices_of_ours_are_read(channel: str, payload: str, notice: Notice | None) -> None:
    assert read_notice(channel, payload) == notice
