"""Options that mean the same in every command."""

from pathlib import Path
from typing import Annotated

import typer

Bank = Annotated[str, typer.Option("--bank", "-b", help="The bank's code; `meritgraph bank list` shows them.")]
BankIfKnown = Annotated[
    str | None, typer.Option("--bank", "-b", help="The bank's code; without it every bank is searched.")
]
As = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who does it: a person of the bank with the right to.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for machines instead of a table.")]
ExistingFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file.")]
