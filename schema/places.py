"""How much conversation one process takes on: beyond it, who comes is told so and nothing else suffers."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SocketLimits:
    """Of one process, one person, one connection."""

    connections: int = 2000
    connections_of_bank: int = 500
    connections_of_person: int = 20
    ungreeted: int = 200
    """Connections that have not said whose they are; beyond them the one that has waited longest is dropped."""
    subscriptions: int = 2000
    subscriptions_of_bank: int = 1000
    of_person: int = 100
    of_connection: int = 20
    init_seconds: float = 10.0
    """How long a connection may wait before it says whose it is."""

    @classmethod
    def with_bank(cls, connections: int) -> "SocketLimits":
        """So many connections for one bank, a quarter of what the process takes, each with two subscriptions."""
        return cls(
            connections=4 * connections,
            connections_of_bank=connections,
            subscriptions=4 * connections,
            subscriptions_of_bank=2 * connections,
        )


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


class Seats:
    """Places for people: one bank gets a part of all, one person a part of his bank's."""

    def __init__(self, most: int, of_bank: int, of_person: int) -> None:
        self._banks = Places(most, of_bank)
        self._persons = Places(most, of_person)

    @contextmanager
    def take(self, bank: int, person: str) -> Iterator[bool]:
        """A seat while inside; False, and none, where all, the bank's or the person's are taken."""
        with self._banks.take(bank) as of_bank:
            if not of_bank:
                yield False
                return
            with self._persons.take((bank, person)) as of_person:
                yield of_person


@dataclass
class Lobby:
    """Where connections wait until they have greeted. Whoever comes to a full one takes the longest waiter's place:
    who greets at once is never kept out by those who never do.
    """

    most: int
    _waiting: dict[int, Callable[[], None]] = field(default_factory=dict)
    _count: int = 0

    @contextmanager
    def wait(self, leave: Callable[[], None]) -> Iterator[None]:
        """A place while inside. `leave` is called, once, when a later one needs it."""
        if len(self._waiting) >= self.most:
            self._waiting.pop(next(iter(self._waiting)))()
        self._count += 1
        number = self._count
        self._waiting[number] = leave
        try:
            yield
        finally:
            self._waiting.pop(number, None)


@dataclass(frozen=True)
class Rooms:
    """All places of one process."""

    lobby: Lobby
    connections: Seats
    subscriptions: Seats

    @classmethod
    def of(cls, limits: SocketLimits) -> "Rooms":
        """Empty ones."""
        return cls(
            Lobby(limits.ungreeted),
            Seats(limits.connections, limits.connections_of_bank, limits.connections_of_person),
            Seats(limits.subscriptions, limits.subscriptions_of_bank, limits.of_person),
        )
