"""Which scorecards differ between two runs, as far as somebody may see them."""

from dataclasses import dataclass

from core.runs.cards import cards_in
from core.scopes import RowScope
from core.session import BankSession
from core.statement import Arguments

_SHOWN = "branch, position, level, rank, rank_in_branch, points_e4, grade, multiple_e2, pay_minor"
_LINES = """ARRAY(SELECT ROW(l.line, l.indicator, l.rule, l.value_e6, l.target, l.completion_e6, l.base_e4, l.points_e4,
    l.not_applicable)::text FROM bank.score_lines l WHERE l.run = {run} AND l.manager = now.manager ORDER BY l.line)"""


@dataclass(frozen=True)
class Changed:
    """Codes of managers, by code points: the first of them, and how many there are in all."""

    managers: tuple[str, ...]
    count: int


async def changed_cards(
    session: BankSession,
    now: str,
    before: str | None,
    scope: RowScope,
    pay_scope: RowScope,
    *,
    manager: str | None,
    first: int,
) -> Changed:
    """Managers whose card in the run `now` is not what it was in `before` (None: there was no card).

    Compared is what `scope` and `pay_scope` let somebody see of card and lines: pay that is masked never differs. A
    card that is new, or gone, differs. `manager`: of him alone.
    """
    listing = cards_in(scope, pay_scope)
    arguments, conditions = listing.begun()
    if manager is not None:
        conditions.append(f"c.manager = {arguments.add(manager)}")
    runs = {"now": arguments.add(now), "before": arguments.add(before)}
    sides = ", ".join(
        f"""{side} AS (SELECT manager, ROW({_SHOWN})::text AS shown FROM
            (SELECT {listing.columns} FROM {listing.source} WHERE {" AND ".join(conditions)} AND c.run = {run}) card)"""  # noqa: S608
        for side, run in runs.items()
    )
    lines = " <> ".join(_LINES.format(run=run) for run in runs.values())
    found = await session.rows(
        f"""WITH {sides} SELECT manager, count(*) OVER () AS count FROM now FULL JOIN before USING (manager)
            WHERE CASE WHEN now.shown IS DISTINCT FROM before.shown THEN TRUE ELSE {lines} END
            ORDER BY manager COLLATE "C" LIMIT {_limit(arguments, first)}""",  # noqa: S608
        *arguments.values,
    )
    return Changed(tuple(row["manager"] for row in found)[:first], found[0]["count"] if found else 0)


def _limit(arguments: Arguments, first: int) -> str:
    """At least one row, for it carries the count."""
    return arguments.add(max(first, 1))
