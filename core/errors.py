"""Every error this product raises on purpose, as one tree.

MeritgraphError
├── InputError            what the caller gave cannot be used (mapping, scheme, period, cursor, …)
│   ├── FileRefused       a delivery's file breaks rules; carries the report
│   ├── SchemeInvalid     a scheme is not one that could be run
│   └── ShareRefused      shares out of range, overlapping, or above one on a day
├── NotFound              missing, or another bank's: the same words for both
├── Refused               understood, but not allowed
│   ├── Unauthenticated   no valid proof of who asks
│   └── Forbidden         known person, not permitted
├── Conflict              the state of things forbids it (plugin in use, run not complete, version differs)
├── PluginError           a plugin broke its promise
├── Unavailable           something we stand on is away; try again
│   ├── StartFailed       the embedded PostgreSQL cannot be used (service)
│   └── StopFailed        the embedded PostgreSQL still runs after it was told to stop (service)
└── RunFailed             a run that was waited for has ended as failed (service)

A code for machines (stable, SCREAMING_SNAKE), a sentence for people, fields for the log.
Core knows no HTTP: one file in `schema` translates.
"""

from typing import Any, ClassVar


class MeritgraphError(Exception):
    """Something a person can act on. `code` may be narrowed per instance."""

    code: str = "MERITGRAPH_ERROR"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, /, *, code: str | None = None, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return self.message


class InputError(MeritgraphError):
    code = "BAD_USER_INPUT"
    exit_code = 2


class FileRefused(InputError):
    code = "FILE_REFUSED"
    exit_code = 3


class SchemeInvalid(InputError):
    code = "SCHEME_INVALID"


class ShareRefused(InputError):
    code = "SHARE_OUT_OF_RANGE"


class NotFound(MeritgraphError):
    code = "NOT_FOUND"
    exit_code = 4


class Refused(MeritgraphError):
    code = "FORBIDDEN"
    exit_code = 5


class Unauthenticated(Refused):
    code = "UNAUTHENTICATED"


class Forbidden(Refused):
    code = "FORBIDDEN"


class Conflict(MeritgraphError):
    code = "CONFLICT"
    exit_code = 6


class PluginError(MeritgraphError):
    code = "PLUGIN_FAILED"
    exit_code = 7


class Unavailable(MeritgraphError):
    code = "UNAVAILABLE"
    exit_code = 8
