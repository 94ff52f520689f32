"""What became of a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.facts.findings import DeliveryFinding
from core.runs.affected import AffectedRun


@dataclass(frozen=True)
class DeliveryReport:
    """`status`: accepted, unchanged (this content is in force already), refused, or dry_run (nothing was written).

    `delivery`: its number, None of a dry run. `supersedes`: the delivery it takes, or would take, the place of.
    `zeroes`: how many balances an empty snapshot takes, or would take, away, also one refused for want of a reason.
    `affected`: complete runs whose facts an accepted delivery changes; of a dry run, those it may affect. `findings`
    are at most 1,000; `counts` tells how many there are by rule. `is_refused`: it is refused, or of a dry run would be;
    findings without that are of the `set_aside` rows that were left out.
    `changes`: of a bank's own list (core/registers), how many rows were, or would be, added, changed, ended, unchanged.
    """

    status: str
    fact: str
    shape: str
    business_day: date
    source: str
    delivery: int | None = None
    rows: int = 0
    supersedes: int | None = None
    zeroes: int | None = None
    affected: tuple[AffectedRun, ...] = ()
    set_aside: int = 0
    is_refused: bool = False
    changes: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[DeliveryFinding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
