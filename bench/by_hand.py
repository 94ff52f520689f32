"""The six indicators as an engineer would write them for this one bank: plain DuckDB SQL over the same files.

What the product's own measuring is held against, in time and in every integer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from core.facts.snapshot import FactFileRef, Snapshot
from core.facts.store import FactStore
from core.periods import Period

Folded = Mapping[str, tuple[int, int]]
"""Manager → N and D, as DESIGN §4 defines them (a sum's D is 0)."""


def _blocks() -> list[tuple[str, str]]:
    """The statements of by_hand.sql, each with its name."""
    text = (Path(__file__).parent / "by_hand.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- ([a-z_.]+)\n", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


BLOCKS = _blocks()
INDICATORS = tuple(name for name, _ in BLOCKS if name != "make")


@dataclass(frozen=True)
class Files:
    """Where everything stands."""

    store: FactStore
    bank: str
    facts: Snapshot
    shares: Path

    def parameters(self, period: Period) -> dict[str, Any]:
        """What the statements ask for."""
        base = period.previous()
        spans = [*self.facts.files("balances", "closed"), *self.facts.files("balances", "open")]
        return {
            "shares": str(self.shares),
            "accounts": self._paths(self.facts.list_on("accounts", period.last)),
            "loans": self._paths(self.facts.list_on("loans", period.last)),
            "fees": self._paths(file for file in self.facts.files("fees", "record") if file.month in period.months),
            "spans": self._paths(file for file in spans if file.month in period.months),
            "base_spans": self._paths(file for file in spans if file.month in base.months),
            "first": period.first,
            "last": period.last,
            "until": period.until,
            "base_first": base.first,
            "base_until": base.until,
            "base_days": base.days,
        }

    def _paths(self, files: Any) -> list[str]:
        found: Sequence[FactFileRef] = list(files)
        return [str(self.store.path(self.bank, file.sha256)) for file in found]


def fold_by_hand(files: Files, period: Period, memory: str, threads: int) -> dict[str, Folded]:
    """Indicator → what every manager comes to. A session of its own, with the product's memory and threads."""
    engine = duckdb.connect(
        config={"memory_limit": memory, "threads": str(threads), "preserve_insertion_order": "false"}
    )
    known = files.parameters(period)
    found: dict[str, Folded] = {}
    try:
        for name, statement in BLOCKS:
            rows = engine.execute(statement, _asked(statement, known)).fetchall()
            if name != "make":
                found[name] = {manager: (int(n), int(d)) for manager, n, d in rows}
        return found
    finally:
        engine.close()


def _asked(statement: str, known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: known[name] for name in set(re.findall(r"\$([a-z_]+)", statement))}
