"""Managers and their posts as read: as of a day, within a row scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.paging import Listing, SortKey
from core.scopes import RowScope
from core.session import BankSession
from core.statement import Arguments

CODE = SortKey("code", "m.manager", "text")
NAME = SortKey("name", "m.name", "text")
BRANCH = SortKey("branch", "p.branch", "text", nullable=True)
POSITION = SortKey("position", "p.position", "text", nullable=True)
LEVEL = SortKey("level", "p.level", "text", nullable=True)
POSTED_SINCE = SortKey("posted_since", "p.valid_from", "day", nullable=True)

_POST = ("branch", "position", "level", "valid_from", "valid_until")


_SOURCE = """bank.managers m LEFT JOIN bank.postings p
    ON p.manager = m.manager AND p.valid_from <= {on} AND {on} < p.valid_until"""


@dataclass(frozen=True, slots=True)
class PostRead:
    """What a manager is from `first` until (exclusive) `until`."""

    branch: str
    position: str
    level: str
    first: date
    until: date


@dataclass(frozen=True, slots=True)
class ManagerRead:
    """A manager and the post he holds on the day asked for; None if he holds none then."""

    code: str
    name: str
    post: PostRead | None


def manager_read(row: Any) -> ManagerRead:
    """A manager of a record with the columns of `managers_on`."""
    post = None
    if row["branch"] is not None:
        post = PostRead(row["branch"], row["position"], row["level"], row["valid_from"], row["valid_until"])
    return ManagerRead(row["manager"], row["name"], post)


def managers_on(day: date, scope: RowScope) -> Listing:
    """The managers in `scope`, each with his post on `day`; who holds none then is in nobody's branch."""
    arguments = Arguments()
    on = arguments.add(day)
    source = _SOURCE.format(on=on)
    condition = scope.condition(arguments, "m.manager", "p.branch")
    columns = ", ".join(("m.manager", "m.name", *(f"p.{name}" for name in _POST), "TRUE AS post_readable"))
    return Listing(columns, source, where=(condition,), arguments=tuple(arguments.values))


def scored_managers_on(day: date, scope: RowScope) -> Listing:
    """All managers, those in `scope` with their posts: whoever may read a scorecard may read whose it is."""
    arguments = Arguments()
    source = _SOURCE.format(on=arguments.add(day))
    readable = scope.condition(arguments, "m.manager", "p.branch")
    posts = (f"CASE WHEN {readable} THEN p.{name} END AS {name}" for name in _POST)
    columns = ", ".join(("m.manager", "m.name", *posts, f"{readable} AS post_readable"))
    return Listing(columns, source, arguments=tuple(arguments.values))


async def managers_by_code(
    session: BankSession, codes: Sequence[str], day: date, scope: RowScope
) -> dict[str, ManagerRead]:
    """The managers of these codes that exist in `scope`, each with his post on `day`."""
    listing = managers_on(day, scope)
    arguments, conditions = listing.begun()
    found = await session.rows(
        f"""SELECT {listing.columns} FROM {listing.source}
            WHERE {" AND ".join(conditions)} AND m.manager = ANY({arguments.add(list(codes))}::text[])""",  # noqa: S608
        *arguments.values,
    )
    return {row["manager"]: manager_read(row) for row in found}
