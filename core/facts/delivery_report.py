"""What became of a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.facts.findings import DeliveryFinding


@dataclass(frozen=True)
class DeliveryReport:
    """`status`: accepted, unchanged (this content is in force already), refused, or dry_run (nothing was written).

    `delivery`: its number, None of a dry run. `supersedes`: the delivery it takes, or would take, the place of.
    `findings` are at most 1,000; `counts` tells how many there are by rule. A dry run with findings would be refused.
    """

    status: str
    fact: str
    shape: str
    business_day: date
    source: str
    delivery: int | None = None
    rows: int = 0
    supersedes: int | None = None
    findings: tuple[DeliveryFinding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
