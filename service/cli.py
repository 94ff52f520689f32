"""The command line: every verb of Meritgraph, and how its errors reach a terminal.

Command modules import what is heavy inside their functions: `meritgraph --help` and a second `demo` are quick.
"""

import sys
from typing import Annotated

import typer

from core.errors import MeritgraphError
from service.commands.bank import app as bank
from service.commands.bench import bench
from service.commands.cancel import cancel
from service.commands.cases import test
from service.commands.complaints import complain
from service.commands.deliver import import_file
from service.commands.demo import demo
from service.commands.documents import app as documents
from service.commands.entry import app as entry
from service.commands.feed import app as feed
from service.commands.inbox import app as inbox
from service.commands.migrate import migrate
from service.commands.person import app as person
from service.commands.plugin import app as plugin
from service.commands.publish import publish
from service.commands.ready import ready
from service.commands.replay import replay
from service.commands.run import run
from service.commands.runs import app as runs
from service.commands.scheme import app as scheme
from service.commands.serve import serve
from service.commands.set_aside import set_aside
from service.commands.setting import app as setting
from service.commands.status import status, stop
from service.commands.token import token
from service.commands.trail import trail
from service.commands.worker import worker

app = typer.Typer(
    name="meritgraph",
    help="Scores and pays relationship managers of many banks, and explains every number.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"meritgraph {version('meritgraph')}")
        raise typer.Exit


@app.callback()
def settings(
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the code an error arose.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    """Settings come from MERITGRAPH_* variables and meritgraph.toml; without any, state lives in .state here."""


app.command()(demo)
app.command()(serve)
app.command()(worker)
app.command()(migrate)
app.add_typer(bank, name="bank")
app.add_typer(person, name="person")
app.add_typer(plugin, name="plugin")
app.add_typer(setting, name="setting")
app.add_typer(documents, name="documents")
app.command("import")(import_file)
app.command("set-aside")(set_aside)
app.add_typer(feed, name="feed")
app.add_typer(inbox, name="inbox")
app.add_typer(entry, name="entry")
app.add_typer(scheme, name="scheme")
app.command()(ready)
app.command()(run)
app.add_typer(runs, name="runs")
app.command()(cancel)
app.command()(publish)
app.command()(replay)
app.command()(trail)
app.command()(token)
app.command()(test)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(bench)
app.command()(status)
app.command()(stop)


def main() -> None:
    """The program `meritgraph`. Exit codes: 0 done, 1 refused by a check, 2 wrong input, 3 to 8 as core/errors.py."""
    debug = "--debug" in sys.argv
    try:
        app()
    except MeritgraphError as error:
        if debug:
            raise
        sys.exit(complain(error))
    except Exception as error:
        if debug:
            raise
        from service.commands.complaints import of_unexpected

        sys.exit(complain(of_unexpected(error)))


if __name__ == "__main__":
    main()
