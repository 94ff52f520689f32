"""Which files are a bank's facts: now, or as they were after a delivery. What a run freezes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

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
    """One file. `part`: record, closed or open; `month`: its first day, 0001-01-01 for what has no months."""

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

    def as_read(self) -> "Snapshot":
        """Only what a run reads: where spans are derived, the records behind them are left out."""
        return Snapshot(
            {
                fact: tuple(file for file in files if file.part != "record") or files
                for fact, files in self.tables.items()
            }
        )

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
