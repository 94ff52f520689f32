"""Places for uploads: so many at once, so large, on disk, and gone when the request ends."""

import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.arrivals.inbox import Inbox
from core.indicators.workshop import aside
from schema.faults import HttpFault

AT_ONCE, OF_ONE_BANK = 8, 2
"""Uploads on their way in one process, and of one bank: none takes the others' places."""


@dataclass(frozen=True)
class Place:
    """Where one upload is written."""

    token: str
    path: Path


@dataclass
class UploadPlaces:
    """`most_bytes`: of one file."""

    inbox: Inbox
    most_bytes: int
    _taken: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def place(self, bank: str) -> AsyncIterator[Place]:
        """A place for one upload of this bank; HttpFault 503 when too many are on their way."""
        if self._taken[bank] >= OF_ONE_BANK or self._taken.total() >= AT_ONCE:
            message = "Too many uploads are on their way: try again in a moment."
            raise HttpFault("SERVICE_UNAVAILABLE", message, 503, headers={"Retry-After": "5", "Connection": "close"})
        self._taken[bank] += 1
        token = secrets.token_hex(16)
        path = await aside(self.inbox.upload_path, bank, token)
        try:
            yield Place(token, path)
        finally:
            self._taken[bank] -= 1
            await aside(path.unlink, True)
