"""What every benchmark of the project says: a name, a figure, its unit, and what it should reach."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One figure, the lower the better. `reach`: the figure it must not exceed."""

    name: str
    value: float
    unit: str
    reach: float

    @property
    def holds(self) -> bool:
        """Whether the figure is within reach."""
        return self.value <= self.reach


def print_line(row: Row) -> None:
    """The row as one line of JSON."""
    told = {"name": row.name, "value": round(row.value, 3), "unit": row.unit, "reach": row.reach, "holds": row.holds}
    print(json.dumps(told), flush=True)


def print_table(rows: Sequence[Row]) -> None:
    """All rows for people."""
    table = Table(title="Benchmarks", title_justify="left", header_style="bold")
    for heading, justify in (("What", "left"), ("Measured", "right"), ("Unit", "left"), ("Reach", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    table.add_column("Holds")
    for row in rows:
        table.add_row(row.name, f"{row.value:.2f}", row.unit, f"≤ {row.reach:g}", "yes" if row.holds else "NO")
    Console().print(table)


def tell(sentence: str) -> None:
    """A word about what goes on, on stderr."""
    print(f"bench: {sentence}", file=sys.stderr, flush=True)
