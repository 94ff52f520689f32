"""`python -m bench`, which is `make bench`: every figure the product promises, measured here and now."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bench.row import Row, print_line, print_table, tell
from core.errors import MeritgraphError
from service.commands.complaints import complain
from service.commands.desk import load_settings

GENERATOR_REACH = 60.0


class Name(StrEnum):
    """What can be measured alone. `run` and `ratio` need the reference bank, which is then invented."""

    REFERENCE = "reference"
    RUN = "run"
    RATIO = "ratio"
    DELIVERY = "delivery"
    DAILY = "daily"
    CORRECTION = "correction"
    FIFTY = "fifty"
    DEMO = "demo"
    GROWTH = "growth"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def bench(
    only: Annotated[list[Name] | None, typer.Option(help="Measure this alone; may be given again.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of a table.")] = False,
    scale: Annotated[float, typer.Option(min=0.0001, max=10, help="Size of the banks; reaches are for 1.")] = 1.0,
) -> None:
    """Measure speed and memory on invented banks of known size, in an installation of its own.

    `python -m bench --only run --only ratio --json`
    """
    load_settings()
    rows = asyncio.run(_measured(set(only or Name), scale, as_json))
    if not as_json:
        print_table(rows)


async def _measured(names: set[Name], scale: float, as_json: bool) -> list[Row]:
    rows = []
    async for row in _rows(names, scale):
        rows.append(row)
        if as_json:
            print_line(row)
    return rows


async def _rows(names: set[Name], scale: float) -> AsyncIterator[Row]:
    from bench.daily import measure_correction, measure_daily
    from bench.delivery import measure_delivery
    from bench.demo import measure_demo
    from bench.fifty import measure_fifty
    from bench.growth import measure_growth
    from bench.installation import installation
    from bench.reference import invent
    from bench.run import measure_ratio, measure_run
    from bench.size import Size

    if names & {Name.REFERENCE, Name.RUN, Name.RATIO}:
        async with installation() as installed:
            reference = await invent(installed.house, Size(scale))
            if Name.REFERENCE in names:
                yield Row("reference bank invented", reference.seconds, "s", GENERATOR_REACH)
            for name, measure in ((Name.RUN, measure_run), (Name.RATIO, measure_ratio)):
                if name in names:
                    for row in await measure(installed, reference):
                        yield row
    for name, taking_in in (
        (Name.DELIVERY, measure_delivery),
        (Name.DAILY, measure_daily),
        (Name.CORRECTION, measure_correction),
    ):
        if name in names:
            async with installation() as installed:
                with tempfile.TemporaryDirectory(prefix="meritgraph-bench-csv-") as folder:
                    for row in await taking_in(installed.house, Path(folder), scale):
                        yield row
    if Name.GROWTH in names:
        for row in await measure_growth(scale):
            yield row
    if Name.FIFTY in names:
        async with installation() as installed:
            with tempfile.TemporaryDirectory(prefix="meritgraph-bench-csv-") as folder:
                for row in await measure_fifty(installed, Path(folder), scale):
                    yield row
    if Name.DEMO in names:
        tell("the demonstration, from nothing and once more")
        for row in await asyncio.to_thread(measure_demo):
            yield row


def main() -> None:
    """Errors of the product in one line."""
    try:
        app()
    except MeritgraphError as error:
        sys.exit(complain(error))


if __name__ == "__main__":
    main()
