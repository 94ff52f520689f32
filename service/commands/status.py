"""`meritgraph status` and `meritgraph stop`: what is running here, and ending it."""

import asyncio
import shutil
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import InputError, MeritgraphError
from service.commands.desk import load_settings, ready_house
from service.commands.options import AsJson
from service.commands.printing import show, show_json

if TYPE_CHECKING:
    from service.settings import Settings

JOBS = {"bank": "Bank", "queued": "Queued#", "running": "Running#", "failed": "Failed#"}


def status(as_json: AsJson = False) -> None:
    """Say where the database is, whether it runs and is up to date, and which jobs wait. Starts nothing.

    Example: `meritgraph status --json`
    """
    told = asyncio.run(_status(load_settings()))
    if as_json:
        show_json(told)
        return
    for name in ("database", "state", "running", "problem"):
        if told.get(name) not in (None, ""):
            typer.echo(f"{name}: {told[name]}")
    show(told["jobs"], JOBS, as_json=False)


async def _status(settings: "Settings") -> dict[str, Any]:
    from service import postgres

    told: dict[str, Any] = {"state": str(settings.state.resolve()), "jobs": [], "problem": None}
    told["database"] = "by MERITGRAPH_DATABASE_URL" if settings.database_url else "embedded"
    told["running"] = bool(settings.database_url) or postgres.is_running(settings.state / "postgres")
    if told["running"]:
        try:
            async with ready_house(settings) as house:
                told["jobs"] = await _jobs(house.engine)
        except MeritgraphError as error:
            told["problem"] = f"{error.message} [{error.code}]"
    return told


async def _jobs(engine: Any) -> list[dict[str, Any]]:
    from service.queue import count_jobs

    return [
        {"bank": bank, "queued": queued, "running": running, "failed": failed}
        for bank, queued, running, failed in await count_jobs(engine)
    ]


def stop(
    remove: Annotated[bool, typer.Option("--remove", help="Also delete the state folder: all data is gone.")] = False,
) -> None:
    """Stop the embedded PostgreSQL; committed data stays. Without one there is nothing to stop.

    Example: `meritgraph stop --remove`
    """
    from service import postgres

    settings = load_settings()
    if settings.database_url:
        raise InputError("The database is not ours to stop: MERITGRAPH_DATABASE_URL is set.", code="NOT_EMBEDDED")
    cluster = settings.state / "postgres"
    if not remove:
        postgres.stop(cluster)
        typer.echo("the embedded PostgreSQL is stopped")
        return
    postgres.remove(cluster)
    if settings.state.is_dir():
        shutil.rmtree(settings.state)
    typer.echo(f"{settings.state} is removed")
