"""`meritgraph setting …`: what a bank sets for itself (银行设置)."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank
from service.commands.printing import show

if TYPE_CHECKING:
    from service.house import House

app = typer.Typer(help="See and change a bank's own settings.", no_args_is_help=True, rich_markup_mode="markdown")
Name = Annotated[str, typer.Argument(help="The setting's name; `meritgraph setting list` shows them.")]
COLUMNS = {"name": "Setting", "value": "Value", "standard": "Without it", "meaning": "Meaning"}


@app.command("list")
def list_settings(bank: Bank, as_json: AsJson = False) -> None:
    """Every setting with its value. Example: `meritgraph setting list --bank north`"""

    async def work(house: "House") -> list[dict[str, Any]]:
        from core.settings.settings import BankSettings
        from core.settings.store import bank_settings
        from core.settings.words import WORDS

        async with reading(house, await find_bank(house, bank)) as session:
            values = (await bank_settings(session)).model_dump(mode="json")
        standard = BankSettings().model_dump(mode="json")
        return [
            {"name": name, "value": values[name], "standard": standard[name], "meaning": WORDS[name].en}
            for name in sorted(values)
        ]

    show(at_work(work), COLUMNS, as_json=as_json)


@app.command("set")
def set_setting(
    name: Name,
    value: Annotated[str, typer.Argument(help="The value, such as tell or 0.05.")],
    bank: Bank,
    person: As,
) -> None:
    """Give a setting a value. Example: `meritgraph setting set late tell --bank north --as administrator`"""
    typer.echo(f"{name} is {_change(bank, person, name, value)}")


@app.command("reset")
def reset_setting(name: Name, bank: Bank, person: As) -> None:
    """Go back to the product's own value. Example: `meritgraph setting reset late --bank north --as administrator`"""
    typer.echo(f"{name} is {_change(bank, person, name, None)} again")


def _change(bank: str, person: str, name: str, value: str | None) -> str:
    async def work(house: "House") -> str:
        from core.settings.store import change_settings

        async with acting(house, await find_bank(house, bank), person, "bank:set") as session:
            changed = await change_settings(session, {name: value})
        return str(changed.model_dump(mode="json")[name])

    return at_work(work)
