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
    """A run's frozen inputs. `frozen`: branches, managers, scheme, shares, targets → file.

    `reads`: the fact tables its indicators read; None of a run made before that was written down.
    """

    period: Period
    scheme: str
    version: int
    facts: Snapshot
    frozen: Mapping[str, FrozenFile]
    reads: tuple[str, ...] | None = None

    def body(self) -> dict[str, Any]:
        """As kept in the run's row."""
        reads = {} if self.reads is None else {"reads": list(self.reads)}
        return reads | {
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
            reads=tuple(body["reads"]) if "reads" in body else None,
        )

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical text: files are named by their content, so this covers every row."""
        return hashlib.sha256(orjson.dumps(self.body(), option=orjson.OPT_SORT_KEYS)).hexdigest()
