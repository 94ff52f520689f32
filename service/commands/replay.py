"""`meritgraph replay`: a run computed again from its frozen inputs."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.numbers import scaled_text
from service.commands.desk import OPERATOR, at_work, find_bank
from service.commands.options import AsJson, BankIfKnown
from service.commands.printing import show, show_json

if TYPE_CHECKING:
    from core.runs.replay import Difference, Replay
    from core.session import Bank as CoreBank
    from service.house import House

COLUMNS = {
    "manager": "Manager",
    "expected_points": "Points then#",
    "got_points": "Points now#",
    "expected_pay": "Pay then#",
    "got_pay": "Pay now#",
}


def replay(
    run: Annotated[str, typer.Argument(help="The run's id.")],
    bank: BankIfKnown = None,
    compare: Annotated[bool, typer.Option("--compare", help="Go on though a plugin has another version now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compute a run again and compare the hashes. Writes nothing; exit code 1 if the results differ.

    Without `--bank` the run is looked for in every bank of this installation.

    Example: `meritgraph replay 6f9619ff-8b86-d011-b42d-00c04fc964ff --bank north`
    """

    async def work(house: "House") -> "tuple[Replay, int]":
        from core.runs.replay import replay

        found = await find_bank(house, bank) if bank is not None else await _bank_of_run(house, run)
        opener = house.door.opener(found, OPERATOR)
        return await replay(opener, house.host, house.store, house.workshop, run, compare=compare), found.digits

    told, digits = at_work(work)
    rows = [_row(difference, digits) for difference in told.differences]
    if as_json:
        words = {"run": told.run, "same": told.same, "expected": told.expected, "got": told.got, "stored": told.stored}
        show_json(words | {"differences": rows})
    else:
        typer.echo(f"{'same' if told.same else 'different'}: expected {told.expected}, got {told.got}")
        if told.stored != told.expected:
            typer.echo(f"What is stored of the run was changed: its hash is {told.stored}.")
        if rows:
            show(rows, COLUMNS, as_json=False)
    raise typer.Exit(0 if told.same else 1)


async def _bank_of_run(house: "House", run: str) -> "CoreBank":
    """The bank whose run it is: an operator at the machine need not know. NotFound."""
    from core.codes import is_code
    from core.errors import NotFound
    from tenants.registry import bank_of, banks

    for row in await banks(house.engine) if is_code(run) else []:
        async with house.door.open(bank_of(row), OPERATOR, read_only=True) as session:
            if await session.row("SELECT 1 FROM bank.runs WHERE run = $1", run) is not None:
                return bank_of(row)
    raise NotFound(f"There is no run {run[:50]!r} in any bank.", run=run[:50])


def _row(difference: "Difference", digits: int) -> dict[str, str | None]:
    return {
        "manager": difference.manager,
        "expected_points": _text(difference.expected_points_e4, 4),
        "got_points": _text(difference.got_points_e4, 4),
        "expected_pay": _text(difference.expected_pay_minor, digits),
        "got_pay": _text(difference.got_pay_minor, digits),
    }


def _text(scaled: int | None, digits: int) -> str | None:
    return None if scaled is None else scaled_text(scaled, digits)
