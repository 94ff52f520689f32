"""Ibis pieces from which indicators are written: the three usual shapes of rows."""

from typing import Any

import ibis

from core.periods import Period

EXACT = "decimal(38, 0)"


def exact(column: Any) -> Any:
    """The column as decimal(38, 0). Cast before multiplying: int64 products wrap silently on some engines."""
    return column.cast(EXACT)


def _shaped(table: Any, first: Any, until: Any, numerator: Any, denominator: Any, ref: Any) -> Any:
    return table.select(
        customer=table.customer,
        manager=ibis.null().cast("string"),
        ref=ref,
        first=first,
        until=until,
        numerator=exact(_literal(numerator)),
        denominator=exact(_literal(denominator)),
    )


def span_rows(table: Any, numerator: Any, ref: Any, denominator: Any = 0) -> Any:
    """Rows that count on every day of their span: `table` has customer, first, until."""
    return _shaped(table, table.first, table.until, numerator, denominator, ref)


def event_rows(table: Any, day: Any, numerator: Any, ref: Any, denominator: Any = 0) -> Any:
    """Rows that count on the one day they happened."""
    return _shaped(table, day, day + ibis.interval(days=1), numerator, denominator, ref)


def stock_rows(table: Any, period: Period, numerator: Any, ref: Any, denominator: Any = 0) -> Any:
    """Rows that count for whoever holds the customer on the period's last day."""
    return _shaped(table, ibis.literal(period.last), ibis.literal(period.until), numerator, denominator, ref)


def _literal(value: Any) -> Any:
    return ibis.literal(value) if isinstance(value, int) else value
