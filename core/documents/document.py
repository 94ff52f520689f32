"""A trusted document and its id, the SHA-256 of its text."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

LONGEST = 200_000
"""Characters of one document's text."""
_ID = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Offered:
    """A document somebody wants registered. `name`: of its operations, or whatever helps people."""

    sha256: str
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A registered document, without its text. `registered_by`: a person's code."""

    sha256: str
    name: str
    registered_by: str
    at: datetime


def sha256_of(text: str) -> str:
    """64 small hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_document_id(text: str) -> str | None:
    """The hash in "sha256:<hash>" or "<hash>"; None for what cannot be an id."""
    found = _ID.fullmatch(text)
    return found[1] if found else None
