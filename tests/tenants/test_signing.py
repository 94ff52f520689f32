"""Names are not forged: the database writes down who acts, whoever a statement says it was."""

import asyncpg
import pytest

from core.people.store import add_person
from core.session import Bank, BankSession
from service.database import Database
from tenants.binding import Door, Opener
from tests.approved import add_approved, add_queued

GRANT = "INSERT INTO bank.grants (person, role, branch, granted_by, granted_at) VALUES ('a', 'approver', '', $1, now())"
SIGNED = {
    "audit": "INSERT INTO bank.audit (at, person, action, subject, detail) VALUES (now(), $1, 'a', 's', '{}')",
    "entries": """INSERT INTO bank.entries (fact, business_day, rows, reason, status, made_by, made_at, decision)
                  VALUES ('fees', '2026-09-30', '[]', 'Lost', 'waiting', $1, now(), '')""",
    "grants": GRANT,
    "publications": "INSERT INTO bank.publications (run, published_by, published_at) VALUES ('done', $1, now())",
    "runs": """INSERT INTO bank.runs (run, scheme, version, period, kind, status, stage, done, total, requested_by,
                                      requested_at)
               VALUES ('new', 's', 1, '2026-Q3', 'assessment', 'queued', 'queued', 0, 0, $1, now())""",
    "scheme_versions": """INSERT INTO bank.scheme_versions (scheme, version, body, status, made_by, made_at)
                          VALUES ('s', 2, '{}', 'draft', $1, now())""",
}


@pytest.fixture
async def furnished(open_bank: Opener) -> None:
    """Person a, an approved scheme and a complete run that "assessor" asked for."""
    async with open_bank() as session:
        await add_person(session, "a")
        await add_approved(session)
        await add_queued(session, "done")
        await session.execute("UPDATE bank.runs SET status = 'running'")
        await session.execute(
            "UPDATE bank.runs SET status = 'complete', finished_at = now(), inputs_hash = 'i', results_hash = 'r'"
        )


async def count(session: BankSession, table: str) -> int:
    row = await session.row(f"SELECT count(*) FROM bank.{table}")
    assert row is not None
    return int(row[0])


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("table", SIGNED)
async def test_a_row_is_signed_by_who_acts_and_by_nobody_else(open_bank: Opener, table: str) -> None:
    async with open_bank() as session:
        before = await count(session, table)
    for name in ("ghost", "", "Tester"):
        with pytest.raises(asyncpg.PostgresError) as refused:
            async with open_bank() as session:
                await session.execute(SIGNED[table], name)
        assert refused.value.sqlstate == "MG008"
    async with open_bank() as session:
        assert await count(session, table) == before
        await session.execute(SIGNED[table], "tester")
        assert await count(session, table) == before + 1


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("person", ["", "\0", "x" * 201, "\ud800"])
async def test_who_can_be_no_person_signs_nothing(door: Door, bank: Bank, person: str) -> None:
    for name in ("", "tester"):
        with pytest.raises(asyncpg.PostgresError) as refused:
            async with door.open(bank, person) as session:
                await session.execute(GRANT, name)
        assert refused.value.sqlstate == "MG008"


async def test_nobody_gives_himself_a_role_and_no_grant_changes_hands(open_bank: Opener) -> None:
    async with open_bank() as session:
        await add_person(session, "a")
        await session.execute(GRANT, "tester")
    for statement, words in (
        (
            """INSERT INTO bank.grants (person, role, branch, granted_by, granted_at)
               VALUES ('a', 'auditor', '', 'a', now())""",
            "grants_by_another",
        ),
        ("UPDATE bank.grants SET person = 'b'", "permission denied"),
        ("UPDATE bank.grants SET role = 'administrator'", "permission denied"),
    ):
        with pytest.raises(asyncpg.PostgresError, match=words):
            async with open_bank() as session, session.acting_as("a") as himself:
                await himself.execute(statement)
    async with open_bank() as session:
        rows = await session.rows("SELECT person, role, granted_by FROM bank.grants")
    assert [tuple(row) for row in rows] == [("a", "approver", "tester")]


async def test_acting_as_another_ends_with_its_block_also_by_an_error(open_bank: Opener) -> None:
    who = "SELECT current_setting('meritgraph.person') AS person"

    async def acting(session: BankSession) -> str:
        row = await session.row(who)
        assert row is not None
        return str(row["person"])

    async with open_bank() as session:
        async with session.acting_as("second") as second:
            assert (second.person, await acting(session)) == ("second", "second")
        assert await acting(session) == "tester"
        with pytest.raises(asyncpg.PostgresError, match="division by zero"):
            async with session.acting_as("second") as second:
                await add_person(second, "b")
                await second.execute("SELECT 1 / 0")
        assert await acting(session) == "tester"
        assert await count(session, "people") == 0


async def test_the_person_is_forgotten_when_the_transaction_ends(database: Database, bank: Bank) -> None:
    engine = database.app_engine(1)  # one connection: the second transaction has the first one's
    door = Door(engine)
    async with door.open(bank, "tester") as session:
        driver = session.driver
        assert await driver.fetchval("SELECT current_setting('meritgraph.person')") == "tester"
    async with door.open(bank, "other") as session:
        assert session.driver is driver
        assert await driver.fetchval("SELECT current_setting('meritgraph.person')") == "other"
    await engine.dispose()
