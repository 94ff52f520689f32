"""Names of files in an inbox: which of them are deliveries, and how they are shown."""

import os

LONGEST = 200
"""Bytes of a file's name: what we put before and behind it still fits into any folder."""
_PARTIAL = (".part", ".tmp", ".filepart", ".partial", ".crdownload")
_CONTROLS = (".control.yaml", ".control.json")


def is_partial(name: str) -> bool:
    """Whether senders use such names for files they still write: they are left alone."""
    return name.startswith(".") or name.lower().endswith(_PARTIAL)


def is_control(name: str) -> bool:
    """Whether it speaks of another file: `<name>.control.yaml` or `.json`."""
    return name.endswith(_CONTROLS)


def control_names(name: str) -> list[str]:
    """The names a file's control file may have."""
    return [name + ending for ending in _CONTROLS]


def plain(name: str) -> str:
    """The name as it may be written anywhere: printable, at most LONGEST bytes of UTF-8, no part of a path."""
    kept = "".join(one if one.isprintable() and one not in "/\\" else "?" for one in name)
    if kept != name and (set(kept) <= {"?", "."}):
        kept = "unnamed"
    return kept.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore")


def is_sendable(name: str) -> bool:
    """Whether an upload may bear this name."""
    return (
        bool(name) and plain(name) == name == os.path.basename(name) and not is_partial(name) and not is_control(name)
    )
