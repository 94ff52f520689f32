"""Errors on a terminal: one clear line, what is wrong in detail below, an exit code of the error's class."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from core.errors import MeritgraphError, Unavailable

MOST_SHOWN = 20


def complain(error: MeritgraphError) -> int:
    """Print the error on stderr; gives the exit code."""
    print(f"error: {error.message} [{error.code}]", file=sys.stderr)
    for line in _details(error.fields):
        print(f"  {line}", file=sys.stderr)
    return error.exit_code


def _details(fields: Mapping[str, Any]) -> Iterable[str]:
    for name in ("problems", "findings"):
        listed = fields.get(name)
        if isinstance(listed, list | tuple):
            yield from (_one_line(item) for item in listed[:MOST_SHOWN])
            if len(listed) > MOST_SHOWN:
                yield f"… and {len(listed) - MOST_SHOWN} more"


def _one_line(item: Any) -> str:
    told = item if isinstance(item, Mapping) else getattr(item, "__dict__", None) or _slots(item)
    if not told:
        return str(item)
    return "  ".join(f"{name}: {value}" for name, value in told.items() if value not in (None, ""))


def _slots(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in getattr(item, "__slots__", ())}


def of_unexpected(error: Exception) -> MeritgraphError:
    """An outage of PostgreSQL in the words of one; anything else as a fault of ours."""
    from service.outage import is_outage

    first_line = (str(error) or type(error).__name__).split("\n")[0][:300]
    if is_outage(error):
        return Unavailable(f"PostgreSQL does not answer: {first_line}", code="POSTGRES_AWAY")
    return MeritgraphError(
        f"An unexpected fault ({type(error).__name__}: {first_line}). Say --debug to see where.", code="UNEXPECTED"
    )
