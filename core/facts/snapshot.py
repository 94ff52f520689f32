"""Which files are a bank's facts: now, or as they were after a delivery. What a run freezes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.facts.fact_table import FactKind, FactTable
from core.periods import Period
from core.session import BankSession

_IN_FORCE = """
    SELECT fact, part, month, sha256, rows FROM bank.fact_files
    WHERE until_delivery IS NULL ORDER BY fact COLLATE "C", part COLLATE "C", month, sha256 COLLATE "C" """

_AS_OF = """
    SELECT fact, part, month, sha256, rows FROM bank.fact_files
    WHERE since_delivery <= $1 AND (until_delivery IS NULL OR until_delivery > $1)
    ORDER BY fact COLLATE "C", part COLLATE "C", month, sha256 COLLATE "C" """


@dataclass(frozen=True, order=True)
class FactFileRef:
    """One file. `part`: record, closed or open. `month`: its first day; of a complete list, its business day;
    0001-01-01 for what has neither, as lists had that were delivered before they stayed in force.
    """

    part: str
    month: date
    sha256: str
    rows: int


@dataclass(frozen=True)
class Snapshot:
    """Fact table → its files, both in a fixed order. A table never delivered is not there."""

    tables: Mapping[str, tuple[FactFileRef, ...]]

    def files(self, fact: str, part: str) -> tuple[FactFileRef, ...]:
        """The files of one part of a fact table; none if it was never delivered."""
        return tuple(file for file in self.tables.get(fact, ()) if file.part == part)

    @property
    def named(self) -> frozenset[str]:
        """The hashes of all its files."""
        return frozenset(file.sha256 for files in self.tables.values() for file in files)

    def list_on(self, fact: str, day: date) -> tuple[FactFileRef, ...]:
        """The complete list that holds on a day: the newest of a business day up to it, else the earliest after."""
        lists = self.files(fact, "record")
        before = [file.month for file in lists if file.month <= day]
        chosen = max(before) if before else min((file.month for file in lists), default=None)
        return tuple(file for file in lists if file.month == chosen)

    def as_read(self, tables: Mapping[str, FactTable], period: Period) -> "Snapshot":
        """Only what a run of the period reads: no records behind spans, and few of the complete lists.

        Of those, the ones that hold on the last days of the period's months, of its base period's, and on the day
        before that: with lists every day, the others would be hundreds.
        """
        base = period.previous()
        days = [month - timedelta(days=1) for month in (*base.months, *period.months)] + [period.last]
        kept = {}
        for fact, files in self.tables.items():
            if fact in tables and tables[fact].kind is FactKind.STATE:
                held = {file for day in days for file in self.list_on(fact, day)}
                kept[fact] = tuple(file for file in files if file in held)
            else:
                kept[fact] = tuple(file for file in files if file.part != "record") or files
        return Snapshot(kept)

    def body(self) -> dict[str, list[list[Any]]]:
        """As JSON: fact → [[part, month, sha256, rows], …]."""
        return {
            fact: [[file.part, file.month.isoformat(), file.sha256, file.rows] for file in files]
            for fact, files in self.tables.items()
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Snapshot":
        """Back from `body()`."""
        return cls(
            {
                fact: tuple(sorted(FactFileRef(part, date.fromisoformat(m), sha, rows) for part, m, sha, rows in files))
                for fact, files in sorted(body.items())
            }
        )


async def current(session: BankSession) -> Snapshot:
    """The facts as this session's transaction sees them."""
    return _snapshot(await session.rows(_IN_FORCE))


async def as_of(session: BankSession, delivery: int) -> Snapshot:
    """The facts as they were when that delivery had just been accepted."""
    return _snapshot(await session.rows(_AS_OF, delivery))


def _snapshot(rows: list[Any]) -> Snapshot:
    tables: dict[str, list[FactFileRef]] = defaultdict(list)
    for row in rows:
        tables[row["fact"]].append(FactFileRef(row["part"], row["month"], row["sha256"], row["rows"]))
    return Snapshot({fact: tuple(files) for fact, files in tables.items()})
