"""Faults as the outside sees them: the one place where the error tree of core becomes codes of the API.

`extensions.code` is one of Apollo's words where there is one; `extensions.reason` is core's own code. Nothing of
an unexpected exception leaves the house.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import StrawberryInputCoercionError

from core.errors import (
    Conflict,
    Forbidden,
    InputError,
    MeritgraphError,
    NotFound,
    PluginError,
    Refused,
    Unauthenticated,
    Unavailable,
)
from schema.fault_details import details_of

log = logging.getLogger("meritgraph.graphql")

UNEXPECTED = "Something went wrong on our side."
UNEXPECTED_CODE = "INTERNAL_SERVER_ERROR"
_CODES: tuple[tuple[type[MeritgraphError], str], ...] = (
    (InputError, "BAD_USER_INPUT"),
    (NotFound, "NOT_FOUND"),
    (Unauthenticated, "UNAUTHENTICATED"),
    (Forbidden, "FORBIDDEN"),
    (Refused, "FORBIDDEN"),
    (Conflict, "CONFLICT"),
    (Unavailable, "SERVICE_UNAVAILABLE"),
)
_SUGGESTION = re.compile(r" Did you mean .*\?$", re.DOTALL)


class HttpFault(Exception):
    """A request that is answered with a status, one error and nothing else."""

    def __init__(
        self, code: str, message: str, status: int, *, headers: Mapping[str, str] | None = None, **extensions: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.error = {"message": message, "extensions": {**extensions, "code": code}}


def bad_request(message: str, status: int = 400, **headers: str) -> HttpFault:
    """A request that is none."""
    return HttpFault("BAD_REQUEST", message, status, headers=headers)


def unauthenticated(error: Unauthenticated) -> HttpFault:
    """401 with the reason; an anonymous caller learns no more."""
    headers = {"WWW-Authenticate": "Bearer"}
    return HttpFault("UNAUTHENTICATED", error.message, 401, headers=headers, reason=error.code)


def forbidden(error: Forbidden) -> HttpFault:
    """403 before a body is read."""
    return HttpFault("FORBIDDEN", error.message, 403, permission=error.fields.get("permission"))


def away() -> HttpFault:
    """503: the database is busy or away."""
    message = "The database is busy or away: try again in a moment."
    return HttpFault("SERVICE_UNAVAILABLE", message, 503, headers={"Retry-After": "2"})


def extensions_of(error: MeritgraphError) -> dict[str, Any] | None:
    """Code and reason of an error we raise on purpose; None for a plugin's, which is nothing the caller can act on."""
    if isinstance(error, PluginError):
        return None
    code = next((code for kind, code in _CODES if isinstance(error, kind)), None)
    if code is None:
        return None
    found: dict[str, Any] = {"code": code}
    if error.code not in (code, Unavailable.code):
        found["reason"] = error.code
    return found | details_of(error)


def cause_of(error: GraphQLError) -> BaseException | None:
    """The exception below a GraphQL error, if there is one that is not a GraphQL error itself."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def translated(error: GraphQLError) -> GraphQLError:
    """The error with its code; without its text where the fault is ours."""
    cause = cause_of(error)
    if isinstance(cause, MeritgraphError) and (extensions := extensions_of(cause)) is not None:
        error.message, error.extensions = cause.message, extensions
    elif isinstance(error, GraphQLSyntaxError):
        error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
    elif "code" in (error.extensions or {}):
        pass
    elif _is_callers(error, cause):
        error.message = _SUGGESTION.sub("", error.message)
        error.extensions = {**(error.extensions or {}), "code": "BAD_USER_INPUT"}
    else:
        log.error("unexpected exception at %s", error.path, exc_info=cause or error)
        return GraphQLError(
            UNEXPECTED,
            nodes=error.nodes,
            source=error.source,
            positions=error.positions,
            path=error.path,
            extensions={"code": UNEXPECTED_CODE},
        )
    return error


def _is_callers(error: GraphQLError, cause: BaseException | None) -> bool:
    """Whether a variable or an argument is at fault. An error at a path is else ours: a field we could not write."""
    if cause is not None and not isinstance(cause, GraphQLError):
        return isinstance(cause, StrawberryInputCoercionError)
    return error.path is None or error.message.startswith("Argument ")
