"""All that a process does that works: jobs, the banks' inbox folders, and once a day what is to be swept."""

import asyncio

from service.house import House
from service.inbox import InboxWatch
from service.sweeping import sweep_daily
from service.works import worker_of


async def work_until(house: House, stop: asyncio.Event) -> None:
    """Work until told to stop; the jobs at work get their time to end."""
    beside = (asyncio.create_task(sweep_daily(house, stop)), asyncio.create_task(InboxWatch(house).run(stop)))
    try:
        await worker_of(house, listening=True).run(stop)
    finally:
        stop.set()
        await asyncio.gather(*beside)
