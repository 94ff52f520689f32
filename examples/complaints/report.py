"""What the command prints for people: a row a state, then the bank."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from examples.assessment import Figures, Scored
from examples.complaints.bank import ON_TIME, RECEIVED

NOT_APPLICABLE = "–"


def print_table(scored: Sequence[Scored], totals: Mapping[str, Figures], title: str) -> None:
    """States by rank; the last rows are what no state holds, and the bank."""
    table = Table(title=title, title_justify="left", header_style="bold")
    table.add_column("Rank", justify="right")
    table.add_column("State")
    for heading in ("Received", "On time %"):
        table.add_column(heading, justify="right")
    for one in scored:
        rank = NOT_APPLICABLE if one.place.rank is None else str(one.place.rank)
        table.add_row(rank, one.place.manager, *_cells(one.values))
    table.add_section()
    table.add_row("", "unattributed", *_cells(totals["unattributed"]))
    table.add_row("", "bank", *_cells(totals["bank"]), style="bold")
    Console().print(table)


def _cells(values: Figures) -> tuple[str, str]:
    received, on_time = values[RECEIVED], values[ON_TIME]
    return (
        NOT_APPLICABLE if received is None else f"{Decimal(received):,.0f}",
        NOT_APPLICABLE if on_time is None else f"{Decimal(on_time):.2f}",
    )
