"""What one statement selects for the levels it serves."""

from collections.abc import Callable, Sequence

from core.paging import Beside, Listing, Shown
from schema.context import Context
from schema.planning.reading import Reading

ROWS = "found"
"""The alias of the page's own rows."""


class Selection:
    """Expressions by their number in the record, and the rows joined beside."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._joins: list[tuple[str, Callable[[Context], Listing], str]] = []
        self.whole = False
        """Whether somebody needs every column of the page's rows, by name."""

    def add(self, expression: str) -> int:
        """Where the expression's value will stand in a record."""
        return self._numbers.setdefault(expression, len(self._numbers))

    def join(self, listing: Callable[[Context], Listing], keys: Sequence[str], alias: str, by: Sequence[str]) -> str:
        """The alias of the row of another list whose `keys` are the columns `by` of the rows of `alias`."""
        name = f"j{len(self._joins)}"
        on = " AND ".join(f"{key} = {alias}.{column}" for key, column in zip(keys, by, strict=True))
        self._joins.append((name, listing, on))
        return name

    @property
    def width(self) -> int:
        """How many values stand before whatever else is selected."""
        return len(self._numbers)

    def shown(self, reading: Reading, *more: str) -> Shown:
        """For the statement; `more` stands behind the expressions."""
        beside = tuple(Beside(name, listing(reading.context), on) for name, listing, on in self._joins)
        whole = (f"{ROWS}.*",) if self.whole else ()
        return Shown((*self._numbers, *more, *whole), beside)
