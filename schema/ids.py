"""Opaque global ids: bank, type and natural key. An id of another bank is one that does not exist here."""

import base64
import binascii

import orjson
import strawberry

from core.codes import is_code
from core.session import Bank


def global_id(bank: Bank, kind: str, *key: str) -> strawberry.ID:
    """The id of the object of type `kind` with this natural key."""
    return strawberry.ID(_text([bank.id, kind, *key]))


def read_id(bank: Bank, text: str) -> tuple[str, tuple[str, ...]] | None:
    """Type and natural key of an id of this bank; None for anything else, however it was made."""
    try:
        parts = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(parts, list) or len(parts) < 3 or type(parts[0]) is not int or parts[0] != bank.id:
        return None
    if not all(isinstance(part, str) and is_code(part) for part in parts[1:]):
        return None
    # Written again only now that it is known to be flat: what can be read deeply nested cannot be written so.
    return (parts[1], tuple(parts[2:])) if _text(parts) == text else None


def key_of(bank: Bank, text: str, kind: str) -> str | None:
    """The one-part key of an id of type `kind`; what is no id at all counts as the natural code itself."""
    found = read_id(bank, text)
    if found is not None:
        return found[1][0] if found[0] == kind and len(found[1]) == 1 else None
    return text if is_code(text) else None


def _text(parts: list[object]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")
