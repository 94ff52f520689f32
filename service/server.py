"""GraphQL over HTTP in this process, with a worker beside it if asked for."""

import asyncio
import errno
import gc
import signal
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.applications import Starlette

from core.errors import Unavailable
from schema.places import SocketLimits
from schema.requests import MOST_BYTES
from service.app import create_app
from service.house import House
from service.working import work_until

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Ours are set in serve_house: uvicorn's would end the process before the worker has handed its job back.
        yield


@contextmanager
def open_port(host: str, port: int, *, or_free: bool = False) -> Iterator[socket.socket]:
    """A listening socket; PORT_IN_USE if another program has the port, unless any free one will do (`or_free`)."""
    try:
        listening = _listen(host, port, or_free)
    except OSError as error:
        raise Unavailable(
            f"Cannot listen on {host} port {port}: {error.strerror}. Name another with --port.", code="PORT_IN_USE"
        ) from error
    with listening:
        yield listening


def _listen(host: str, port: int, or_free: bool) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        if or_free and error.errno == errno.EADDRINUSE:
            return socket.create_server((host, 0), backlog=2048)
        raise


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=20,
        ws_max_size=MOST_BYTES,
        # What is told to a thousand would be compressed a thousand times, by as many compressors that stay in memory.
        ws_per_message_deflate=False,
    )


async def serve_house(
    house: House, listening: socket.socket, *, worker: bool, tokens: Sequence[Mapping[str, str]] = ()
) -> None:
    """Answer until SIGINT or SIGTERM; requests and the running job get their time to end.

    `tokens`: {role, token} that GraphiQL offers to everybody, where the settings say this is a demonstration.
    """
    stop = asyncio.Event()
    settings = house.settings
    app = create_app(
        house,
        tokens if settings.demo else (),
        settings.upload_megabytes,
        SocketLimits.with_bank(settings.bank_sockets),
        limits=settings.limit_table,
    )
    server = _Server(_config(app))
    # The schema and all else that stays: looking it through again and again holds answers up, for a second at times.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)  # a request that reads a thousand rows makes ten thousand objects at once
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    log.info("listening", address="http://{}:{}/graphql".format(*listening.getsockname()[:2]))
    tasks = [asyncio.create_task(server.serve(sockets=[listening]))]
    if worker:
        tasks.append(asyncio.create_task(work_until(house, stop)))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    server.should_exit = True
    await asyncio.gather(waiting, *tasks)
