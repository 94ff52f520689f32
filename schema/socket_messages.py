"""What a client may say in graphql-transport-ws, and what we close the connection with when it says anything else."""

from dataclasses import dataclass
from typing import Any

import orjson

from schema.faults import HttpFault
from schema.requests import MOST_BYTES, GraphQLRequest, shaped

LONGEST_ID = 200


class Closing(Exception):
    """The connection ends with this code of the protocol and this reason (at most 123 bytes)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def invalid(reason: str) -> Closing:
    """A message that is none."""
    return Closing(4400, reason)


FORBIDDEN = 4403
UNAUTHORIZED = 4401
INIT_TIMEOUT = 4408
ALREADY_SUBSCRIBED = 4409
INIT_TWICE = 4429
NOT_SPOKEN = 4406
TRY_LATER = 1013
INTERNAL = 4500


@dataclass(frozen=True)
class Init:
    """The first message; the token may stand in its payload."""

    payload: dict[str, Any]


@dataclass(frozen=True)
class Ping:
    """To be answered."""

    payload: dict[str, Any] | None


@dataclass(frozen=True)
class Pong:
    """An answer, or a sign of life."""


@dataclass(frozen=True)
class Subscribe:
    """The wish for an operation; its id is the client's choice."""

    id: str
    request: GraphQLRequest


@dataclass(frozen=True)
class Complete:
    """The client wants no more of an operation."""

    id: str


Said = Init | Ping | Pong | Subscribe | Complete


def read_message(text: str | None) -> Said:
    """A text frame understood (None: it was binary); Closing 4400 for anything else."""
    if text is None:
        raise invalid("Messages are text.")
    if len(text) > MOST_BYTES:
        raise invalid("The message is too large.")
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise invalid("The message is not JSON.") from None
    if not isinstance(said, dict):
        raise invalid("A message is one JSON object.")
    match said.get("type"):
        case "connection_init":
            return Init(_payload(said) or {})
        case "ping":
            return Ping(_payload(said))
        case "pong":
            return Pong()
        case "subscribe":
            return Subscribe(_id(said), _request(said))
        case "complete":
            return Complete(_id(said))
    raise invalid("There is no message of this type.")


def _payload(said: dict[str, Any]) -> dict[str, Any] | None:
    payload = said.get("payload")
    if not isinstance(payload, dict | None):
        raise invalid("`payload` must be an object.")
    return payload


def _id(said: dict[str, Any]) -> str:
    found = said.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_ID:
        raise invalid(f"`id` must be a text of 1 to {LONGEST_ID} characters.")
    return found


def _request(said: dict[str, Any]) -> GraphQLRequest:
    try:
        asked = shaped(_payload(said) or {})
    except HttpFault as fault:
        raise invalid(str(fault)) from None
    if asked.query is None and asked.document_id is None and not asked.extensions:
        raise invalid("`payload.query` is missing, and so is `payload.documentId`.")
    return asked
