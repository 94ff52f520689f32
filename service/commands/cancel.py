"""`meritgraph cancel`: calls off a run that has not ended."""

from typing import TYPE_CHECKING

import typer

from service.commands.desk import acting, at_work, find_bank
from service.commands.options import As, Bank
from service.commands.publish import RunId, known_run

if TYPE_CHECKING:
    from service.house import House


def cancel(run: RunId, bank: Bank, person: As) -> None:
    """Call off a queued or running run: it ends without results.

    Example: `meritgraph cancel 1b4e28ba-2fa1-11d2-883f-0016d3cca427 --bank north --as assessor`
    """

    async def work(house: "House") -> None:
        from core.runs.cancel import cancel_run

        async with acting(house, await find_bank(house, bank), person, "run:cancel") as session:
            await cancel_run(session, known_run(run))

    at_work(work)
    typer.echo(f"run {run} is cancelled")
