"""`meritgraph documents …`: the GraphQL documents a bank answers by their id (可信文档)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import InputError, NotFound
from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank, ExistingFile
from service.commands.printing import show, show_json

if TYPE_CHECKING:
    from core.documents.document import Offered
    from service.house import House

app = typer.Typer(
    help="Register, list and remove a bank's trusted documents.", no_args_is_help=True, rich_markup_mode="markdown"
)
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say which are new; nothing is registered.")]
Hash = Annotated[str, typer.Argument(help="The document's SHA-256; `meritgraph documents list` shows them.")]
COLUMNS = {"name": "Operations", "sha256": "SHA-256", "registered_by": "Registered by", "registered_at": "At"}


@app.command()
def add(file: ExistingFile, bank: Bank, person: As, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Register the documents of a manifest: JSON {sha256: text} as graphql-codegen writes it, or Apollo's format.

    Example: `meritgraph documents add persisted-documents.json --bank north --as administrator`
    """
    offered = _checked(_content(file))

    async def work(house: "House") -> list[str]:
        from core.documents.store import register

        async with acting(house, await find_bank(house, bank), person, "document:register") as session:
            return await register(session, offered, dry_run=dry_run)

    new = at_work(work)
    known = len({one.sha256 for one in offered}) - len(new)
    if as_json:
        show_json({"registered": new, "known": known, "dry_run": dry_run})
        return
    done = "would be registered" if dry_run else "registered"
    typer.echo(f"{len(new)} documents {done}, {known} were registered already")


@app.command("list")
def list_documents(bank: Bank, as_json: AsJson = False) -> None:
    """Every document of a bank. Example: `meritgraph documents list --bank north`"""

    async def work(house: "House") -> list[dict[str, Any]]:
        from core.documents.store import documents

        async with reading(house, await find_bank(house, bank)) as session:
            return [
                {
                    "name": one.name,
                    "sha256": one.sha256,
                    "registered_by": one.registered_by,
                    "registered_at": one.at.isoformat(timespec="seconds"),
                }
                for one in await documents(session)
            ]

    show(at_work(work), COLUMNS, as_json=as_json)


@app.command("remove")
def remove_document(sha256: Hash, bank: Bank, person: As) -> None:
    """Answer a document by its id no longer.

    Example: `meritgraph documents remove 5f2b… --bank north --as administrator`
    """
    from core.documents.document import read_document_id

    found = read_document_id(sha256)

    async def work(house: "House") -> list[str]:
        from core.documents.store import remove

        async with acting(house, await find_bank(house, bank), person, "document:register") as session:
            return await remove(session, [found] if found else [])

    if not at_work(work):
        raise NotFound("No document is registered under this id.")
    typer.echo(f"document {found} is removed")


def _checked(content: bytes) -> "list[Offered]":
    """The manifest's documents, named, each held against the schema; DOCUMENT_INVALID with the first fault of all."""
    from core.documents.document import Offered
    from core.documents.manifest import read_manifest
    from schema.document_check import name_and_problems
    from schema.query import make_schema

    schema = make_schema()._schema
    offered, problems = [], []
    for one in read_manifest(content):
        name, found = name_and_problems(schema, one.text)
        offered.append(Offered(one.sha256, one.text, name or one.name))
        problems += [f"{name or one.name or one.sha256[:12]}: {problem}" for problem in found]
    if problems:
        raise InputError(f"{len(problems)} faults in the documents. {' '.join(problems[:5])}", code="DOCUMENT_INVALID")
    return offered


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error}", code="FILE_UNREADABLE") from error
