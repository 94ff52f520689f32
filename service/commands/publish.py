"""`meritgraph publish`: a complete run becomes the bank's word on its period."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.codes import is_code
from core.errors import NotFound
from service.commands.desk import acting, at_work, find_bank
from service.commands.options import As, Bank

if TYPE_CHECKING:
    from service.house import House

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run's id, as `meritgraph run` printed it.")]


def publish(run: RunId, bank: Bank, person: As) -> None:
    """Publish a complete run that somebody else asked for.

    Example: `meritgraph publish 1b4e28ba-2fa1-11d2-883f-0016d3cca427 --bank north --as approver`
    """

    async def work(house: "House") -> None:
        from core.publications.store import publish_run

        async with acting(house, await find_bank(house, bank), person, "run:publish") as session:
            await publish_run(session, known_run(run))

    at_work(work)
    typer.echo(f"run {run} is published and in force for its scheme and period")


def known_run(run: str) -> str:
    """What could be a run's id; NotFound, in the words of a missing one, for what could not."""
    if not is_code(run):
        raise NotFound("There is no such run.")
    return run
