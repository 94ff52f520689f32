"""What one statement selects for the levels it serves."""

from core.paging import Beside, Shown
from schema.planning.reading import Reading
from schema.planning.reads import Joined

ROWS = "found"
"""The alias of the page's own rows."""


class Selection:
    """Expressions by their number in the record, and the rows joined beside."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._joins: list[tuple[str, Joined, str]] = []
        self.whole = False
        """Whether somebody needs every column of the page's rows, by name."""

    def add(self, expression: str) -> int:
        """Where the expression's value will stand in a record."""
        return self._numbers.setdefault(expression, len(self._numbers))

    def join(self, joined: Joined, alias: str) -> str:
        """The alias of the row beside the rows of `alias`."""
        name = f"j{len(self._joins)}"
        self._joins.append((name, joined, f"{alias}.{joined.by}"))
        return name

    @property
    def width(self) -> int:
        """How many values stand before whatever else is selected."""
        return len(self._numbers)

    def shown(self, reading: Reading, *more: str) -> Shown:
        """For the statement; `more` stands behind the expressions."""
        beside = tuple(Beside(name, one.listing(reading.context), one.key, by) for name, one, by in self._joins)
        whole = (f"{ROWS}.*",) if self.whole else ()
        return Shown((*self._numbers, *more, *whole), beside)
