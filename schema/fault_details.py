"""What of an error's fields stands beside its sentence: what the caller wrote, or may read. The rest is for the log."""

from typing import Any

from core.errors import Forbidden, MeritgraphError, ShareRefused

_PROBLEMS = ("problems",)
_TARGET = ("row", "manager", "indicator")
_DETAILS: dict[str, tuple[str, ...]] = {
    "CUSTOMER_TWICE": ("customer",),
    "DOCUMENT_INVALID": _PROBLEMS,
    "FEED_INVALID": _PROBLEMS,
    "MAPPING_INVALID": _PROBLEMS,
    "NUMBER_TOO_PRECISE": _TARGET,
    "SCHEME_INVALID": _PROBLEMS,
    "SCHEME_UNREADABLE": _PROBLEMS,
    "SETTING_INVALID": _PROBLEMS,
    "TARGET_REFUSED": _TARGET,
    "TERMS_INVALID": _PROBLEMS,
    "VERSION_CONFLICT": ("current", "position"),
}


def details_of(error: MeritgraphError) -> dict[str, Any]:
    """Extensions of one error, besides its code and reason."""
    names = ("customer", "manager", "day") if isinstance(error, ShareRefused) else _DETAILS.get(error.code, ())
    found = {name: error.fields[name] for name in names if name in error.fields}
    if isinstance(error, Forbidden) and "permission" in error.fields:
        found["permission"] = error.fields["permission"]
    if error.code == "PERIOD_CLOSED" and "closed" in error.fields:
        found["closedThrough"] = error.fields["closed"]
    if error.code == "ENTRY_REFUSED":
        found["findings"] = [
            {"code": one.rule, "row": one.row, "column": one.column, "value": one.value, "message": one.message}
            for one in error.fields.get("findings", ())
        ]
    if error.code == "FEED_INVALID" and "problems" not in found and "field" in error.fields:
        found["problems"] = [{"path": error.fields["field"], "problem": error.message}]
    return found
