"""Ibis pieces from which indicators are written: the three usual shapes of rows."""

from collections.abc import Mapping
from typing import Any

import ibis

from core.periods import Period

EXACT = "decimal(38, 0)"


def exact(column: Any) -> Any:
    """The column as decimal(38, 0). Cast before multiplying: int64 products wrap silently on some engines."""
    return column.cast(EXACT)


def nothing(schema: Mapping[str, str]) -> Any:
    """A table of these columns (name → type) without a row."""
    columns = {name: ibis.null().cast(kind) for name, kind in schema.items()}
    return ibis.literal(0).name("none").as_table().select(**columns).filter(ibis.literal(False))


def _shaped(table: Any, first: Any, until: Any, numerator: Any, denominator: Any, ref: Any, part: Any) -> Any:
    return table.select(
        customer=table.customer,
        manager=ibis.null().cast("string"),
        ref=ref,
        first=first,
        until=until,
        numerator=exact(_literal(numerator)),
        denominator=exact(_literal(denominator)),
        **({} if part is None else {"part": part}),
    )


def span_rows(table: Any, numerator: Any, ref: Any, denominator: Any = 0, part: Any = None) -> Any:
    """Rows that count on every day of their span: `table` has customer, first, until.

    `part`: a text column, for indicators that take a part of these rows each; so below.
    """
    return _shaped(table, table["first"], table.until, numerator, denominator, ref, part)


def event_rows(table: Any, day: Any, numerator: Any, ref: Any, denominator: Any = 0, part: Any = None) -> Any:
    """Rows that count on the one day they happened."""
    return _shaped(table, day, day + ibis.interval(days=1), numerator, denominator, ref, part)


def stock_rows(table: Any, period: Period, numerator: Any, ref: Any, denominator: Any = 0, part: Any = None) -> Any:
    """Rows that count for whoever holds the customer on the period's last day."""
    return _shaped(table, ibis.literal(period.last), ibis.literal(period.until), numerator, denominator, ref, part)


def manager_rows(table: Any, day: Any, numerator: Any, ref: Any, denominator: Any = 0) -> Any:
    """Rows about a manager himself, on one day: `table` has manager and no customer; they count whole."""
    return table.select(
        customer=ibis.null().cast("string"),
        manager=table.manager,
        ref=ref,
        first=day,
        until=day + ibis.interval(days=1),
        numerator=exact(_literal(numerator)),
        denominator=exact(_literal(denominator)),
    )


def _literal(value: Any) -> Any:
    return ibis.literal(value) if isinstance(value, int) else value
