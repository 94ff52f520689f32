"""`meritgraph feed …`: which files a bank expects, when, and how they are read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import InputError, NotFound
from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank, ExistingFile
from service.commands.printing import show, show_json

if TYPE_CHECKING:
    from core.feeds.feed import Feed
    from service.house import House

app = typer.Typer(help="Save, list, show and remove a bank's feeds.", no_args_is_help=True, rich_markup_mode="markdown")
Code = Annotated[str, typer.Argument(help="The feed's code; `meritgraph feed list` shows them.")]
COLUMNS = {
    "feed": "Feed",
    "fact": "Fact",
    "shape": "Shape",
    "files": "Files",
    "every": "Every",
    "due_days": "Due days#",
    "since": "Since",
    "until": "Until",
}


@app.command()
def save(file: ExistingFile, bank: Bank, person: As) -> None:
    """Add a feed from a YAML file, or replace the one of its code.

    Example: `meritgraph feed save balances.yaml --bank north --as steward`
    """
    from core.feeds.definition import parse_feed
    from core.registers.catalogue import needed_to_deliver

    wanted = parse_feed(_text(file))
    needed = needed_to_deliver(str(wanted.mapping.get("fact", "")))
    extra = () if needed == "delivery:import" else (needed,)

    async def work(house: "House") -> None:
        from core.feeds.store import save_feed
        from core.plugins.store import catalogue

        async with acting(house, await find_bank(house, bank), person, "feed:set", *extra) as session:
            await save_feed(session, (await catalogue(session, house.host)).deliverables, wanted)

    at_work(work)
    typer.echo(f"feed {wanted.feed} is saved")


@app.command("list")
def list_feeds(bank: Bank, as_json: AsJson = False) -> None:
    """Every feed of a bank. Example: `meritgraph feed list --bank north`"""

    async def work(house: "House") -> list[dict[str, Any]]:
        from core.feeds.store import feeds

        async with reading(house, await find_bank(house, bank)) as session:
            return [told(feed) for feed in await feeds(session)]

    show(at_work(work), COLUMNS, as_json=as_json)


@app.command("show")
def show_feed(code: Code, bank: Bank, as_json: AsJson = False) -> None:
    """A feed's whole text, as `save` takes it. Example: `meritgraph feed show balances --bank north`"""

    async def work(house: "House") -> "Feed | None":
        from core.feeds.store import find_feed

        async with reading(house, await find_bank(house, bank)) as session:
            return await find_feed(session, code)

    found = at_work(work)
    if found is None:
        raise NotFound(f"There is no feed {code[:50]!r}.")
    body = told(found)
    body = {name: body[name] for name in body if name not in ("fact", "shape") and body[name] is not None}
    if as_json:
        show_json(body)
        return
    import yaml

    typer.echo(yaml.safe_dump(body, allow_unicode=True, sort_keys=False).rstrip())


@app.command()
def remove(code: Code, bank: Bank, person: As) -> None:
    """Remove a feed: its files are no longer expected nor taken in.

    Example: `meritgraph feed remove balances --bank north --as steward`
    """

    async def work(house: "House") -> None:
        from core.feeds.store import remove_feed

        async with acting(house, await find_bank(house, bank), person, "feed:set") as session:
            await remove_feed(session, code)

    at_work(work)
    typer.echo(f"feed {code} is removed")


def told(feed: "Feed") -> dict[str, Any]:
    """A feed with the words of its YAML file, its fact and its shape."""
    return {
        "feed": feed.feed,
        "labels": {"en": feed.label, "zh": feed.label_zh},
        "fact": feed.fact,
        "shape": feed.shape,
        "files": feed.file_pattern,
        "every": feed.every.value,
        "due_days": feed.due_days,
        "since": feed.since.isoformat(),
        "until": None if feed.until is None else feed.until.isoformat(),
        "mapping": dict(feed.mapping),
    }


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as text in UTF-8: {error}", code="FILE_UNREADABLE") from error
