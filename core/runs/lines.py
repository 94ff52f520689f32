"""Lines of scorecards as read, many scorecards at once. Who may see the scorecard may see its lines."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from core.paging import Listing
from core.session import BankSession


@dataclass(frozen=True, slots=True)
class LineRead:
    """One indicator of one scorecard. Points and base in ten-thousandths, value and completion in millionths.

    `inputs`: exact text by name, what the rule saw. `rule` None: measured only.
    """

    run: str
    manager: str
    line: int
    indicator: str
    section: str
    rule: str | None
    value_e6: int | None
    target: Decimal | None
    completion_e6: int | None
    base_e4: int
    points_e4: int
    not_applicable: str | None
    inputs: Mapping[str, str]


LINES = Listing(
    """l.run, l.manager, l.line, l.indicator, l.section, l.rule, l.value_e6, l.target, l.completion_e6, l.base_e4,
       l.points_e4, l.not_applicable, l.inputs::text AS inputs""",
    "bank.score_lines l",
)
"""For scorecards read in the same transaction: only those of complete runs are."""


def line_read(row: Any) -> LineRead:
    """A line of a record with the columns of LINES."""
    return LineRead(
        run=row["run"],
        manager=row["manager"],
        line=row["line"],
        indicator=row["indicator"],
        section=row["section"],
        rule=row["rule"],
        value_e6=_whole(row["value_e6"]),
        target=row["target"],
        completion_e6=_whole(row["completion_e6"]),
        base_e4=row["base_e4"],
        points_e4=row["points_e4"],
        not_applicable=row["not_applicable"],
        inputs=orjson.loads(row["inputs"]),
    )


def _whole(number: Decimal | None) -> int | None:
    return None if number is None else int(number)


async def lines_by_card(
    session: BankSession, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[LineRead, ...]]:
    """The lines of these (run, manager) scorecards of complete runs, in the order of the sheet; one statement."""
    found = await session.rows(
        """SELECT l.run, l.manager, l.line, l.indicator, l.section, l.rule, l.value_e6, l.target, l.completion_e6,
                  l.base_e4, l.points_e4, l.not_applicable, l.inputs::text AS inputs
           FROM unnest($1::text[], $2::text[]) AS asked(run, manager)
           JOIN bank.runs r ON r.run = asked.run AND r.status = 'complete'
           JOIN bank.score_lines l ON l.run = asked.run AND l.manager = asked.manager
           ORDER BY l.run, l.manager, l.line""",
        [run for run, _ in keys],
        [manager for _, manager in keys],
    )
    by_card: dict[tuple[str, str], list[LineRead]] = defaultdict(list)
    for row in found:
        by_card[row["run"], row["manager"]].append(line_read(row))
    return {key: tuple(by_card[key]) for key in keys}
