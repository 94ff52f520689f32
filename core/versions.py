"""Versions of what is changed in place: opaque texts, equal where the content is, so that no update is lost."""

import hashlib
from typing import Any

import orjson

from core.errors import Conflict

NONE_YET = ""
"""The version of what is not there."""


def version_of(content: Any) -> str:
    """The version of plain content: 16 hex digits. Keys may come in any order."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()[:16]


def check_version(expected: str | None, current: str, what: str, *, position: int | None = None) -> None:
    """Conflict VERSION_CONFLICT where it is not the version that was read; None expects nothing.

    `what`: "the settings"; `position`: which of several things, from 1.
    """
    if expected is None or expected == current:
        return
    about = {} if position is None else {"position": position}
    raise Conflict(
        f"Somebody changed {what} in the meantime: read again and decide anew.",
        code="VERSION_CONFLICT",
        current=current,
        **about,
    )
