"""The leaderboard of a run: every manager's rank, points, grade and pay, highest points first."""

from dataclasses import dataclass
from typing import Any

from core.errors import Conflict, NotFound
from core.numbers import scaled_text
from core.session import BankSession

COLUMNS = {
    "rank": "Rank#",
    "manager": "Manager",
    "name": "Name",
    "branch": "Branch",
    "points": "Points#",
    "grade": "Grade",
    "pay": "Pay#",
}


@dataclass(frozen=True)
class Place:
    """One manager's row. Points with 4 decimals, pay in major units; None where no line was applicable."""

    rank: int | None
    manager: str
    name: str
    branch: str
    branch_name: str
    points: str | None
    grade: str | None
    pay: str | None


async def read_leaderboard(session: BankSession, run: str) -> list[Place]:
    """All places of a complete run. NotFound for a run that is missing; RUN_NOT_COMPLETE."""
    status = await session.row("SELECT status FROM bank.runs WHERE run = $1", run)
    if status is None:
        raise NotFound(f"There is no run {run[:50]!r}.", run=run[:50])
    if status["status"] != "complete":
        raise Conflict(f"Run {run} is {status['status']}: it has no results.", code="RUN_NOT_COMPLETE")
    found = await session.rows(
        """SELECT c.rank, c.manager, m.name, c.branch, b.name_zh AS branch_name, c.points_e4, c.grade, c.pay_minor
           FROM bank.scorecards c JOIN bank.managers m ON m.manager = c.manager
           JOIN bank.branches b ON b.branch = c.branch
           WHERE c.run = $1 ORDER BY c.points_e4 DESC NULLS LAST, c.manager COLLATE "C" """,
        run,
    )
    return [_place(row, session.bank.digits) for row in found]


def _place(row: Any, digits: int) -> Place:
    return Place(
        rank=row["rank"],
        manager=row["manager"],
        name=row["name"],
        branch=row["branch"],
        branch_name=row["branch_name"],
        points=None if row["points_e4"] is None else scaled_text(row["points_e4"], 4),
        grade=row["grade"],
        pay=None if row["pay_minor"] is None else scaled_text(row["pay_minor"], digits),
    )


def shown(place: Place) -> dict[str, Any]:
    """The place as a row of a printed table: thousands apart, the branch by name."""
    pay = place.pay
    if pay is not None:
        whole, point, part = pay.partition(".")
        pay = f"{int(whole):,}{point}{part}"
    return vars(place) | {"branch": f"{place.branch} {place.branch_name}", "pay": pay}
