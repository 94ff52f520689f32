"""Rows on stdout: a table for people, JSON for machines."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

Rows = Sequence[Mapping[str, Any]]


def show(rows: Rows, columns: Mapping[str, str], *, as_json: bool, title: str = "") -> None:
    """Print `rows`. `columns`: key → heading, in order; a heading that ends with "#" is right-aligned.

    JSON is one list of objects with these keys; dates and decimals as text.
    """
    if as_json:
        show_json([{name: row.get(name) for name in columns} for row in rows])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", header_style="bold")
    for heading in columns.values():
        table.add_column(heading.rstrip("#"), justify="right" if heading.endswith("#") else "left")
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in columns))
    Console(soft_wrap=False).print(table)


def show_json(value: Any) -> None:
    """Print one JSON value."""
    import orjson

    text = orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    sys.stdout.buffer.write(text)
    sys.stdout.flush()


def _cell(value: Any) -> str:
    from rich.markup import escape

    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return escape(", ".join(map(str, value)))
    return escape(str(value))
