"""The command line: every verb of Meritgraph, and how its errors reach a terminal.

Command modules import what is heavy inside their functions: `meritgraph --help` and a second `demo` are quick.
"""

import sys
from typing import Annotated

import typer

from core.errors import MeritgraphError
from service.commands import (
    bank,
    bench,
    cases,
    deliver,
    demo,
    migrate,
    person,
    plugin,
    replay,
    run,
    scheme,
    serve,
    status,
    token,
    worker,
)
from service.commands.complaints import complain

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


for command in (demo.demo, serve.serve, worker.worker, migrate.migrate):
    app.command()(command)
app.add_typer(bank.app, name="bank")
app.add_typer(person.app, name="person")
app.add_typer(plugin.app, name="plugin")
app.command("import")(deliver.import_file)
app.add_typer(scheme.app, name="scheme")
app.command()(run.run)
app.command()(replay.replay)
app.command()(token.token)
app.command("test")(cases.test)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(bench.bench)
app.command()(status.status)
app.command()(status.stop)


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
