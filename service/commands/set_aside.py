"""`meritgraph set-aside`: the rows of a delivery that were left out as wrong, as a file to correct."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError, NotFound
from service.commands.desk import acting, at_work, find_bank
from service.commands.options import As, Bank

if TYPE_CHECKING:
    from service.house import House

Target = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="A new file; without it: standard output.")]


def set_aside(
    number: Annotated[int, typer.Argument(help="The delivery's number.")], bank: Bank, person: As, to: Target = None
) -> None:
    """Fetch the rows of a delivery that were set aside, with what is wrong with each.

    Example: `meritgraph set-aside 7 --bank north --as steward --to rows.csv`, then correct the rows and
    `meritgraph import rows.csv --completes 7 …` with the same mapping and day.
    """
    kept = at_work(lambda house: _find(house, number, bank, person))
    if to is None:
        with kept.open("rb") as source:
            shutil.copyfileobj(source, sys.stdout.buffer)
        return
    try:
        with kept.open("rb") as source, to.open("xb") as target:
            shutil.copyfileobj(source, target)
    except FileExistsError as error:
        raise InputError(f"{to} is there already: choose another name.", code="FILE_UNWRITABLE") from error
    except OSError as error:
        raise InputError(f"{to} cannot be written: {error.strerror}.", code="FILE_UNWRITABLE") from error
    typer.echo(f"{to}: rows of delivery {number} that were set aside")


async def _find(house: "House", number: int, bank: str, person: str) -> Path:
    from core.facts.read import set_aside_of

    found = await find_bank(house, bank)
    async with acting(house, found, person, "delivery.rows:read") as session:
        sha256 = await set_aside_of(session, number)
    if sha256 is None:
        raise NotFound(f"There is no delivery {number} with rows set aside.")
    return house.store.path(found.code, sha256, ".csv")
