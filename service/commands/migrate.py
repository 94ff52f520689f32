"""`meritgraph migrate`: roles, database and tables made or brought up to date."""

import asyncio

import typer

from service.commands.desk import load_settings, newest_migration


def migrate() -> None:
    """Make the database's roles and tables, or bring them up to date. Safe to repeat.

    Without MERITGRAPH_DATABASE_URL the embedded PostgreSQL in the state folder is made and started.

    Example: `MERITGRAPH_DATABASE_URL=postgresql://owner:secret@db/meritgraph meritgraph migrate`
    """
    from service.database import prepare

    settings = load_settings()
    database = asyncio.run(prepare(settings))
    where = database.owner_url.render_as_string(hide_password=True)
    typer.echo(f"migrated to {newest_migration()}: {where}")
