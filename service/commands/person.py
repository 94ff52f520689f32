"""`meritgraph person …`: who may log in to a bank, and as what."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank
from service.commands.printing import show

if TYPE_CHECKING:
    from core.session import BankSession
    from service.house import House

app = typer.Typer(help="People of a bank and their roles.", no_args_is_help=True, rich_markup_mode="markdown")
Code = Annotated[str, typer.Argument(metavar="PERSON", help="The person's code.")]
Role = Annotated[str, typer.Argument(help="administrator, approver, assessor, auditor, branch_head, manager, …")]
Branch = Annotated[str, typer.Option(help="The branch that is headed; for branch_head only.")]
COLUMNS = {"person": "Person", "manager": "Manager", "active": "Active", "roles": "Roles"}


def _change(bank: str, person: str, change: "Callable[[BankSession], Awaitable[Any]]") -> Any:
    async def work(house: "House") -> Any:
        async with acting(house, await find_bank(house, bank), person, "person:set") as session:
            return await change(session)

    return at_work(work)


@app.command()
def add(
    code: Code,
    bank: Bank,
    person: As,
    manager: Annotated[str, typer.Option(help="The manager this person is, if any.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="A role to give at once; may be repeated.")] = None,
) -> None:
    """Add somebody a token can name.

    Example: `meritgraph person add li --bank north --as wang --role assessor`
    """

    async def change(session: "BankSession") -> None:
        from core.people.store import add_person, grant

        await add_person(session, code, manager or None)
        for name in role or []:
            await grant(session, code, name)

    _change(bank, person, change)
    typer.echo(f"person {code} is added")


@app.command()
def grant(code: Code, role: Role, bank: Bank, person: As, branch: Branch = "") -> None:
    """Give a role. Nobody gives one to himself.

    Example: `meritgraph person grant chen branch_head --branch B01 --bank north --as wang`
    """

    async def change(session: "BankSession") -> bool:
        from core.people.store import grant

        return await grant(session, code, role, branch)

    typer.echo(f"{code} is {role}" + ("" if _change(bank, person, change) else " already"))


@app.command()
def revoke(code: Code, role: Role, bank: Bank, person: As, branch: Branch = "") -> None:
    """Take a role away. Example: `meritgraph person revoke li assessor --bank north --as wang`"""

    async def change(session: "BankSession") -> bool:
        from core.people.store import revoke

        return await revoke(session, code, role, branch)

    typer.echo(f"{code} is {'no longer' if _change(bank, person, change) else 'not'} {role}")


@app.command("list")
def list_people(bank: Bank, as_json: AsJson = False) -> None:
    """Everybody who may log in. Example: `meritgraph person list --bank north`"""

    async def work(house: "House") -> list[dict[str, Any]]:
        async with reading(house, await find_bank(house, bank)) as session:
            found = await session.rows(
                """SELECT p.person, p.manager, p.active,
                          array_remove(array_agg(g.role || CASE WHEN g.branch = '' THEN '' ELSE ' ' || g.branch END
                                                 ORDER BY g.role, g.branch), NULL) AS roles
                   FROM bank.people p LEFT JOIN bank.grants g ON g.person = p.person
                   GROUP BY p.person, p.manager, p.active ORDER BY p.person COLLATE "C" """
            )
        return [dict(row) for row in found]

    show(at_work(work), COLUMNS, as_json=as_json)
