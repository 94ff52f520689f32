"""`meritgraph plugin …`: which indicator plugins there are, and which a bank has enabled."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank
from service.commands.printing import show

if TYPE_CHECKING:
    from service.house import House

app = typer.Typer(help="List, enable and disable a bank's plugins.", no_args_is_help=True, rich_markup_mode="markdown")
Code = Annotated[str, typer.Argument(help="The plugin's code; `meritgraph plugin list` shows them.")]
COLUMNS = {"plugin": "Plugin", "version": "Version", "enabled": "Enabled", "indicators": "Indicators"}


@app.command("list")
def list_plugins(
    bank: Annotated[str, typer.Option("--bank", "-b", help="Also say which of them this bank has enabled.")] = "",
    as_json: AsJson = False,
) -> None:
    """Every installed plugin with its indicators. Example: `meritgraph plugin list --bank north`"""

    async def work(house: "House") -> list[dict[str, Any]]:
        from core.plugins.store import enabled

        on: list[str] = []
        if bank:
            async with reading(house, await find_bank(house, bank)) as session:
                on = await enabled(session)
        return [
            {
                "plugin": code,
                "version": plugin.version,
                "enabled": code in on,
                "indicators": [indicator.code for indicator in plugin.indicators],
            }
            for code, plugin in house.host.plugins.items()
        ]

    columns = COLUMNS if bank else {name: heading for name, heading in COLUMNS.items() if name != "enabled"}
    show(at_work(work), columns, as_json=as_json)


@app.command()
def enable(code: Code, bank: Bank, person: As) -> None:
    """Enable a plugin: its indicators can be measured, its fields appear in GraphQL.

    Example: `meritgraph plugin enable deposits --bank north --as wang`
    """

    async def work(house: "House") -> bool:
        from core.plugins.store import enable

        async with acting(house, await find_bank(house, bank), person, "plugin:enable") as session:
            return await enable(session, house.host, code)

    typer.echo(f"plugin {code} is enabled" + ("" if at_work(work) else " already"))


@app.command()
def disable(code: Code, bank: Bank, person: As) -> None:
    """Disable a plugin; refused while an approved scheme measures with it.

    Example: `meritgraph plugin disable risk --bank north --as wang`
    """

    async def work(house: "House") -> bool:
        from core.plugins.store import disable

        async with acting(house, await find_bank(house, bank), person, "plugin:disable") as session:
            return await disable(session, code)

    typer.echo(f"plugin {code} is disabled" + ("" if at_work(work) else " already"))
