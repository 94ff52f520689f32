"""The tenant wall: what another bank, no bank, and the application role cannot do."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from core.branches.table import Branch
from tenants.binding import Door

BANK_TABLES = sorted(table.name for table in SQLModel.metadata.tables.values() if table.schema == "bank")


async def test_every_table_of_a_bank_forces_one_policy(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        found = await connection.execute(
            text(
                """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   JOIN pg_policy p ON p.polrelid = c.oid
                   WHERE n.nspname = 'bank' AND c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity
                   ORDER BY 1"""
            )
        )
        walled = [row[0] for row in found]
        tables = await connection.execute(
            text(
                """SELECT relname FROM pg_class
                   WHERE relnamespace = 'bank'::regnamespace AND relkind IN ('r', 'p', 'm') ORDER BY 1"""
            )
        )
        assert walled == [row[0] for row in tables]
        assert set(BANK_TABLES) <= set(walled)


async def test_every_key_of_a_bank_starts_with_the_bank(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        loose = await connection.execute(
            text(
                """SELECT conrelid::regclass::text, conname FROM pg_constraint c
                   JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                   WHERE c.connamespace = 'bank'::regnamespace AND contype IN ('p', 'u', 'f')
                     AND a.attname <> 'bank_id'"""
            )
        )
        assert loose.all() == []


async def test_without_a_bank_there_are_no_rows(engine: AsyncEngine, open_bank) -> None:  # type: ignore[no-untyped-def]
    async with open_bank() as session:
        session.orm.add(Branch(branch="B1", name="Head office", name_zh="总行"))
    async with engine.connect() as connection:
        for table in BANK_TABLES:
            assert (await connection.execute(text(f"SELECT count(*) FROM bank.{table}"))).scalar_one() == 0, table


async def test_another_bank_neither_sees_nor_changes_a_row(door: Door, make_bank) -> None:  # type: ignore[no-untyped-def]
    here, there = await make_bank("here"), await make_bank("there")
    async with door.open(here, "tester") as session:
        session.orm.add(Branch(branch="B1", name="Ours", name_zh="我行"))
    async with door.open(there, "tester") as session:
        assert await session.rows("SELECT * FROM bank.branches") == []
        assert await session.driver.execute("UPDATE bank.branches SET name = 'theirs'") == "UPDATE 0"
    with pytest.raises(Exception, match="row-level security"):
        async with door.open(there, "tester") as session:
            await session.execute(
                """INSERT INTO bank.branches (bank_id, branch, kind, name, name_zh)
                   VALUES ($1, 'B2', 'branch', 'x', 'x')""",
                here.id,
            )
    async with door.open(here, "tester") as session:
        assert [row["name"] for row in await session.rows("SELECT name FROM bank.branches")] == ["Ours"]


async def test_the_bank_is_forgotten_when_the_transaction_ends(engine: AsyncEngine, open_bank) -> None:  # type: ignore[no-untyped-def]
    async with open_bank() as session:
        assert await session.row("SELECT current_setting('meritgraph.bank', true) AS bank") != ("",)
    async with engine.connect() as connection:
        setting = await connection.execute(text("SELECT nullif(current_setting('meritgraph.bank', true), '')"))
        assert setting.scalar_one() is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bank.audit SET person = 'nobody'",
        "DELETE FROM bank.audit",
        "UPDATE bank.scorecards SET points_e4 = 0",
        "DELETE FROM bank.run_values",
        "UPDATE bank.deliveries SET business_day = '2020-01-01'",
        "UPDATE bank.fact_files SET sha256 = 'x'",
        "ALTER TABLE bank.branches DISABLE ROW LEVEL SECURITY",
        "DROP POLICY one_bank ON bank.branches",
        "INSERT INTO platform.banks (code) VALUES ('forged')",
        "COPY bank.branches FROM PROGRAM 'true'",
        "SET ROLE postgres",
    ],
)
async def test_the_application_role_may_not(engine: AsyncEngine, statement: str) -> None:
    async with engine.connect() as connection:
        with pytest.raises(
            DBAPIError,
            match=r"permission denied|must be (owner|superuser)|row-level security|does not exist",
        ):
            await connection.execute(text(statement))
