"""A bank's facts at one snapshot, bound to an engine session as Ibis tables."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

from core.errors import InputError
from core.facts.fact_table import ColumnType, FactKind, FactTable
from core.facts.snapshot import FactFileRef, Snapshot
from core.facts.store import FactStore
from core.indicators.engine import Engine
from core.indicators.expressions import nothing
from core.indicators.merging import merged
from core.periods import FOREVER, Period, first_of_month

_TYPES = {
    ColumnType.CODE: "string",
    ColumnType.DAY: "date",
    ColumnType.MONEY: "int64",
    ColumnType.INTEGER: "int64",
    ColumnType.DECIMAL6: "int64",
    ColumnType.FLAG: "boolean",
}
_SPANS = {"account": "string", "valid_from": "date", "valid_until": "date", "balance": "int64"}


class BoundFacts:
    """Implements `Facts`. `period`: the run's; balances of whatever period are joined with its accounts.

    `keep`: what is bound is computed once and kept, so that each file is read once a run. Without it tables stay
    views, and a question about one manager's customers reads only what it needs.
    """

    def __init__(
        self,
        engine: Engine,
        store: FactStore,
        bank: str,
        snapshot: Snapshot,
        tables: Mapping[str, FactTable],
        period: Period,
        *,
        keep: bool = True,
    ) -> None:
        self._engine, self._store, self._bank = engine, store, bank
        self._snapshot, self._tables, self._period, self._keep = snapshot, tables, period, keep
        self._bound: dict[tuple[str, str], Any] = {}
        self._merged: dict[Period, Any] = {}
        self._shares: Any | None = None

    def table(self, name: str, period: Period) -> Any:
        """As `Facts.table`. FACT_UNKNOWN for a table that neither core nor an enabled plugin declares."""
        if name not in self._tables:
            raise InputError(f"No fact table {name!r} is declared by core or an enabled plugin.", code="FACT_UNKNOWN")
        table = self._tables[name]
        suffix = f"{period.first:%Y%m%d}_{period.last:%Y%m%d}"
        lists: tuple[FactFileRef, ...] = ()
        if table.kind is FactKind.STATE:
            lists = self._snapshot.list_on(name, period.last)
            suffix = f"{lists[0].month:%Y%m%d}" if lists else "none"
        if (name, suffix) not in self._bound:
            match table.kind:
                case FactKind.EVENT:
                    expression = self._events(name, period)
                case FactKind.BALANCE:
                    expression = self._balances(name, period)
                case _:
                    expression = self._read(lists, self._schema(name))
            self._bound[name, suffix] = self._named(table, suffix, expression)
        return self._bound[name, suffix]

    def merge_by(self, shares: Any) -> None:
        """From now on `balance_days` may merge what these shares (customer, first, until, …) count alike."""
        self._shares = shares

    def balance_days(self, period: Period) -> Any:
        """As `Facts.balance_days`."""
        balances = self.table("balances", period)
        if self._shares is None:
            return balances
        if period not in self._merged:
            name = f"balance_days_{period.first:%Y%m%d}_{period.last:%Y%m%d}"
            self._merged[period] = self._engine.keep(name, merged(balances, self._shares, period))
        return self._merged[period]

    def _named(self, table: FactTable, suffix: str, expression: Any) -> Any:
        name = f"fact_{table.name}_{suffix}"
        if not self._keep:
            return self._engine.view(name, expression)
        # Spans have their coded columns from the accounts, where they are kept as such.
        coded = () if table.kind is FactKind.BALANCE else [column.name for column in table.columns if column.codes]
        return self._engine.keep(name, expression, coded)

    def _read(self, files: Sequence[FactFileRef], schema: Mapping[str, str]) -> Any:
        """The columns of `schema`; one that a file does not have, being older than the column, is empty there."""
        if not files:
            return nothing(schema)
        paths = [self._store.path(self._bank, file.sha256) for file in files]
        found = self._engine.files(paths, sum(file.rows for file in files))
        newer = {name: ibis.null().cast(kind) for name, kind in schema.items() if name not in found.columns}
        return found.mutate(**newer).select(*schema)

    def _schema(self, name: str) -> dict[str, str]:
        return {column.name: _TYPES[column.type] for column in self._tables[name].columns}

    def _events(self, name: str, period: Period) -> Any:
        files = [file for file in self._snapshot.files(name, "record") if file.month in period.months]
        rows = self._read(files, self._schema(name))
        day = rows[self._tables[name].day]
        return rows.filter(day.between(ibis.literal(period.first), ibis.literal(period.last)))

    def _balances(self, name: str, period: Period) -> Any:
        spans = self._read([f for f in self._spans(name) if f.month in period.months], _SPANS)
        carried = self._carried(name, period)
        if carried is not None:
            spans = spans.union(carried)
        first, until = ibis.literal(period.first), ibis.literal(period.until)
        spans = spans.filter(spans.valid_from < until, spans.valid_until > first)
        accounts = self.table("accounts", self._period)
        # A left join: a balance whose account is unknown must not vanish from the bank's total in silence.
        joined = spans.left_join(accounts, spans.account == accounts.account)
        return joined.select(
            account=spans.account,
            customer=joined.customer,
            kind=joined.kind,
            category=joined.category,
            first=ibis.greatest(spans.valid_from, first),
            until=ibis.least(spans.valid_until, until),
            balance=spans.balance,
        )

    def _spans(self, name: str) -> list[FactFileRef]:
        return [*self._snapshot.files(name, "closed"), *self._snapshot.files(name, "open")]

    def _carried(self, name: str, period: Period) -> Any | None:
        """The last known balances, running on past the newest derived month, when the period reaches beyond it."""
        known = [f for f in self._snapshot.files(name, "open") if f.month <= first_of_month(period.last)]
        if not known or max(f.month for f in known) == first_of_month(period.last):
            return None
        newest = max(f.month for f in known)
        running = self._read([f for f in known if f.month == newest], _SPANS)
        beyond = running.mutate(valid_from=running.valid_until, valid_until=ibis.literal(FOREVER))
        return beyond.select(*_SPANS)

    def balances_without_account(self) -> int:
        """How many accounts have balances, in what was bound, but stand in no list of accounts."""
        unknown = 0
        for (name, _), bound in self._bound.items():
            if self._tables[name].kind is FactKind.BALANCE:
                lost = bound.filter(bound.customer.isnull()).account.nunique()
                unknown = max(unknown, self._engine.scalar(lost))
        return unknown
