"""Places for uploads: so many at once, so large, on disk, and gone when the request ends."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.arrivals.inbox import Inbox
from core.indicators.workshop import aside
from core.session import Bank
from schema.faults import HttpFault
from schema.pace import Pace
from schema.places import Seats

AT_ONCE, OF_ONE_BANK, OF_ONE_PERSON = 16, 4, 2
"""Uploads on their way in one process, of one bank and of one person: none takes the others' places."""


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
    pace: Pace = field(default_factory=Pace)
    _seats: Seats = field(default_factory=lambda: Seats(AT_ONCE, OF_ONE_BANK, OF_ONE_PERSON))

    @asynccontextmanager
    async def place(self, bank: Bank, person: str) -> AsyncIterator[Place]:
        """A place for one upload of this person; HttpFault 503 when too many are on their way."""
        with self._seats.take(bank.id, person) as free:
            if not free:
                message = "Too many uploads are on their way: try again in a moment."
                headers = {"Retry-After": "5", "Connection": "close"}
                raise HttpFault("SERVICE_UNAVAILABLE", message, 503, headers=headers)
            token = secrets.token_hex(16)
            path = await aside(self.inbox.upload_path, bank.code, token)
            try:
                yield Place(token, path)
            finally:
                await aside(path.unlink, True)
