"""How slowly a body may come: who holds a place in which others would upload must use it."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from schema.faults import bad_request


@dataclass(frozen=True)
class Pace:
    """`idle_seconds`: without a byte. `grace_seconds`: from then on the mean speed counts. `total_seconds`: in all."""

    idle_seconds: float = 30.0
    grace_seconds: float = 30.0
    bytes_a_second: int = 32 * 1024
    total_seconds: float = 3600.0

    async def keep(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The stream's chunks; HttpFault 408 as soon as it is slower than this."""
        begun, size = time.monotonic(), 0
        while True:
            left = self.total_seconds - (time.monotonic() - begun)
            try:
                chunk = await asyncio.wait_for(anext(stream), min(self.idle_seconds, max(0.0, left)))
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise bad_request("The upload has stopped or takes too long.", 408, Connection="close") from None
            size += len(chunk)
            took = time.monotonic() - begun
            if took > self.grace_seconds and size < self.bytes_a_second * took:
                sentence = f"The upload is slower than {self.bytes_a_second} bytes a second."
                raise bad_request(sentence, 408, Connection="close")
            yield chunk
