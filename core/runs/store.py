"""Runs as read: state, progress, hashes. Results of a run stand in `cards` and `lines`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from core.indicators.indicator import Labels
from core.paging import Listing, SortKey
from core.session import BankSession

ID = SortKey("id", "r.run", "text")
REQUESTED_AT = SortKey("requested_at", "r.requested_at", "moment")
FINISHED_AT = SortKey("finished_at", "r.finished_at", "moment", nullable=True)
PERIOD = SortKey("period", "r.period", "text")
PUBLISHED_AT = SortKey("published_at", "p.published_at", "moment", nullable=True)
SCHEME = SortKey("scheme", "r.scheme", "text")
STATUS = SortKey("status", "r.status", "text")

IN_FORCE = """p.run IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM bank.publications later JOIN bank.runs o ON o.run = later.run
      WHERE o.scheme = r.scheme AND o.period = r.period
        AND (later.published_at, later.run) > (p.published_at, p.run))"""
"""Whether a run of RUNS was published, and no other of its scheme and period after it."""
_COLUMNS = f"""r.run, r.scheme, r.version, s.label, s.label_zh, r.period, r.kind, r.status, r.stage, r.done, r.total,
    r.requested_by, r.requested_at, r.started_at, r.finished_at, r.inputs_hash, r.results_hash,
    r.versions::text AS versions, r.error::text AS error, r.despite::text AS despite, p.published_at, p.published_by,
    {IN_FORCE} AS in_force"""
_SOURCE = """bank.runs r JOIN bank.schemes s ON s.scheme = r.scheme
    LEFT JOIN bank.publications p ON p.run = r.run"""
RUNS = Listing(_COLUMNS, _SOURCE)


@dataclass(frozen=True, slots=True)
class RunRead:
    """One run. `error`: {code, message} of a failed one. `versions`: what computed it, beside the hashes.
    `despite`: reasons not to run that its starter overruled.

    `in_force`: published, and no other run of its scheme and period was published after it.
    """

    run: str
    scheme: str
    version: int
    scheme_labels: Labels
    period: str
    kind: str
    status: str
    stage: str
    done: int
    total: int
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    inputs_hash: str | None
    results_hash: str | None
    versions: Mapping[str, Any]
    error: Mapping[str, Any] | None
    despite: Sequence[str]
    published_at: datetime | None
    published_by: str | None
    in_force: bool


def run_read(row: Any) -> RunRead:
    """A run of a record with the columns of RUNS."""
    return RunRead(
        run=row["run"],
        scheme=row["scheme"],
        version=row["version"],
        scheme_labels=Labels(row["label"], row["label_zh"]),
        period=row["period"],
        kind=row["kind"],
        status=row["status"],
        stage=row["stage"],
        done=row["done"],
        total=row["total"],
        requested_by=row["requested_by"],
        requested_at=row["requested_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        inputs_hash=row["inputs_hash"],
        results_hash=row["results_hash"],
        versions=orjson.loads(row["versions"] or "{}") or {},
        error=orjson.loads(row["error"]) if row["error"] else None,
        despite=orjson.loads(row["despite"]),
        published_at=row["published_at"],
        published_by=row["published_by"],
        in_force=row["in_force"],
    )


async def runs_by_id(session: BankSession, runs: Sequence[str]) -> dict[str, RunRead]:
    """The runs of these ids, as far as they exist."""
    found = await session.rows(
        f"SELECT {_COLUMNS} FROM {_SOURCE} WHERE r.run = ANY($1)",  # noqa: S608
        list(runs),
    )
    return {row["run"]: run_read(row) for row in found}
