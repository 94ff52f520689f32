"""A progress bar for one delivery."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from core.facts.deliveries import Progress as Report

STAGES = {
    "staged": "read the file",
    "waiting": "waiting for another delivery",
    "locked": "reading rows",
    "read": "checking rows",
    "checked": "writing rows",
    "recorded": "deriving balances",
    "derived": "naming files",
    "named": "committing",
    "done": "done",
}
"""What comes after each stage that was reached."""


@contextmanager
def delivery_bar(name: str) -> Iterator[Report]:
    """Gives the callback that moves the bar; on stderr, and only for people."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(name, total=None)

        def report(stage: str, done: int, total: int) -> None:
            bar.update(task, description=f"{name}: {STAGES.get(stage, stage)}", completed=done, total=total)

        yield report
