"""Refusals: what a change answers instead of its payload where what was asked cannot be. Nothing was changed.

The one place where an error of core becomes a member of a change's union. A permission that is missing, no valid token,
a database that is away and a fault of ours stay errors: they say nothing about what was asked.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import strawberry

from core.errors import Conflict, Forbidden, InputError, MeritgraphError, NotFound, Refused, Unauthenticated
from schema.faults import extensions_of


@strawberry.interface(description="Why a change was not made. Nothing was changed.")
class Refusal:
    """One sentence and two codes, whatever the change."""

    code: str = strawberry.field(description="BAD_USER_INPUT, NOT_FOUND, CONFLICT or FORBIDDEN, as errors have it.")
    reason: str | None = strawberry.field(
        description="Narrower and stable, for machines, such as PERIOD_IN_FUTURE; null where the code says it all."
    )
    message: str = strawberry.field(description="What to do, in a sentence.")


@strawberry.type(name="Refused", description="A refusal of which there is no more to say.")
class Refused_(Refusal):
    """The rest."""


@strawberry.type(description="A second person has to do it: who asked for a thing, made or submitted it may not.")
class FourEyesRefusal(Refusal):
    """Of two steps that two people take."""

    permission: str = strawberry.field(description="What the second person needs, such as run:publish.")


@strawberry.type(description="It was changed since it was read: read it again and decide anew.")
class VersionConflict(Refusal):
    """A lost update that was not."""

    current: str = strawberry.field(description="The version it has now; empty where there is none.")
    position: int | None = strawberry.field(description="Which of several things, from 1; null where it is about one.")


@strawberry.type(description="One thing that is wrong with what was given.")
class InputProblem:
    """All are told at once."""

    path: str = strawberry.field(
        description='Where, in the names of the input or of the text in it: "sections[0].lines[2].base"; empty for all.'
    )
    code: str | None = strawberry.field(description="Stable code for machines, such as INDICATOR_UNKNOWN, if any.")
    message: str = strawberry.field(description="What to do.")


@strawberry.type(description="A text or a set of values that cannot be used, with all that is wrong with it.")
class InvalidInput(Refusal):
    """For forms and editors."""

    problems: list[InputProblem] = strawberry.field(description="Every one, with its place.")


@strawberry.type(description="Days behind published results would change, and nobody said why.")
class PeriodClosed(Refusal):
    """Give a reason, and have delivery:correct."""

    last_closed_day: date = strawberry.field(description="The last day with published results.")


@strawberry.type(description="Shares that cannot be.")
class ShareRefusal(Refusal):
    """As far as it is about one."""

    customer: str | None = strawberry.field(description="Code of the customer, if it is about one.")
    manager: str | None = strawberry.field(description="Code of the manager, if it is about one.")
    day: date | None = strawberry.field(description="The first day of it, if it is about one.")


@strawberry.type(description="A target that cannot be.")
class TargetRefusal(Refusal):
    """The first one."""

    row: int = strawberry.field(description="Which of the targets, from 1.")
    manager: str = strawberry.field(description="Code of its manager, as it was given.")
    indicator: str = strawberry.field(description="Code of its indicator, as it was given.")


@strawberry.type(description="Something wrong with a row of an entry.")
class EntryProblem:
    """As the intake of deliveries tells it."""

    code: str = strawberry.field(description="The rule that is broken, such as NUMBER_INVALID.")
    row: int | None = strawberry.field(description="Which row, from 1; null where it is about all.")
    column: str | None = strawberry.field(description="Which column; null where it is about the row.")
    value: str = strawberry.field(description="What stood there.")
    message: str = strawberry.field(description="What to do.")


@strawberry.type(description="Rows that no delivery could bring.")
class EntryRefusal(Refusal):
    """The intake's findings."""

    findings: list[EntryProblem] = strawberry.field(description="What is wrong, row by row.")


def is_refusal(error: MeritgraphError) -> bool:
    """Whether it speaks of what was asked, not of who asked or of us."""
    if isinstance(error, Unauthenticated):
        return False
    if isinstance(error, Forbidden) and "permission" in error.fields:
        return False
    return isinstance(error, InputError | NotFound | Refused | Conflict)


def refusal_of(error: MeritgraphError, members: tuple[type[Refusal], ...], permission: str) -> Refusal:
    """The member that says most of it; Refused where the change has none that does."""
    told = extensions_of(error) or {}
    words = {"code": told.get("code", ""), "reason": told.get("reason"), "message": error.message}
    kind, more = _kind(error, told, permission)
    return kind(**words, **more) if kind in members else Refused_(**words)


def _kind(error: MeritgraphError, told: Mapping[str, Any], permission: str) -> tuple[type[Refusal], Mapping[str, Any]]:
    """Its type and what that has beside the words."""
    if error.code == "FOUR_EYES":
        return FourEyesRefusal, {"permission": permission}
    if error.code == "VERSION_CONFLICT":
        return VersionConflict, {"current": str(told["current"]), "position": told.get("position")}
    if "problems" in told:
        return InvalidInput, {"problems": [_problem(one) for one in told["problems"]]}
    if "closedThrough" in told:
        return PeriodClosed, {"last_closed_day": date.fromisoformat(told["closedThrough"])}
    if "findings" in told:
        return EntryRefusal, {"findings": [EntryProblem(**one) for one in told["findings"]]}
    if "row" in told:
        return TargetRefusal, {name: told[name] for name in ("row", "manager", "indicator")}
    if told.keys() & {"customer", "manager", "day"}:
        day = told.get("day")
        return ShareRefusal, {
            "customer": told.get("customer"),
            "manager": told.get("manager"),
            "day": None if day is None else date.fromisoformat(day),
        }
    return Refused_, {}


def _problem(one: Mapping[str, str]) -> InputProblem:
    return InputProblem(path=one["path"], code=one.get("code"), message=one.get("message") or one["problem"])
