"""What a GraphQL benchmark says: a figure, what it must reach and what it should."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

WIDE = 140
"""Columns where the output goes to a file."""


@dataclass(frozen=True)
class Figure:
    """`value` None: could not be measured, `said` tells why. `reach` None: told for its own sake.

    `more`: the higher the better, as of a ratio; else the lower.
    """

    name: str
    value: float | None
    unit: str
    reach: float | None = None
    aim: float | None = None
    more: bool = False
    said: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the figure is within reach; None where there is nothing to hold."""
        return self._within(self.reach)

    @property
    def aims(self) -> bool | None:
        """Whether it is where it should be."""
        return self._within(self.aim)

    def _within(self, bound: float | None) -> bool | None:
        if bound is None or self.value is None:
            return None
        return self.value >= bound if self.more else self.value <= bound


def print_line(figure: Figure) -> None:
    """The figure as one line of JSON."""
    told = {
        "name": figure.name,
        "value": None if figure.value is None else round(figure.value, 3),
        "unit": figure.unit,
        "reach": figure.reach,
        "aim": figure.aim,
        "holds": figure.holds,
        "said": figure.said,
    }
    print(json.dumps(told, ensure_ascii=False), flush=True)


def print_table(figures: Sequence[Figure]) -> None:
    """All figures for people."""
    table = Table(title="GraphQL", title_justify="left", header_style="bold")
    table.add_column("What")
    table.add_column("Measured", justify="right")
    table.add_column("Unit")
    table.add_column("Must", justify="right")
    table.add_column("Aim", justify="right")
    table.add_column("Holds")
    for figure in figures:
        value = "–" if figure.value is None else f"{figure.value:.2f}"
        bounds = (_bound(figure, figure.reach), _bound(figure, figure.aim))
        table.add_row(figure.name, value, figure.unit, *bounds, figure.said or _verdict(figure))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def _bound(figure: Figure, bound: float | None) -> str:
    return "" if bound is None else f"{'≥' if figure.more else '≤'} {bound:g}"


def _verdict(figure: Figure) -> str:
    if figure.holds is None:
        return ""
    return "NO" if not figure.holds else "aim" if figure.aims else "yes"
