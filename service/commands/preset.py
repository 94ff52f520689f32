"""`meritgraph scheme preset …`: schemes that come with the product, to look at and to start from."""

from typing import Annotated

import typer

from service.commands.options import As, AsJson, Bank
from service.commands.printing import show, show_json
from service.commands.saving import save_body

app = typer.Typer(help="List, show and save presets.", no_args_is_help=True, rich_markup_mode="markdown")
Code = Annotated[str, typer.Argument(help="The preset's code.")]
COLUMNS = {"code": "Code", "label": "Name", "label_zh": "名称"}


@app.command("list")
def list_presets(as_json: AsJson = False) -> None:
    """Every preset; `--json` has descriptions too. Example: `meritgraph scheme preset list`"""
    from core.schemes.presets import presets

    rows = [
        {"code": preset.code, "label": preset.labels.en, "label_zh": preset.labels.zh}
        | ({"description": preset.description.en, "description_zh": preset.description.zh} if as_json else {})
        for preset in presets()
    ]
    show(rows, COLUMNS, as_json=as_json)


@app.command("show")
def show_preset(code: Code, as_json: AsJson = False) -> None:
    """A preset's whole text, to change and to save as a scheme.

    Example: `meritgraph scheme preset show city_bank_100 > mine.yaml`
    """
    from core.schemes.presets import preset

    found = preset(code)
    if as_json:
        show_json(found.body())
    else:
        typer.echo(found.text.rstrip())


@app.command("save")
def save_preset(
    code: Code,
    bank: Bank,
    person: As,
    own_code: Annotated[str | None, typer.Option("--code", help="The scheme's own code, if another.")] = None,
    pool: Annotated[str | None, typer.Option(help="The pay pool, in whole units of the currency.")] = None,
    submit: Annotated[bool, typer.Option("--submit", help="Submit the new version for approval as well.")] = False,
) -> None:
    """Save a preset as the next version of a scheme of the bank.

    Example: `meritgraph scheme preset save city_bank_100 --bank north --as designer --code mine --pool 100000`
    """
    from core.schemes.presets import preset

    save_body(preset(code).body(own_code, pool), bank, person, submit)
