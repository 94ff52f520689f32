"""What the command prints for people: a leaderboard with totals."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from examples.assessment import Scored

WIDTH = 150
"""Columns of a table that goes into a file or a pipe."""

NOT_APPLICABLE = "–"
AMOUNTS = {
    "deposits.daily_average": "Daily average",
    "deposits.daily_average_increment": "Increment",
    "deposits.period_end_balance": "Period end",
    "intermediate_income.total": "Fees",
    "loans.granted": "Granted",
}
PERCENT = {"risk.npl_ratio": "NPL %"}


def print_table(scored: Sequence[Scored], title: str) -> None:
    """The leaderboard; its last row adds up what can be added. Amounts in whole CZK."""
    table = Table(title=title, title_justify="left", header_style="bold", show_footer=True, footer_style="bold")
    table.add_column("Rank", justify="right")
    table.add_column("District", footer="All districts", no_wrap=True)
    table.add_column("Branch")
    for code, heading in AMOUNTS.items():
        table.add_column(heading, _amount(_sum(one.values[code] for one in scored)), justify="right", no_wrap=True)
    for heading in PERCENT.values():  # parts of a ratio do not add up
        table.add_column(heading, NOT_APPLICABLE, justify="right", no_wrap=True)
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("Grade")
    table.add_column("Pay", _amount(_sum(one.place.pay for one in scored)), justify="right", no_wrap=True)
    for one in scored:
        table.add_row(*_cells(one))
    console = Console()
    Console(width=console.width if console.is_terminal else WIDTH).print(table)


def _cells(one: Scored) -> Iterable[str]:
    place = one.place
    yield NOT_APPLICABLE if place.rank is None else str(place.rank)
    yield f"{place.manager} {place.name}"
    yield place.branch
    yield from (_amount(one.values[code]) for code in AMOUNTS)
    yield from (_decimals(one.values[code]) for code in PERCENT)
    yield _decimals(place.points)
    yield place.grade or NOT_APPLICABLE
    yield _amount(place.pay)


def _sum(texts: Iterable[str | None]) -> str:
    return str(sum((Decimal(text) for text in texts if text is not None), Decimal(0)))


def _amount(text: str | None) -> str:
    return NOT_APPLICABLE if text is None else f"{Decimal(text):,.0f}"


def _decimals(text: str | None) -> str:
    return NOT_APPLICABLE if text is None else f"{Decimal(text):.2f}"
