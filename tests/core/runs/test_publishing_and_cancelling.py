"""What becomes of a run: published by a second person, or called off."""

import asyncio

import asyncpg
import pytest

from core.errors import Conflict, Forbidden, NotFound
from core.plugins.store import catalogue
from core.publications.store import closed_through, publish_run
from core.runs.cancel import cancel_run
from core.runs.perform import perform
from core.runs.start import start_run
from core.runs.store import runs_by_id
from core.session import BankSession
from tests.core.runs.place import QUARTER, TODAY, Held, Place


def second(place: Place) -> Place:
    """The same bank, with a second person at the desk."""
    opener = place.open.door.opener(place.open.bank, "second")
    return Place(opener, place.host, place.store, place.workshop, place.folder)


async def queued(place: Place) -> str:
    async with place.open() as session:
        return await start_run(session, await catalogue(session, place.host), "test", QUARTER, today=TODAY)


async def left(place: Place, run: str) -> tuple[str, int, int, int]:
    """Status, scorecards, jobs, audit records of the run."""
    async with place.open() as session:
        row = await session.row(
            """SELECT (SELECT status FROM bank.runs WHERE run = $1),
                      (SELECT count(*) FROM bank.scorecards WHERE run = $1),
                      (SELECT count(*) FROM platform.jobs WHERE subject = $1),
                      (SELECT count(*) FROM bank.audit WHERE subject = $1)""",
            run,
        )
    assert row is not None
    return row[0], row[1], row[2], row[3]


async def test_the_newest_publication_of_a_scheme_and_period_is_in_force(place: Place) -> None:
    first, newer = await place.run(), await place.run()
    async with second(place).open() as session:
        assert await closed_through(session) is None
        await publish_run(session, first)
        assert (await runs_by_id(session, [first]))[first].in_force
    async with second(place).open() as session:
        await publish_run(session, newer)
    async with place.open() as session:
        read = await runs_by_id(session, [first, newer])
        assert await closed_through(session) == QUARTER.last
    assert [(read[run].published_by, read[run].in_force) for run in (first, newer)] == [
        ("second", False),
        ("second", True),
    ]
    assert (await left(place, newer))[3] == 3  # asked for, complete, published


async def test_nobody_publishes_a_run_he_asked_for_and_the_database_says_so_too(place: Place) -> None:
    run = await place.run()
    with pytest.raises(Forbidden) as refused:
        async with place.open() as session:
            await publish_run(session, run)
    assert refused.value.code == "FOUR_EYES"
    with pytest.raises(asyncpg.PostgresError) as raised:
        async with place.open() as session:
            await _insert(session, run, "tester")
    assert raised.value.sqlstate == "MG006"
    assert (await left(place, run))[3] == 2


async def _insert(session: BankSession, run: str, person: str) -> None:
    await session.execute(
        "INSERT INTO bank.publications (run, published_by, published_at) VALUES ($1, $2, now())", run, person
    )


async def test_a_run_is_published_once_and_only_complete(place: Place) -> None:
    run, waiting = await place.run(), await queued(place)
    desk = second(place)
    async with desk.open() as session:
        await publish_run(session, run)
    for code, which in (("RUN_ALREADY_PUBLISHED", run), ("RUN_NOT_COMPLETE", waiting)):
        with pytest.raises(Conflict) as refused:
            async with desk.open() as session:
                await publish_run(session, which)
        assert refused.value.code == code
    with pytest.raises(asyncpg.PostgresError) as raised:
        async with desk.open() as session:
            await _insert(session, waiting, "second")
    assert raised.value.sqlstate == "MG005"
    with pytest.raises(NotFound):
        async with desk.open() as session:
            await publish_run(session, "nothing")
    with pytest.raises(asyncpg.PostgresError):
        async with desk.open() as session:
            await session.execute("DELETE FROM bank.publications")


async def test_of_two_who_publish_at_once_one_does(place: Place) -> None:
    run = await place.run()

    async def publish(person: str) -> str:
        try:
            async with place.open.door.open(place.open.bank, person) as session:
                await publish_run(session, run)
        except Conflict as refused:
            return refused.code
        return "published"

    assert sorted(await asyncio.gather(*(publish(f"p{n}") for n in range(3)))) == [
        "RUN_ALREADY_PUBLISHED",
        "RUN_ALREADY_PUBLISHED",
        "published",
    ]


async def test_a_queued_run_is_called_off_with_its_job(place: Place) -> None:
    run = await queued(place)
    assert (await left(place, run))[:3] == ("queued", 0, 1)
    async with place.open() as session:
        await cancel_run(session, run)
    assert await left(place, run) == ("cancelled", 0, 0, 2)
    await perform(place.open, place.host, place.store, place.workshop, run, lease=Held())
    assert await left(place, run) == ("cancelled", 0, 0, 2)


async def test_a_run_called_off_while_it_computes_stops_and_stores_nothing(place: Place) -> None:
    run = await queued(place)
    async with place.open() as session:  # as a worker does that takes it
        await session.execute("UPDATE platform.jobs SET status = 'running', worker = 'w' WHERE subject = $1", run)
    stages: list[str] = []

    async def watch() -> None:
        while True:
            async with place.open() as session:
                row = await session.row("SELECT status, stage FROM bank.runs WHERE run = $1", run)
                assert row is not None
                stages.append(row["stage"])
                if row["status"] == "running":
                    await cancel_run(session, run)
                    return
            await asyncio.sleep(0)

    await asyncio.gather(
        perform(place.open, place.host, place.store, place.workshop, run, lease=Held()),
        watch(),
    )
    assert await left(place, run) == ("cancelled", 0, 1, 2)  # the job is its worker's, who ends it
    assert stages[-1] != "complete"


@pytest.mark.parametrize("status", ["complete", "failed", "cancelled"])
async def test_a_run_that_has_ended_cannot_be_called_off(place: Place, status: str) -> None:
    run = await place.run() if status == "complete" else await queued(place)
    async with place.open() as session:
        if status == "failed":
            await session.execute("UPDATE bank.runs SET status = 'failed' WHERE run = $1", run)
        if status == "cancelled":
            await cancel_run(session, run)
    before = await left(place, run)
    with pytest.raises(Conflict) as refused:
        async with place.open() as session:
            await cancel_run(session, run)
    assert refused.value.code == "RUN_NOT_CANCELLABLE"
    assert await left(place, run) == before


async def test_the_database_keeps_a_cancelled_run_as_it_is(place: Place) -> None:
    run = await queued(place)
    async with place.open() as session:
        await cancel_run(session, run)
    with pytest.raises(asyncpg.PostgresError, match="cancelled and stays"):
        async with place.open() as session:
            await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = $1", run)
