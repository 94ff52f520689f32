"""The file that front-end tools write with the documents of an application: a manifest."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from core.documents.document import LONGEST, Offered, read_document_id, sha256_of
from core.errors import InputError

APOLLO = "apollo-persisted-query-manifest"


def read_manifest(content: bytes) -> list[Offered]:
    """The documents of a manifest: {sha256: text}, as graphql-codegen writes it, or Apollo's format.

    MANIFEST_INVALID for what is none, DOCUMENT_INVALID for a text that does not have the hash it stands under.
    """
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise _invalid("The manifest is not JSON in UTF-8.") from None
    if not isinstance(body, dict):
        raise _invalid("A manifest is a JSON object of documents by their SHA-256.")
    return [checked(id, text, name) for id, text, name in _entries(body)]


def checked(id: str | None, text: str, name: str = "") -> Offered:
    """A document held against the id it is said to have (None: none was said); DOCUMENT_INVALID."""
    if not 0 < len(text) <= LONGEST or "\0" in text:
        raise InputError(f"A document has 1 to {LONGEST} characters, NUL not among them.", code="DOCUMENT_INVALID")
    sha256 = sha256_of(text)
    if id is not None and read_document_id(id) != sha256:
        sentence = f"{id[:80]!r} is not the SHA-256 of its document, {sha256}: have your tool hash with sha256."
        raise InputError(sentence, code="DOCUMENT_INVALID")
    return Offered(sha256, text, name)


def _entries(body: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if body.get("format") == APOLLO:
        operations = body.get("operations")
        for one in operations if isinstance(operations, list) else ():
            match one:
                case {"id": str(id), "body": str(text)}:
                    yield id, text, str(one.get("name", ""))
                case _:
                    raise _invalid("Every operation of the manifest has an `id` and a `body`.")
        return
    for id, text in body.items():
        if not isinstance(text, str):
            raise _invalid(f"Document {id[:80]!r} of the manifest is not a text.")
        yield id, text, ""


def _invalid(sentence: str) -> InputError:
    return InputError(sentence, code="MANIFEST_INVALID")
