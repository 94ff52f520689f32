"""Scorecards as read: of complete runs only, within a row scope, pay only where it may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.paging import Listing, SortKey
from core.scopes import RowScope
from core.session import BankSession
from core.statement import Arguments

MANAGER = SortKey("manager", "c.manager", "text")
BRANCH = SortKey("branch", "c.branch", "text")
GRADE = SortKey("grade", "c.grade", "text", nullable=True)
PAY = SortKey("pay", "c.pay_minor", "int", nullable=True)
POINTS = SortKey("points", "c.points_e4", "int", nullable=True)
RANK = SortKey("rank", "c.rank", "int", nullable=True)
RANK_IN_BRANCH = SortKey("rank_in_branch", "c.rank_in_branch", "int", nullable=True)

_SOURCE = "bank.scorecards c JOIN bank.runs r ON r.run = c.run AND r.status = 'complete'"


@dataclass(frozen=True, slots=True)
class CardRead:
    """One manager's result in a run. `pay_readable` False: `pay_minor` was not even read."""

    run: str
    manager: str
    branch: str
    position: str
    level: str
    rank: int | None
    rank_in_branch: int | None
    points_e4: int | None
    grade: str | None
    multiple_e2: int | None
    pay_minor: int | None
    pay_readable: bool


def card_read(row: Any) -> CardRead:
    """A scorecard of a record with the columns of `cards_in`."""
    return CardRead(
        run=row["run"],
        manager=row["manager"],
        branch=row["branch"],
        position=row["position"],
        level=row["level"],
        rank=row["rank"],
        rank_in_branch=row["rank_in_branch"],
        points_e4=row["points_e4"],
        grade=row["grade"],
        multiple_e2=row["multiple_e2"],
        pay_minor=row["pay_minor"],
        pay_readable=row["pay_readable"],
    )


def cards_in(scope: RowScope, pay_scope: RowScope) -> Listing:
    """Scorecards by run: rows in `scope`, with pay on those in `pay_scope`."""
    arguments = Arguments()
    condition = scope.condition(arguments, "c.manager", "c.branch")
    conditions = len(arguments.values)
    pay = pay_scope.condition(arguments, "c.manager", "c.branch")
    columns = f"""c.run, c.manager, c.branch, c.position, c.level, c.rank, c.rank_in_branch, c.points_e4, c.grade,
        c.multiple_e2, CASE WHEN {pay} THEN c.pay_minor END AS pay_minor, {pay} AS pay_readable"""
    return Listing(
        columns,
        _SOURCE,
        parent="c.run",
        where=(condition,),
        arguments=tuple(arguments.values[:conditions]),
        column_arguments=tuple(arguments.values[conditions:]),
    )


async def cards_by_key(
    session: BankSession, keys: Sequence[tuple[str, str]], scope: RowScope, pay_scope: RowScope
) -> dict[tuple[str, str], CardRead]:
    """The scorecards of these (run, manager) that exist in `scope`."""
    listing = cards_in(scope, pay_scope)
    arguments, conditions = listing.begun()
    runs, managers = arguments.add([run for run, _ in keys]), arguments.add([manager for _, manager in keys])
    found = await session.rows(
        f"""SELECT {listing.columns} FROM {listing.source}
            JOIN unnest({runs}::text[], {managers}::text[]) AS asked(run, manager)
              ON asked.run = c.run AND asked.manager = c.manager
            WHERE {" AND ".join(conditions)}""",  # noqa: S608
        *arguments.values,
    )
    return {(row["run"], row["manager"]): card_read(row) for row in found}
