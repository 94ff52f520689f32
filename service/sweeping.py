"""Once a day a worker deletes the fact files that nothing names, and answers that were kept long enough."""

import asyncio
from contextlib import suppress

import structlog

from core.answers.store import forget
from core.facts.sweeping import sweep
from service.house import House
from service.works import SYSTEM
from tenants.registry import bank_of, banks

DAY = 86_400.0

log = structlog.get_logger(__name__)


async def sweep_all(house: House) -> int:
    """Sweep every bank once; gives the number of files, folders and answers deleted. One bank's trouble is logged."""
    swept = 0
    for row in await banks(house.engine):
        try:
            async with house.door.open(bank_of(row), SYSTEM, read_only=True) as session:
                swept += await sweep(session, house.store)
            async with house.door.open(bank_of(row), SYSTEM) as session:
                swept += await forget(session)
        except Exception:
            log.exception("sweep failed", bank=row.code)
    return swept


async def sweep_daily(house: House, stop: asyncio.Event) -> None:
    """Sweep now and every day until told to stop. A database that is away is tried again the next day."""
    while not stop.is_set():
        try:
            if swept := await sweep_all(house):
                log.info("swept", deleted=swept)
        except Exception:
            log.exception("sweep failed")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), DAY)
