"""`meritgraph bench`: the speed and memory table."""

import subprocess
import sys

import typer


def bench(context: typer.Context) -> None:
    """Measure speed and memory on the reference bank; what follows is handed on to `python -m bench`.

    Example: `meritgraph bench --json`
    """
    done = subprocess.run([sys.executable, "-m", "bench", *context.args], check=False)
    raise typer.Exit(done.returncode)
