"""How much conversation one process takes on: beyond it, who comes is told so and nothing else suffers."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SocketLimits:
    """Of one process, one person, one connection."""

    connections: int = 2000
    subscriptions: int = 2000
    of_person: int = 100
    of_connection: int = 20
    init_seconds: float = 10.0
    """How long a connection may wait before it says whose it is."""


@dataclass
class Places:
    """Who has how many places; all share `most`, one holder gets at most `most_each`."""

    most: int
    most_each: int
    _held: Counter[Hashable] = field(default_factory=Counter)

    @contextmanager
    def take(self, holder: Hashable) -> Iterator[bool]:
        """A place while inside; False, and none, where all are taken."""
        free = self._held.total() < self.most and self._held[holder] < self.most_each
        if not free:
            yield False
            return
        self._held[holder] += 1
        try:
            yield True
        finally:
            self._held[holder] -= 1
            if not self._held[holder]:
                del self._held[holder]
