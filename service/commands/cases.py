"""`meritgraph test`: cases worked by hand, run through the product."""

from pathlib import Path
from typing import Annotated

import typer


def test(
    paths: Annotated[list[Path], typer.Argument(metavar="CASES…", help="YAML files, or folders of them.")],
) -> None:
    """Run cases: one line per failure, then `N passed, N failed`. Exit code 1 if one failed. Needs no database.

    Example: `meritgraph test tests/golden our-scheme.yaml`
    """
    from core.cases.run import run_cases
    from core.plugins.host import Host

    host = Host.installed()
    offered = host.catalogue(host.plugins)
    report = run_cases(paths, offered.indicators, offered.fact_tables)
    for line in report.lines:
        typer.echo(line)
    raise typer.Exit(1 if report.failures else 0)
