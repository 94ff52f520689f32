"""`meritgraph scheme …`: a bank's schemes (考核办法) as versions that are saved, approved and shown."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import NotFound
from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank, ExistingFile
from service.commands.preset import app as presets
from service.commands.printing import show, show_json
from service.commands.saving import save_body

if TYPE_CHECKING:
    from service.house import House

app = typer.Typer(help="Save, approve and show schemes.", no_args_is_help=True, rich_markup_mode="markdown")
app.add_typer(presets, name="preset")
Code = Annotated[str, typer.Argument(help="The scheme's code.")]
COLUMNS = {
    "scheme": "Scheme",
    "version": "Version#",
    "label": "Name",
    "label_zh": "名称",
    "status": "Status",
    "made_by": "Made by",
    "approved_by": "Approved by",
}


@app.command()
def save(
    file: ExistingFile,
    bank: Bank,
    person: As,
    submit: Annotated[bool, typer.Option("--submit", help="Submit the new version for approval as well.")] = False,
) -> None:
    """Check a scheme's YAML file and save it as the next version, a draft; `--submit` asks for approval at once.

    Example: `meritgraph scheme save quarterly.yaml --bank north --as designer --submit`
    """
    from core.plain_yaml import read_plain_yaml

    body = read_plain_yaml(file)

    save_body(body, bank, person, submit)


@app.command()
def submit(
    code: Code,
    bank: Bank,
    person: As,
    version: Annotated[int, typer.Option(min=1, help="Which version.")],
) -> None:
    """Ask a second person to approve a draft.

    Example: `meritgraph scheme submit quarterly --version 1 --bank north --as designer`
    """

    async def work(house: "House") -> None:
        from core.schemes.store import submit_scheme

        async with acting(house, await find_bank(house, bank), person, "scheme:submit") as session:
            await submit_scheme(session, code, version)

    at_work(work)
    typer.echo(f"version {version} of scheme {code} waits for a second person's approval")


@app.command()
def approve(
    code: Code,
    bank: Bank,
    person: As,
    version: Annotated[int, typer.Option(min=1, help="Which version.")],
) -> None:
    """Let runs use a version that somebody else made.

    Example: `meritgraph scheme approve quarterly --version 1 --bank north --as approver`
    """

    async def work(house: "House") -> None:
        from core.schemes.store import approve_scheme

        async with acting(house, await find_bank(house, bank), person, "scheme:approve") as session:
            await approve_scheme(session, code, version)

    at_work(work)
    typer.echo(f"version {version} of scheme {code} is approved")


@app.command("show")
def show_scheme(
    code: Code,
    bank: Bank,
    version: Annotated[int, typer.Option(min=0, help="Which version; default: the newest.")] = 0,
    as_json: AsJson = False,
) -> None:
    """A version's whole text. Example: `meritgraph scheme show quarterly --bank north`"""

    async def work(house: "House") -> Any:
        import orjson

        async with reading(house, await find_bank(house, bank)) as session:
            found = await session.row(
                "SELECT body::text AS body FROM bank.scheme_versions WHERE scheme = $1 AND ($2 = 0 OR version = $2)"
                " ORDER BY version DESC LIMIT 1",
                code,
                version,
            )
        if found is None:
            raise NotFound(f"There is no such version of scheme {code[:50]!r}.")
        return orjson.loads(found["body"])

    body = at_work(work)
    if as_json:
        show_json(body)
        return
    import yaml

    typer.echo(yaml.safe_dump(body, allow_unicode=True, sort_keys=False).rstrip())


@app.command("list")
def list_schemes(bank: Bank, as_json: AsJson = False) -> None:
    """Every version of every scheme. Example: `meritgraph scheme list --bank north`"""

    async def work(house: "House") -> list[dict[str, Any]]:
        async with reading(house, await find_bank(house, bank)) as session:
            found = await session.rows(
                """SELECT v.scheme, v.version, s.label, s.label_zh, v.status, v.made_by, v.approved_by
                   FROM bank.scheme_versions v JOIN bank.schemes s ON s.scheme = v.scheme
                   ORDER BY v.scheme COLLATE "C", v.version"""
            )
        return [dict(row) for row in found]

    show(at_work(work), COLUMNS, as_json=as_json)
