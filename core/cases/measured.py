"""Case rules of measured values (F3, F3b), run through the plugin's rows and core's share join and fold."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa

from core.cases.given import Given, day, invalid
from core.cases.stand import CaseEngine, CaseFacts, CasePeriod, Span
from core.indicators.indicator import Indicator
from core.indicators.measure import Setting, measure
from core.indicators.value import Measured
from core.numbers import PPM
from core.periods import Period
from core.shares.days import ShareSpan, check_days

_SPAN = {"customer", "from", "to", "balance"}
_SHARE = {"customer", "manager", "share", "from", "to"}
_LARGEST = 10**37

MeasuredRule = Callable[[Any, Mapping[str, Indicator], CaseEngine], Mapping[str, Any]]


def _daily_average(content: Any, indicators: Mapping[str, Indicator], engine: CaseEngine) -> Mapping[str, Any]:
    given = Given(content, {"period", "spans", "shares"})
    period = CasePeriod(*_days(given, "period"))
    return _run("deposits.daily_average", given, period, indicators, engine)


def _increment(content: Any, indicators: Mapping[str, Indicator], engine: CaseEngine) -> Mapping[str, Any]:
    given = Given(content, {"period", "base_period", "spans", "shares"})
    base = Period(*_days(given, "base_period"))
    period = CasePeriod(*_days(given, "period"), base)
    return _run("deposits.daily_average_increment", given, period, indicators, engine)


def _days(given: Given, name: str) -> tuple[date, date]:
    """First and last day, both inclusive."""
    both = given[name]
    if not isinstance(both, list) or len(both) != 2:
        raise invalid(f"given.{name}", "must be a list of its first and last day")
    first, last = (day(each, f"given.{name}") for each in both)
    if last < first:
        raise invalid(f"given.{name}", "must not end before it begins")
    return first, last


def _run(
    code: str, given: Given, period: CasePeriod, indicators: Mapping[str, Indicator], engine: CaseEngine
) -> Mapping[str, Any]:
    shares = [_share(row) for row in given.rows("shares", _SHARE)]
    check_days(shares, period)
    if any((share.share * PPM).denominator != 1 for share in shares):
        raise invalid("given.shares", "has a share with more than 6 decimals")
    if code not in indicators:
        raise invalid("the rule", f"needs a plugin that measures {code}")
    balances = [(row, row.number("balance")) for row in given.rows("spans", _SPAN)]
    digits = _digits([balance for _, balance in balances])
    spans = [_span(row, int(balance * 10**digits)) for row, balance in balances]
    setting = Setting(
        engine=engine.engine,
        facts=CaseFacts(spans),
        shares=_share_table(shares),
        period=period,
        managers={share.manager for share in shares},
        digits=digits,
        parameters={},
    )
    return _shown(measure(indicators[code], setting), period)


def _shown(measured: Measured, period: Period) -> Mapping[str, Any]:
    return {
        "days": period.days,
        "value": {manager: value.text() for manager, value in measured.managers.items()},
        "unattributed": measured.unattributed.text(),
    }


def _digits(balances: Sequence[Fraction]) -> int:
    """How many decimals it takes to write all balances as whole numbers."""
    digits = 0
    while any((balance * 10**digits).denominator != 1 for balance in balances):
        digits += 1
    if any(abs(balance) * 10**digits >= _LARGEST for balance in balances):
        raise invalid("given.spans", "has balances with too many digits")
    return digits


def _span(row: Given, balance: int) -> Span:
    return Span(row.code("customer"), *_from_to(row, "spans"), balance)


def _from_to(row: Given, name: str) -> tuple[date, date]:
    """First day and the day after the last."""
    first, until = row.day("from"), row.day("to")
    if until < first:
        raise invalid(f"given.{name}", f"has a row that ends on {until}, before it begins on {first}")
    return first, until


def _share(row: Given) -> ShareSpan:
    return ShareSpan(row.code("customer"), row.code("manager"), row.number("share"), *_from_to(row, "shares"))


def _share_table(shares: Sequence[ShareSpan]) -> Any:
    return ibis.memtable(
        pa.table(
            {
                "customer": pa.array([share.customer for share in shares], pa.string()),
                "manager": pa.array([share.manager for share in shares], pa.string()),
                "first": pa.array([share.first for share in shares], pa.date32()),
                "until": pa.array([share.until for share in shares], pa.date32()),
                "share_ppm": pa.array([int(share.share * PPM) for share in shares], pa.int64()),
            }
        )
    )


MEASURED: Mapping[str, MeasuredRule] = {
    "daily_average": _daily_average,
    "daily_average_increment": _increment,
}
"""By the rule a case names."""
