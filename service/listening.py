"""Hearing PostgreSQL's notices on a connection of one's own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import asyncpg
from sqlalchemy import URL

PULSE_SECONDS = 20.0
"""How often a silent connection is asked whether it is still one."""


@dataclass(frozen=True)
class Listener:
    """LISTEN as the login of `url`."""

    url: URL

    @asynccontextmanager
    async def __call__(
        self, channels: Sequence[str], heard: Callable[[str, str], None]
    ) -> AsyncIterator[asyncio.Event]:
        """Inside, `heard` gets every notice's channel and text.

        The event is set once PostgreSQL has hung up or fallen silent.
        """
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain, timeout=5)
        gone = asyncio.Event()
        connection.add_termination_listener(lambda *_: gone.set())
        pulse = asyncio.create_task(_pulse(connection, gone))
        try:
            for channel in channels:
                await connection.add_listener(channel, lambda *said: heard(said[2], said[3]))
            yield gone
        finally:
            pulse.cancel()
            with suppress(asyncio.CancelledError):
                await pulse
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await connection.close(timeout=2)


async def _pulse(connection: asyncpg.Connection, gone: asyncio.Event) -> None:
    """A connection that was cut in between says nothing by itself."""
    try:
        while True:
            await asyncio.sleep(PULSE_SECONDS)
            await connection.execute("SELECT 1", timeout=PULSE_SECONDS)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        gone.set()
