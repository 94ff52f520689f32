"""What a sender says of one file beside its mapping: totals to check, a correction, a completion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class ControlTotals:
    """The sender's own totals of the file: `rows` it holds, `sums` by our column in shown units (major money units).

    A total that does not match refuses the whole file, whatever the bank does with bad rows.
    """

    rows: int | None = None
    sums: Mapping[str, Decimal] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """As JSON, sums as text and in the order of their columns."""
        return {"rows": self.rows, "sums": {column: f"{self.sums[column]:f}" for column in sorted(self.sums)}}


@dataclass(frozen=True)
class Terms:
    """`correction`: why facts of a closed period change (needed there). `completes`: the delivery whose rows were set
    aside and are now brought again, corrected. `set_aside`: whether bad rows are left out instead of refusing the
    file; None: as the bank's settings say. `entry`: the manual entry whose rows these are; its delivery has the shape
    `entry-<number>` and `correction` is its reason, whatever the period.
    """

    control: ControlTotals | None = None
    correction: str = ""
    completes: int | None = None
    set_aside: bool | None = None
    entry: int | None = None


PLAIN = Terms()
