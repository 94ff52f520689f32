"""What a run stands on, frozen: the list of fact files and every row of the database that was read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from core.facts.snapshot import Snapshot
from core.periods import Period


@dataclass(frozen=True)
class FrozenFile:
    """A Parquet file of frozen rows, named by its SHA-256."""

    sha256: str
    rows: int


@dataclass(frozen=True)
class Inputs:
    """A run's frozen inputs. `frozen`: branches, managers, scheme, shares, targets → file."""

    period: Period
    scheme: str
    version: int
    facts: Snapshot
    frozen: Mapping[str, FrozenFile]

    def body(self) -> dict[str, Any]:
        """As kept in the run's row."""
        return {
            "period": str(self.period),
            "scheme": self.scheme,
            "version": self.version,
            "facts": self.facts.body(),
            "frozen": {name: {"sha256": file.sha256, "rows": file.rows} for name, file in sorted(self.frozen.items())},
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Inputs":
        """Back from the run's row."""
        return cls(
            period=Period.parse(body["period"]),
            scheme=body["scheme"],
            version=body["version"],
            facts=Snapshot.of(body["facts"]),
            frozen={name: FrozenFile(file["sha256"], file["rows"]) for name, file in body["frozen"].items()},
        )

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical text: files are named by their content, so this covers every row."""
        return hashlib.sha256(orjson.dumps(self.body(), option=orjson.OPT_SORT_KEYS)).hexdigest()
