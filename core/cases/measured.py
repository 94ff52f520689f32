"""Case rules of measured values (F3, F3b, any indicator), run through the plugin's rows and core's fold."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from core.cases.days import first_and_last, from_and_to, read_shares, share_table
from core.cases.given import Given, invalid
from core.cases.indicator import run_indicator
from core.cases.stand import CaseEngine, CaseFacts, CasePeriod, Span
from core.indicators.indicator import Indicator
from core.indicators.measure import Setting, measure
from core.indicators.value import Measured
from core.periods import Period
from core.plugins.parameters import in_force

_SPAN = {"customer", "from", "to", "balance"}
_LARGEST = 10**37

MeasuredRule = Callable[[Any, Mapping[str, Indicator], CaseEngine], Mapping[str, Any]]


def _daily_average(content: Any, indicators: Mapping[str, Indicator], engine: CaseEngine) -> Mapping[str, Any]:
    given = Given(content, {"period", "spans", "shares"})
    period = CasePeriod(*first_and_last(given, "period"))
    return _run("deposits.daily_average", given, period, indicators, engine)


def _increment(content: Any, indicators: Mapping[str, Indicator], engine: CaseEngine) -> Mapping[str, Any]:
    given = Given(content, {"period", "base_period", "spans", "shares"})
    base = Period(*first_and_last(given, "base_period"))
    period = CasePeriod(*first_and_last(given, "period"), base)
    return _run("deposits.daily_average_increment", given, period, indicators, engine)


def _run(
    code: str, given: Given, period: CasePeriod, indicators: Mapping[str, Indicator], engine: CaseEngine
) -> Mapping[str, Any]:
    shares = read_shares(given, period)
    if code not in indicators:
        raise invalid("the rule", f"needs a plugin that measures {code}")
    balances = [(row, row.number("balance")) for row in given.rows("spans", _SPAN)]
    digits = _digits([balance for _, balance in balances])
    spans = [_span(row, int(balance * 10**digits)) for row, balance in balances]
    setting = Setting(
        engine=engine.engine,
        facts=CaseFacts(spans),
        shares=share_table(shares),
        period=period,
        managers={share.manager for share in shares},
        digits=digits,
        parameters=in_force([indicators[code]], {}, period, digits),
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
    return Span(row.code("customer"), *from_and_to(row, "spans"), balance)


MEASURED: Mapping[str, MeasuredRule] = {
    "daily_average": _daily_average,
    "daily_average_increment": _increment,
    "indicator": run_indicator,
}
"""By the rule a case names."""
