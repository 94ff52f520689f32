"""Everything wired together once per process: database, banks, plugins, fact files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from core.arrivals.inbox import Inbox
from core.facts.store import FactStore
from core.indicators.workshop import Workshop
from core.plugins.host import Host
from core.tables import load_tables
from service.database import Database, check_application_role, locate
from service.settings import Settings
from tenants.binding import Door


@dataclass(frozen=True)
class House:
    """What the API, the worker and the command line share."""

    settings: Settings
    database: Database
    engine: AsyncEngine
    door: Door
    host: Host
    store: FactStore
    inbox: Inbox
    workshop: Workshop


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Connect as the application role and load the plugins. The database must have been prepared."""
    load_tables()
    database = locate(settings)
    engine = database.app_engine(settings.pool)
    readers = database.reading_pool(settings.pool)
    try:
        await check_application_role(engine)
        store = FactStore(settings.fact_folder)
        yield House(
            settings=settings,
            database=database,
            engine=engine,
            door=Door(engine, readers),
            host=Host.installed(),
            store=store,
            inbox=Inbox(settings.inbox_folder),
            workshop=Workshop(settings.engine_memory, settings.engine_threads, settings.engine_sessions),
        )
    finally:
        await readers.close()
        await engine.dispose()
