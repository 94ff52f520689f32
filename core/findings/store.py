"""Findings as read: of deliveries, and of finished runs within a row scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from core.indicators.indicator import Labels
from core.paging import Listing, SortKey
from core.scopes import RowScope
from core.statement import Arguments

NUMBER = SortKey("number", "f.finding", "int")
CODE = SortKey("code", "f.code", "text")
SEVERITY = SortKey("severity", "f.severity", "text")
SUBJECT = SortKey("subject", "f.subject", "text")

_COLUMNS = "f.finding, f.code, f.severity, f.subject, f.message, f.message_zh, f.fields::text AS fields"
OF_DELIVERIES = Listing(_COLUMNS, "bank.findings f", parent="f.delivery", parent_type="bigint")


@dataclass(frozen=True, slots=True)
class FindingRead:
    """Something somebody can act on. `subject` is what it is about: a manager, a scheme, a row."""

    number: int
    code: str
    severity: str
    subject: str
    message: Labels
    fields: Mapping[str, Any]


def finding_read(row: Any) -> FindingRead:
    """A finding of a record with the columns above."""
    return FindingRead(
        number=row["finding"],
        code=row["code"],
        severity=row["severity"],
        subject=row["subject"],
        message=Labels(row["message"], row["message_zh"]),
        fields=orjson.loads(row["fields"]),
    )


def findings_of_runs(scope: RowScope) -> Listing:
    """Findings by run. Whoever sees not everything sees those about managers whose scorecards are in his scope."""
    arguments = Arguments()
    condition = scope.condition(arguments, "c.manager", "c.branch")
    source = """bank.findings f JOIN bank.runs r ON r.run = f.run AND r.status IN ('complete', 'failed')
        LEFT JOIN bank.scorecards c ON c.run = f.run AND c.manager = f.subject"""
    return Listing(_COLUMNS, source, parent="f.run", where=(condition,), arguments=tuple(arguments.values))
