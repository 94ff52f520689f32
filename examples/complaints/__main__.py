"""`python -m examples.complaints FOLDER --period 2022-Q3 [--json] [--totals] [--replay]`."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.periods import Period
from examples.command import run_command
from examples.complaints.source import Source
from service.commands.desk import load_settings

if TYPE_CHECKING:
    from examples.assessment import Figures, Scored

app = typer.Typer(
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def complaints(
    folder: Annotated[Path, typer.Argument(help="Where complaints*.csv or complaints*.csv.gz lies.")],
    period: Annotated[str, typer.Option(help="A month, quarter, half-year or year: 2022-09, 2022-Q3, 2022-H2, 2022.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines instead of a table.")] = False,
    totals: Annotated[bool, typer.Option("--totals", help="With --json: the bank's values, not the states'.")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Compute the run again and compare the hashes.")] = False,
) -> None:
    """Load real complaints about a large US bank and score its states as managers.

    A complaint counts on the day it was received. On time is Yes ÷ (Yes + No), in percent; blanks are neither. The bank
    is loaded once; another period reuses it. The database is the installation's: embedded under .state, or
    MERITGRAPH_DATABASE_URL.

    `python -m examples.complaints ../shared/data/cfpb --period 2022-Q3`

    `python -m examples.complaints ../shared/data/cfpb --period 2019 --json`
    """
    source, asked = Source(folder), Period.parse(period)
    from examples.complaints.report import print_table
    from examples.report import print_json
    from service.commands.printing import show_json

    run, scored, whole = asyncio.run(_work(source, asked, replay))
    if as_json and totals:
        show_json(whole)
    elif as_json:
        print_json(scored)
    else:
        print_table(scored, whole, f"{period} · run {run}")


async def _work(source: Source, period: Period, replay: bool) -> "tuple[str, list[Scored], Mapping[str, Figures]]":
    from examples.assessment import assess, replayed, scorecards, totals
    from examples.complaints.bank import SCHEME, load, targets_of
    from service.database import prepare
    from service.house import open_house

    settings = load_settings()
    await prepare(settings)
    async with open_house(settings) as house:
        bank = await load(house, source)
        run = await assess(house, bank, SCHEME, period, targets_of(source))
        if replay:
            await replayed(house, bank, run)
        return run, await scorecards(house, bank, run), await totals(house, bank, run)


if __name__ == "__main__":
    run_command(app)
