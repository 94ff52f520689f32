"""Errors on a terminal: one clear line, what is wrong in detail below, an exit code of the error's class."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import MeritgraphError, Unavailable

MOST_SHOWN = 20


def complain(error: MeritgraphError) -> int:
    """Print the error on stderr, as JSON where the command was asked for JSON; gives the exit code."""
    if "--json" in sys.argv:
        import orjson

        told = {"code": error.code, "message": error.message, "fields": error.fields}
        print(orjson.dumps(told, default=_plain).decode(), file=sys.stderr)
        return error.exit_code
    print(f"error: {error.message} [{error.code}]", file=sys.stderr)
    for line in _details(error.fields):
        if line not in error.message:  # of a mapping or scheme, the sentence says every problem
            print(f"  {line}", file=sys.stderr)
    return error.exit_code


def _plain(value: Any) -> Any:
    return getattr(value, "__dict__", None) or str(value)


def _details(fields: Mapping[str, Any]) -> Iterator[str]:
    """Every problem of a scheme or mapping, every finding of a delivery, up to MOST_SHOWN."""
    for name in ("problems", "findings"):
        listed = fields.get(name)
        if isinstance(listed, list | tuple):
            yield from (_one_line(item) for item in listed[:MOST_SHOWN])
            if len(listed) > MOST_SHOWN:
                yield f"… and {len(listed) - MOST_SHOWN} more"


def _one_line(item: Any) -> str:
    told = item if isinstance(item, Mapping) else vars(item)
    sentence, code = told.get("message") or told.get("problem"), told.get("rule") or told.get("code")
    place = told.get("path") or _cell(told)
    return (f"{place}: " if place else "") + f"{sentence}" + (f" [{code}]" if code else "")


def _cell(told: Mapping[str, Any]) -> str:
    """Where in a delivered file, in its own words: `row 1 (line 2), column "day"`; nothing of the file as a whole."""
    row, line, column = told.get("row"), told.get("line"), told.get("source_column")
    if row is None and line is None:
        return ""
    place = f"line {line}" if row is None else f"row {row}" if line is None else f"row {row} (line {line})"
    return place if column is None else f'{place}, column "{column}"'


def of_unexpected(error: Exception) -> MeritgraphError:
    """An outage of PostgreSQL in the words of one; anything else as a fault of ours."""
    from service.outage import is_outage

    first_line = (str(error) or type(error).__name__).split("\n")[0][:300]
    if is_outage(error):
        return Unavailable(f"PostgreSQL does not answer: {first_line}", code="POSTGRES_AWAY")
    return MeritgraphError(
        f"An unexpected fault ({type(error).__name__}: {first_line}). `meritgraph --debug …` shows where.",
        code="UNEXPECTED",
    )
