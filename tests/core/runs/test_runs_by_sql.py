"""Runs by direct SQL, as the application could write it: asked for once, by an approved version, in one direction."""

import asyncpg
import pytest

from core.publications.store import publish_run
from tenants.binding import Opener
from tests.approved import add_approved, add_queued

ADD = """INSERT INTO bank.runs (run, scheme, version, period, kind, status, stage, done, total, requested_by,
                                requested_at, started_at, finished_at, inputs_hash, results_hash)
         VALUES ('new', $1, $2, '2026-Q3', 'assessment', $3, 'queued', 0, 0, 'tester', now(),
                 {started}, {finished}, {inputs}, {results})"""
COMPLETE = "UPDATE bank.runs SET status = 'complete', finished_at = now(), inputs_hash = 'i', results_hash = 'r'"
STEPS = {
    "queued": (),
    "running": ("UPDATE bank.runs SET status = 'running'",),
    "complete": ("UPDATE bank.runs SET status = 'running'", COMPLETE),
    "failed": ("UPDATE bank.runs SET status = 'failed'",),
    "cancelled": ("UPDATE bank.runs SET status = 'cancelled'",),
}


@pytest.fixture
async def schemes(open_bank: Opener) -> None:
    """Version 1 of scheme s is approved; version 2 is a draft."""
    async with open_bank() as session:
        await add_approved(session)
        await session.execute(
            """INSERT INTO bank.scheme_versions (scheme, version, body, status, made_by, made_at)
               VALUES ('s', 2, '{}', 'draft', 'tester', now())"""
        )


async def at(open_bank: Opener, status: str) -> None:
    async with open_bank() as session:
        await add_queued(session, "r")
        for statement in STEPS[status]:
            await session.execute(statement)


async def stored(open_bank: Opener) -> list[tuple[object, ...]]:
    async with open_bank() as session:
        return [tuple(row) for row in await session.rows("SELECT * FROM bank.runs")]


@pytest.mark.usefixtures("schemes")
@pytest.mark.parametrize(
    ("version", "status", "given", "words"),
    [
        (1, "complete", {"finished": "now()", "inputs": "'i'", "results": "'r'"}, "begins as queued"),
        (1, "running", {}, "begins as queued"),
        (1, "failed", {}, "begins as queued"),
        (1, "cancelled", {}, "begins as queued"),
        (1, "queued", {"started": "now()"}, "begins as queued"),
        (1, "queued", {"finished": "now()"}, "begins as queued"),
        (1, "queued", {"inputs": "'i'"}, "begins as queued"),
        (1, "queued", {"results": "'r'"}, "begins as queued"),
        (2, "queued", {}, "version 2 of scheme s is not approved"),
        (3, "queued", {}, "version 3 of scheme s is not approved"),
    ],
)
async def test_a_run_begins_queued_and_by_an_approved_version(
    open_bank: Opener, version: int, status: str, given: dict[str, str], words: str
) -> None:
    fields = dict.fromkeys(("started", "finished", "inputs", "results"), "NULL") | given
    with pytest.raises(asyncpg.PostgresError, match=words):
        async with open_bank() as session:
            await session.execute(ADD.format(**fields), "s", version, status)
    assert await stored(open_bank) == []


@pytest.mark.usefixtures("schemes")
@pytest.mark.parametrize("status", STEPS)
@pytest.mark.parametrize(
    "change",
    [
        "run = 'other'",
        "scheme = 't'",
        "version = 2",
        "period = '2026-Q4'",
        "kind = 'other'",
        "requested_by = 'ghost'",
        "requested_at = now()",
        """despite = '["late"]'""",
    ],
)
async def test_what_was_asked_for_never_changes(open_bank: Opener, status: str, change: str) -> None:
    await at(open_bank, status)
    before = await stored(open_bank)
    with pytest.raises(asyncpg.PostgresError, match="permission denied"):
        async with open_bank() as session:
            await session.execute(f"UPDATE bank.runs SET {change}")
    assert await stored(open_bank) == before


WAYS = {
    ("queued", "running"),
    ("queued", "failed"),
    ("queued", "cancelled"),
    ("running", "complete"),
    ("running", "failed"),
    ("running", "cancelled"),
}


@pytest.mark.usefixtures("schemes")
@pytest.mark.parametrize(("before", "after"), [(one, other) for one in STEPS for other in STEPS if one != other])
async def test_a_run_goes_one_way(open_bank: Opener, before: str, after: str) -> None:
    await at(open_bank, before)
    step = COMPLETE if after == "complete" else f"UPDATE bank.runs SET status = '{after}'"
    if (before, after) in WAYS:
        async with open_bank() as session:
            await session.execute(step)
    else:
        with pytest.raises(asyncpg.PostgresError, match=r"does not go from|stays as it is"):
            async with open_bank() as session:
                await session.execute(step)
    async with open_bank() as session:
        row = await session.row("SELECT status FROM bank.runs")
    assert row is not None
    assert row["status"] == (after if (before, after) in WAYS else before)


@pytest.mark.usefixtures("schemes")
async def test_a_complete_run_has_inputs(open_bank: Opener) -> None:
    await at(open_bank, "running")
    with pytest.raises(asyncpg.PostgresError, match="does not go from running to complete"):
        async with open_bank() as session:
            await session.execute(
                "UPDATE bank.runs SET status = 'complete', finished_at = now(), results_hash = 'r', inputs_hash = NULL"
            )


@pytest.mark.usefixtures("schemes")
async def test_who_asked_for_a_run_publishes_it_under_no_name(open_bank: Opener) -> None:
    await at(open_bank, "complete")
    add = "INSERT INTO bank.publications (run, published_by, published_at) VALUES ('r', $1, now())"
    for name, state in (("assessor", "MG006"), ("second", "MG008")):
        with pytest.raises(asyncpg.PostgresError) as refused:
            async with open_bank() as session, session.acting_as("assessor") as himself:
                await himself.execute(add, name)
        assert refused.value.sqlstate == state
    async with open_bank() as session:
        assert await session.rows("SELECT 1 FROM bank.publications") == []
        await publish_run(session, "r")


@pytest.mark.usefixtures("schemes")
@pytest.mark.parametrize("status", ["complete", "failed", "cancelled"])
async def test_a_run_that_has_ended_stays(open_bank: Opener, status: str) -> None:
    await at(open_bank, status)
    before = await stored(open_bank)
    for change in ("done = 5", "finished_at = NULL", """error = '{"code": "X"}'""", "inputs_hash = 'x'"):
        with pytest.raises(asyncpg.PostgresError, match=f"is {status} and stays as it is"):
            async with open_bank() as session:
                await session.execute(f"UPDATE bank.runs SET {change}")
    assert await stored(open_bank) == before
