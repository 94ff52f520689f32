"""`python -m examples.berka FOLDER --period 1993-Q4 [--json] [--replay]`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.periods import Period
from examples.berka.source import Source
from examples.command import run_command
from service.commands.desk import load_settings

if TYPE_CHECKING:
    from examples.assessment import Scored

app = typer.Typer(
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def berka(
    folder: Annotated[Path, typer.Argument(help="Where account.asc, district.asc, loan.asc and trans.asc lie.")],
    period: Annotated[str, typer.Option(help="A month, quarter, half-year or year: 1993-12, 1993-Q4, 1993-H2, 1993.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines instead of a table.")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Compute the run again and compare the hashes.")] = False,
) -> None:
    """Load the real Czech bank of the PKDD'99 challenge and score its 77 districts as managers of 8 regions.

    The bank is loaded once; another period reuses it. The database is the installation's: embedded under .state, or
    MERITGRAPH_DATABASE_URL. Days before the first transaction count zero; after the last, balances stay as they were.

    `python -m examples.berka ../shared/data/berka --period 1993-Q4`

    `python -m examples.berka ../shared/data/berka --period 1994-H1 --json`
    """
    source, asked = Source(folder), Period.parse(period)
    from examples.berka.report import print_table
    from examples.report import print_json

    run, scored = asyncio.run(_work(source, asked, replay))
    if as_json:
        print_json(scored)
    else:
        print_table(scored, f"{period}, CZK · run {run}")


async def _work(source: Source, period: Period, replay: bool) -> "tuple[str, list[Scored]]":
    from examples.assessment import assess, replayed, scorecards
    from examples.berka.bank import SCHEME
    from examples.berka.loading import load
    from examples.berka.targets import targets_of
    from service.database import prepare
    from service.house import open_house

    settings = load_settings()
    await prepare(settings)
    async with open_house(settings) as house:
        bank = await load(house, source)
        run = await assess(house, bank, SCHEME, period, targets_of(source, period))
        if replay:
            await replayed(house, bank, run)
        return run, await scorecards(house, bank, run)


if __name__ == "__main__":
    run_command(app)
