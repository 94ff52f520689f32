"""`meritgraph worker`: performs queued jobs."""

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.desk import at_work

if TYPE_CHECKING:
    from service.house import House


def worker(drain: Annotated[bool, typer.Option("--drain", help="Do what waits now, then end.")] = False) -> None:
    """Perform queued runs and deliveries, of all banks in turn, until told to stop (SIGTERM, Ctrl-C).

    Watches the banks' inbox folders meanwhile, and does MERITGRAPH_WORKER_JOBS jobs at once.

    Any number of workers may run; a killed one's job is taken over. PostgreSQL may restart meanwhile.

    Example: `meritgraph worker --drain`
    """
    if drain:
        typer.echo(f"{at_work(_drain, quiet=False)} jobs performed")
    else:
        at_work(_work, quiet=False)


async def _drain(house: "House") -> int:
    from service.works import worker_of

    return await worker_of(house).drain()


async def _work(house: "House") -> None:
    from service.working import work_until

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work_until(house, stop)
