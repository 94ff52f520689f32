"""The migrations are the models: what Alembic would still change is nothing."""

from alembic import command
from sqlalchemy import text

from service.database import Database, alembic_config, migrate


async def test_models_equal_migrations(database: Database) -> None:
    engine = database.owner_engine()
    async with engine.connect() as connection:
        await connection.run_sync(lambda c: command.check(alembic_config(c, str(database.app_url.username))))
    await engine.dispose()


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate(database)
    engine = database.owner_engine()
    async with engine.connect() as connection:
        versions = (await connection.execute(text("SELECT version_num FROM platform.alembic_version"))).scalars().all()
    await engine.dispose()
    assert versions == ["0006"]


async def test_the_platform_holds_only_its_committed_tables(database: Database) -> None:
    engine = database.owner_engine()
    async with engine.connect() as connection:
        found = await connection.execute(
            text(
                """SELECT relname FROM pg_class
                   WHERE relnamespace = 'platform'::regnamespace AND relkind = 'r' ORDER BY 1"""
            )
        )
        assert found.scalars().all() == ["alembic_version", "banks", "jobs"]
    await engine.dispose()
