"""Which complete runs were made on other lists than the bank has now: shares, posts and targets that changed since.

The audit trail says what changed and for which days: every change of these lists stands in it, with its days.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from core.periods import FOREVER, Period
from core.session import BankSession

LISTS = frozenset({"managers", "shares", "targets"})
"""Those every run reads."""

_CHANGES = """
    SELECT at, action, subject, detail ->> 'day' AS day, detail ->> 'first_day' AS first_day,
           detail ->> 'until' AS until, (detail -> 'periods')::text AS periods
    FROM bank.audit
    WHERE action IN ('shares:import', 'shares:set', 'managers:import', 'targets:import', 'targets:set') AND at > $1
      AND detail - 'unchanged' - 'first_day' - 'until' - 'periods' <> '{}'
      AND (action NOT LIKE '%:set' OR detail -> 'first_rows' <> '[]')
      AND ($2::text[] IS NULL OR action LIKE '%:import' AND subject = ANY($2))
    ORDER BY record"""


@dataclass(frozen=True)
class ListChange:
    """One change of a list, by a file or by hand: for days from `first` until (exclusive) `until`, or for `periods`."""

    name: str
    at: datetime
    first: date
    until: date
    periods: frozenset[str]
    delivery: int | None

    def counts_in(self, period: Period) -> bool:
        """Whether a run of the period read what was changed: it reads shares of its base period too."""
        if self.periods:
            return str(period) in self.periods
        return self.first <= period.last and self.until > period.previous().first


async def changed_lists(
    session: BankSession, runs: Sequence[Any], deliveries: Collection[int] | None = None
) -> Mapping[str, tuple[ListChange, ...]]:
    """Run → what changed since it began. `runs`: rows with run, period, started_at. `deliveries`: by these only."""
    began = [row["started_at"] for row in runs if row["started_at"] is not None]
    if not began:
        return {}
    rows = await session.rows(_CHANGES, min(began), None if deliveries is None else [str(one) for one in deliveries])
    changes = [_change(row) for row in rows]
    found: dict[str, tuple[ListChange, ...]] = defaultdict(tuple)
    for run in runs:
        period = Period.parse(run["period"])
        since = run["started_at"]
        mine = tuple(one for one in changes if since is not None and one.at > since and one.counts_in(period))
        if mine:
            found[run["run"]] = mine
    return found


def _change(row: Any) -> ListChange:
    name, _, act = row["action"].partition(":")
    first = row["day"] or row["first_day"]
    periods = [row["subject"]] if row["action"] == "targets:set" else orjson.loads(row["periods"] or "[]")
    return ListChange(
        name=name,
        at=row["at"],
        first=date.fromisoformat(first) if first else date.min,
        until=date.fromisoformat(row["until"]) if row["until"] else FOREVER,
        periods=frozenset(periods),
        delivery=int(row["subject"]) if act == "import" else None,
    )
