"""`meritgraph runs`: looking back at runs."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.desk import at_work, find_bank, reading
from service.commands.options import AsJson, Bank
from service.commands.printing import show, show_json

if TYPE_CHECKING:
    from core.findings.store import FindingRead
    from core.runs.affected import AffectedRun
    from service.house import House

app = typer.Typer(help="Look back at runs.", no_args_is_help=True)

COLUMNS = {
    "run": "Run",
    "scheme": "Scheme",
    "period": "Period",
    "fact": "Fact",
    "months": "Months",
    "deliveries": "Changed by deliveries",
}


@app.command()
def affected(bank: Bank, as_json: AsJson = False) -> None:
    """List complete runs whose facts have been corrected since, and the deliveries that did it.

    Example: `meritgraph runs affected --bank north`
    """

    async def work(house: "House") -> "list[AffectedRun]":
        from core.runs.affected import affected_runs

        async with reading(house, await find_bank(house, bank)) as session:
            return await affected_runs(session)

    found = at_work(work)
    if as_json:
        show_json([asdict(one) for one in found])
    else:
        show([line for one in found for line in _lines(one)], COLUMNS, as_json=False, title="Affected runs")


@app.command()
def findings(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's id.")], bank: Bank, as_json: AsJson = False
) -> None:
    """List what a run found, whether it is complete or was stopped: code, subject, and a sentence in two languages.

    Example: `meritgraph runs findings 6f1c… --bank north`
    """
    from service.run_findings import COLUMNS as SHOWN
    from service.run_findings import body_of

    async def work(house: "House") -> "list[FindingRead]":
        from service.run_findings import read_findings

        async with reading(house, await find_bank(house, bank)) as session:
            return await read_findings(session, run)

    found = [body_of(one) for one in at_work(work)]
    if as_json:
        show_json(found)
    else:
        show(found, SHOWN, as_json=False, title=f"{len(found):,} findings of run {run}")


def _lines(one: "AffectedRun") -> list[dict[str, str]]:
    return [
        {
            "run": one.run,
            "scheme": f"{one.scheme} {one.version}",
            "period": one.period,
            "fact": fact.fact,
            "months": ", ".join(f"{month:%Y-%m}" for month in fact.months),
            "deliveries": ", ".join(map(str, fact.deliveries)),
        }
        for fact in one.facts
    ]
