"""Reading a GraphQL request off HTTP; whatever is no request is a clear 4xx."""

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

from schema.faults import bad_request

MOST_BYTES = 1_048_576
JSON = "application/json"


@dataclass(frozen=True)
class GraphQLRequest:
    """What was asked. `query` None: nothing, or the document that `document_id` or `extensions` names."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None
    document_id: str | None = None


async def read_body(request: Request) -> bytes:
    """The body of a POST, not looked into: 415 for another media type, 413 for more than MOST_BYTES."""
    kind, *parameters = [part.strip().lower() for part in request.headers.get("content-type", "").split(";")]
    charset = next((part[8:].strip('"') for part in parameters if part.startswith("charset=")), "utf-8")
    if kind != JSON or charset not in ("utf-8", "utf8") or "content-encoding" in request.headers:
        raise bad_request("Send application/json in UTF-8.", 415)
    try:
        announced = int(request.headers.get("content-length", 0))
    except ValueError:
        raise bad_request("Content-Length is not a number.") from None
    chunks: list[bytes] = []
    size = announced
    if announced <= MOST_BYTES:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > MOST_BYTES:
                break
            chunks.append(chunk)
    if size > MOST_BYTES:
        raise bad_request(f"The request is larger than {MOST_BYTES} bytes.", 413, Connection="close")
    return b"".join(chunks)


def from_body(body: bytes) -> GraphQLRequest:
    """A POST's body understood."""
    return shaped(json_of(body, "The body is not JSON in UTF-8."))


def from_url(request: Request) -> GraphQLRequest:
    """A GET's parameters understood."""
    parts: dict[str, Any] = {
        name: request.query_params[name]
        for name in ("query", "operationName", "documentId")
        if name in request.query_params
    }
    for name in ("variables", "extensions"):
        if text := request.query_params.get(name):
            parts[name] = json_of(text, f"`{name}` is not JSON.")
    return shaped(parts)


def json_of(text: bytes | str, sentence: str) -> Any:
    """What a JSON text says; HttpFault 400 with `sentence`."""
    try:
        return orjson.loads(text)  # no NaN, no lone surrogates, bounded depth
    except orjson.JSONDecodeError:
        raise bad_request(sentence) from None


_SHAPE = (
    ("query", str, "a string"),
    ("operationName", str, "a string"),
    ("documentId", str, "a string"),
    ("variables", dict, "an object"),
    ("extensions", dict, "an object"),
)


def shaped(body: object) -> GraphQLRequest:
    """A request of its parts; HttpFault 400 for whatever is none."""
    if not isinstance(body, dict):
        raise bad_request("The body must be one JSON object; batches are not served.")
    for name, kind, word in _SHAPE:
        if not isinstance(body.get(name), kind | None):
            raise bad_request(f"`{name}` must be {word} or null.")
    return GraphQLRequest(
        query=body.get("query"),
        variables=body.get("variables"),
        operation_name=body.get("operationName"),
        extensions=body.get("extensions"),
        document_id=body.get("documentId"),
    )
