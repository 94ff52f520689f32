"""`meritgraph token`: a token of one person, for local use."""

from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.desk import at_work, find_bank
from service.commands.options import As, Bank

if TYPE_CHECKING:
    from service.house import House


def token(
    bank: Bank,
    person: As,
    hours: Annotated[int, typer.Option(min=0, help="How long it lives; default: the setting token_hours.")] = 0,
) -> None:
    """Print a token of a person, and nothing else. It is signed with the bank's key on this machine.

    Example: `curl -H "Authorization: Bearer $(meritgraph token --bank north --as auditor)" …`
    """
    typer.echo(at_work(lambda house: make_token(house, bank, person, hours)))


async def make_token(house: "House", bank: str, person: str, hours: int = 0) -> str:
    """A token of an active person; PERSON_UNKNOWN otherwise."""
    from core.plugins.store import catalogue
    from tenants.callers import load_caller
    from tenants.keys import ensure_key
    from tenants.registry import bank_row
    from tenants.tokens import issue_token

    async with house.door.open(await find_bank(house, bank), person, read_only=True) as session:
        await load_caller(session, await catalogue(session, house.host))
    folder = house.settings.key_folder
    if not (folder / f"{bank}.json").exists():
        owner = house.database.owner_engine()
        try:
            await ensure_key(owner, folder, bank)
        finally:
            await owner.dispose()
    return issue_token(folder, await bank_row(house.engine, bank), person, hours or house.settings.token_hours)
