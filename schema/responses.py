"""Writing a GraphQL response onto HTTP: media type, status, body."""

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types import ExecutionResult

from core.errors import Unavailable
from schema.context import Context
from schema.faults import UNEXPECTED, UNEXPECTED_CODE, HttpFault, away

log = logging.getLogger("meritgraph.graphql")

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
_SPOKEN = {GRAPHQL: GRAPHQL, JSON: JSON, "application/*": JSON, "*/*": JSON}


def media_type(request: Request) -> str | None:
    """The better liked of the two we speak; application/json for anything and for no header; None for neither."""
    best, liked = None, 0.0
    for part in request.headers.get("accept", "*/*").lower().split(","):
        kind, *parameters = [piece.strip() for piece in part.split(";")]
        try:
            quality = next((float(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        except ValueError:
            quality = 0.0
        spoken = _SPOKEN.get(kind)
        if spoken and (quality > liked or (quality == liked > 0 and spoken == GRAPHQL)):
            best, liked = spoken, quality
    return best


_HEADERS = {
    "Vary": "Accept, Accept-Language, Authorization",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def reply(request: Request, body: object, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """JSON that no cache keeps."""
    sent = {**_HEADERS, **(headers or {})}
    return Response(orjson.dumps(body), status, sent, f"{media_type(request) or JSON}; charset=utf-8")


def refusal(request: Request, fault: HttpFault) -> Response:
    """A fault: its status, its one error, no data."""
    return reply(request, {"errors": [fault.error]}, fault.status, fault.headers)


def fault_reply(request: Request, error: Exception) -> Response:
    """The answer to a request that ended in `error`: a refusal; 503 while the database is away; else 500, and the log.

    Call it while the exception is being handled: the log takes its traceback from there.
    """
    if isinstance(error, HttpFault):
        return refusal(request, error)
    if isinstance(error, Unavailable):
        return refusal(request, away())
    log.exception("unexpected exception outside execution")
    return unexpected(request)


def unexpected(request: Request) -> Response:
    """500 that says nothing of what happened."""
    body = {"errors": [{"message": UNEXPECTED, "extensions": {"code": UNEXPECTED_CODE}}]}
    return reply(request, body, 500)


def kept_reply(request: Request, etag: str, body: bytes) -> Response:
    """An answer that cannot change, for who asks again with its tag; 304 for whom a GET finds to have it already."""
    headers = {**_HEADERS, "Cache-Control": "private, no-cache", "ETag": etag}
    known = (tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(","))
    if request.method == "GET" and etag in known:
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, f"{media_type(request) or JSON}; charset=utf-8")


def result_reply(request: Request, result: ExecutionResult, context: Context) -> Response:
    """The result of an execution; 400 for a document that was not executed, told in the new media type.

    HttpFault 503 when the database went away on the way.
    """
    errors = result.errors or []
    codes = {(error.extensions or {}).get("code") for error in errors}
    if any(error.extensions == {"code": "SERVICE_UNAVAILABLE"} for error in errors):
        raise away()
    body: dict[str, Any] = {"errors": [error.formatted for error in errors]} if errors else {}
    refused = result.data is None and bool(errors) and all(error.path is None for error in errors)
    if not refused:
        body["data"] = result.data
    extensions = {
        **(result.extensions or {}),
        **({"cost": context.cost} if context.cost else {}),
        **({"masked": context.masks()} if context.masked else {}),
    }
    if extensions:
        body["extensions"] = extensions
    status = 200
    if refused:
        status = 500 if UNEXPECTED_CODE in codes else 400 if media_type(request) == GRAPHQL else 200
    return reply(request, body, status)
