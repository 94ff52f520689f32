"""Waking an idle worker when work is queued. Only a comfort: without it the worker looks every two seconds."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from sqlalchemy import URL

from core.jobs.store import CHANNEL


@dataclass
class Bell:
    """LISTEN on a connection of its own, made anew when PostgreSQL has hung up."""

    url: URL
    _connection: Any = None
    _rung: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, seconds: float) -> None:
        """Return when the bell rings, after `seconds` at the latest. A ring since the last wait counts."""
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            await self._listen()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)
        self._rung.clear()

    async def close(self) -> None:
        """Hang up."""
        if self._connection is not None and not self._connection.is_closed():
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await self._connection.close(timeout=2)
        self._connection = None

    async def _listen(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            return
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = await asyncpg.connect(plain, timeout=5)
        await self._connection.add_listener(CHANNEL, self._ring)

    def _ring(self, *_: object) -> None:
        self._rung.set()
