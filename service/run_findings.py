"""What a run found, as a terminal tells it: how many by code, the first sentences, and where all of it stands."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from core.errors import Conflict, NotFound
from core.findings.store import FindingRead, finding_read
from core.session import BankSession

COLUMNS = {"severity": "Severity", "code": "Code", "subject": "Subject", "message": "Message", "message_zh": "说明"}
FIRST = 5
"""So many sentences are told before the reader is sent to the whole list."""


async def read_findings(session: BankSession, run: str) -> list[FindingRead]:
    """All findings of a run that is complete or has failed, as they were found. NotFound; RUN_NOT_COMPLETE."""
    asked = await session.row("SELECT status FROM bank.runs WHERE run = $1", run)
    if asked is None:
        raise NotFound(f"There is no run {run[:50]!r}.", run=run[:50])
    if asked["status"] not in ("complete", "failed"):
        raise Conflict(f"Run {run} is {asked['status']}: it has no findings.", code="RUN_NOT_COMPLETE")
    found = await session.rows(
        """SELECT finding, code, severity, subject, message, message_zh, fields::text AS fields
           FROM bank.findings WHERE run = $1 ORDER BY finding""",
        run,
    )
    return [finding_read(row) for row in found]


def body_of(finding: FindingRead) -> dict[str, Any]:
    """As JSON and as a row of a table: code, severity, subject, message, message_zh."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "subject": finding.subject,
        "message": finding.message.en,
        "message_zh": finding.message.zh,
    }


def summary(found: Sequence[FindingRead], run: str, bank: str) -> Iterator[str]:
    """Lines that say how many findings there are by code, most first, the first FIRST of them, and where all stand."""
    if not found:
        return
    counts = Counter(one.code for one in found)
    counted = ", ".join(f"{code} × {count}" for code, count in sorted(counts.items(), key=lambda of: (-of[1], of[0])))
    yield f"{len(found):,} {'finding' if len(found) == 1 else 'findings'}: {counted}"
    for one in found[:FIRST]:
        yield f"  {one.message.en}"
    if len(found) > FIRST:
        yield f"  … and {len(found) - FIRST:,} more"
    yield f"All of them: `meritgraph runs findings {run} --bank {bank}`"
