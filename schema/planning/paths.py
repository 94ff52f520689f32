"""Where the values of a level stand in the answer: told only where somebody asks, for most answers nobody does."""

from collections.abc import Sequence
from typing import Protocol

Path = list[str | int]


class Paths(Protocol):
    """The places of the values of one level, by their number in it."""

    def of(self, number: int) -> Path:
        """The response path of a value."""
        ...


class Root:
    """The one place of an operation's root."""

    def of(self, number: int) -> Path:
        """Nowhere yet."""
        return []


class Below:
    """One value a parent, under a response key."""

    __slots__ = ("_above", "_key")

    def __init__(self, above: Paths, key: str) -> None:
        self._above = above
        self._key = key

    def of(self, number: int) -> Path:
        """The parent's place, then the key."""
        return [*self._above.of(number), self._key]


class Within:
    """The elements of lists put behind one another: whose list, and where in it."""

    __slots__ = ("_above", "_parents", "_places")

    def __init__(self, above: Paths, parents: Sequence[int], places: Sequence[int]) -> None:
        self._above = above
        self._parents = parents
        self._places = places

    def of(self, number: int) -> Path:
        """The list's place, then the element's number."""
        return [*self._above.of(self._parents[number]), self._places[number]]


class Among:
    """Some of a level's values, by their numbers in it."""

    __slots__ = ("_above", "_numbers")

    def __init__(self, above: Paths, numbers: Sequence[int]) -> None:
        self._above = above
        self._numbers = numbers

    def of(self, number: int) -> Path:
        """As in the whole level."""
        return self._above.of(self._numbers[number])
