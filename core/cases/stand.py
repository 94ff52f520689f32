"""What a measured case stands on: an engine of its own and the case's spans as a bank's facts."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import ibis
import pyarrow as pa

from core.errors import InputError
from core.facts.fact_table import FactTable
from core.indicators.engine import Engine
from core.periods import Period

_MEMORY = "256MB"
_AMOUNT = pa.decimal128(38, 0)


class CaseEngine:
    """One engine session for all cases, opened for the first that measures and closed at the end.

    `tables`: the fact tables a case may give, by name.
    """

    def __init__(self, tables: Mapping[str, FactTable] | None = None) -> None:
        self.tables = tables or {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._engine: Engine | None = None

    def __enter__(self) -> "CaseEngine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None and self._folder is not None:
            self._engine.close()
            self._folder.cleanup()

    @property
    def engine(self) -> Engine:
        """The session; it sees an empty folder."""
        if self._engine is None:
            self._folder = tempfile.TemporaryDirectory(prefix="meritgraph-cases-")
            self._engine = Engine(Path(self._folder.name), _MEMORY, threads=1)
        return self._engine


@dataclass(frozen=True, order=True)
class CasePeriod(Period):
    """A case's period: any days, with the base period the case names instead of the calendar's previous one."""

    base: Period | None = None

    def previous(self) -> Period:
        return self.base or super().previous()


@dataclass(frozen=True)
class Span:
    """A customer's balance, a whole number of the case's smallest unit, from `first` until (exclusive) `until`."""

    customer: str
    first: date
    until: date
    balance: int


@dataclass(frozen=True)
class CaseFacts:
    """Implements `Facts` over a case's spans: every span is a deposit account of its own."""

    spans: Sequence[Span]

    def balance_days(self, period: Period) -> Any:
        """A case's balances as they are."""
        return self.table("balances", period)

    def table(self, name: str, period: Period) -> Any:
        """`balances`, clipped to the period; a case gives nothing else."""
        if name != "balances":
            raise InputError(f"A case gives no fact table {name}.", code="CASE_INVALID")
        clipped = [
            (f"a{number}", span.customer, max(span.first, period.first), min(span.until, period.until), span.balance)
            for number, span in enumerate(self.spans)
            if span.first < period.until and period.first < span.until
        ]
        account, customer, first, until, balance = zip(*clipped, strict=True) if clipped else ((),) * 5
        return ibis.memtable(
            pa.table(
                {
                    "account": pa.array(account, pa.string()),
                    "customer": pa.array(customer, pa.string()),
                    "kind": pa.array(["deposit"] * len(clipped), pa.string()),
                    "category": pa.array(["savings"] * len(clipped), pa.string()),
                    "first": pa.array(first, pa.date32()),
                    "until": pa.array(until, pa.date32()),
                    "balance": pa.array(balance, _AMOUNT),
                }
            )
        )
