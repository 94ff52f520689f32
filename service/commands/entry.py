"""`meritgraph entry …`: facts no system has, made by one person and approved by a second (手工补录)."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import FileRefused, InputError
from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank, ExistingFile
from service.commands.printing import show, show_json

if TYPE_CHECKING:
    from core.entries.delivering import Desk
    from core.session import Bank as BankOf
    from core.session import BankSession
    from service.house import House

app = typer.Typer(
    help="Enter facts by hand, decide on others' entries.", no_args_is_help=True, rich_markup_mode="markdown"
)
Number = Annotated[int, typer.Argument(help="The entry's number.", min=1)]
Reason = Annotated[str, typer.Option(help="Why, in one line.")]
COLUMNS = {
    "number": "Entry#",
    "fact": "Fact",
    "business_day": "Business day",
    "rows": "Rows#",
    "status": "Status",
    "made_by": "Made by",
    "decided_by": "Decided by",
    "delivery": "Delivery#",
    "reverses": "Reverses#",
    "reason": "Reason",
}


@app.command()
def make(file: ExistingFile, bank: Bank, person: As, as_json: AsJson = False) -> None:
    """Enter the rows of a YAML file: `fact`, `day`, `reason`, `rows` (each row's columns with their text).

    Example: `meritgraph entry make fees-by-hand.yaml --bank north --as steward`
    """
    from core.entries.entry import read_entry
    from core.plain_yaml import parse_text_yaml

    try:
        wanted = read_entry(parse_text_yaml(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as text in UTF-8: {error}", code="FILE_UNREADABLE") from error

    async def work(house: "House") -> int:
        from core.entries.store import make_entry

        found = await find_bank(house, bank)
        async with acting(house, found, person, "entry:make") as session:
            return await make_entry(session, await _desk(house, found, session), wanted)

    number = _told(work)
    if as_json:
        show_json({"number": number, "status": "waiting"})
    else:
        typer.echo(f"entry {number} waits for a second person's approval")


@app.command()
def approve(number: Number, bank: Bank, person: As) -> None:
    """Let somebody else's entry count; one of a closed period needs delivery:correct too.

    Example: `meritgraph entry approve 7 --bank north --as approver`
    """

    async def work(house: "House") -> int:
        from core.entries.store import approve_entry
        from core.plugins.store import catalogue
        from tenants.callers import load_caller, require

        found = await find_bank(house, bank)
        async with acting(house, found, person, "entry:approve") as session:
            caller = await load_caller(session, await catalogue(session, house.host))
            desk = await _desk(house, found, session)
            return await approve_entry(
                session, desk, number, check_may_correct=lambda: require(caller, "delivery:correct")
            )

    typer.echo(f"entry {number} is approved, as delivery {_told(work)}")


@app.command()
def refuse(number: Number, bank: Bank, person: As, reason: Reason) -> None:
    """Say no to somebody else's entry.

    Example: `meritgraph entry refuse 7 --reason "No receipt" --bank north --as approver`
    """

    async def work(house: "House") -> None:
        from core.entries.store import refuse_entry

        async with acting(house, await find_bank(house, bank), person, "entry:approve") as session:
            await refuse_entry(session, number, reason)

    at_work(work)
    typer.echo(f"entry {number} is refused")


@app.command()
def withdraw(number: Number, bank: Bank, person: As) -> None:
    """Take back one's own entry while it waits. Example: `meritgraph entry withdraw 7 --bank north --as steward`"""

    async def work(house: "House") -> None:
        from core.entries.store import withdraw_entry

        async with acting(house, await find_bank(house, bank), person, "entry:make") as session:
            await withdraw_entry(session, number)

    at_work(work)
    typer.echo(f"entry {number} is withdrawn")


@app.command()
def reverse(number: Number, bank: Bank, person: As, reason: Reason) -> None:
    """Ask that an approved entry's rows no longer count; a second person approves that too.

    Example: `meritgraph entry reverse 7 --reason "Booked twice" --bank north --as steward`
    """

    async def work(house: "House") -> int:
        from core.entries.store import reverse_entry

        async with acting(house, await find_bank(house, bank), person, "entry:make") as session:
            return await reverse_entry(session, number, reason)

    typer.echo(f"entry {at_work(work)} reverses entry {number} once a second person approves it")


@app.command("list")
def list_entries(bank: Bank, as_json: AsJson = False) -> None:
    """Every entry, newest first. Example: `meritgraph entry list --bank north`"""

    async def work(house: "House") -> list[dict[str, Any]]:
        from core.entries.read import all_entries

        async with reading(house, await find_bank(house, bank)) as session:
            return [asdict(one) for one in await all_entries(session)]

    found = at_work(work)
    if as_json:
        show_json(found)
    else:
        show([one | {"rows": len(one["rows"])} for one in found], COLUMNS, as_json=False)


async def _desk(house: "House", bank: "BankOf", session: "BankSession") -> "Desk":
    from core.entries.delivering import Desk
    from core.plugins.store import catalogue
    from tenants.callers import today_in

    return Desk(house.store, (await catalogue(session, house.host)).fact_tables, today_in(bank))


def _told(work: Any) -> Any:
    """The work's answer; what the rows break stands in the sentence already."""
    try:
        return at_work(work)
    except FileRefused as refused:
        raise FileRefused(refused.message, code=refused.code) from refused
