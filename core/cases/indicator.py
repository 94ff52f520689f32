"""The case rule `indicator`: a few facts and shares, and what any installed indicator makes of them.

given:
  indicator: loans.granted
  period: [2026-07-01, 2026-09-30]       # base_period: … where it is not the calendar's one before
  facts: {loans: [{loan: l1, …}]}        # amounts in major units, as text
  shares: [{customer: c1, manager: m1, share: "1", from: …, to: …}]
  managers: [m2]                         # who is scored beside those whom shares and facts name
  parameters: {name: value}              # of the indicator's plugin, in place of its own
expect:
  value: {m1: "1.000000", m2: {not_applicable: reason}}
  unattributed: "0.000000"
  bank: "1.000000"
"""

from collections.abc import Mapping
from typing import Any

from core.cases.days import first_and_last, read_shares, share_table
from core.cases.facts import read_tables
from core.cases.given import Given, code, invalid, mapping
from core.cases.stand import CaseEngine, CasePeriod
from core.indicators.indicator import Derived, Indicator
from core.indicators.measure import Setting, derive, in_order, measure
from core.indicators.value import Measured, Value
from core.periods import Period
from core.plugins.parameters import in_force

_KNOWN = {"indicator", "period", "base_period", "facts", "shares", "managers", "parameters", "digits"}


def run_indicator(content: Any, indicators: Mapping[str, Indicator], engine: CaseEngine) -> Mapping[str, Any]:
    """Values by manager, of what nobody holds and of the bank, to 6 decimals or with the reason why there is none."""
    given = Given(content, _KNOWN)
    name = given.code("indicator")
    if name not in indicators:
        raise invalid("given.indicator", f"needs a plugin that measures {name}")
    base = Period(*first_and_last(given, "base_period")) if given.get("base_period") is not None else None
    setting = _setting(given, CasePeriod(*first_and_last(given, "period"), base), indicators[name], indicators, engine)
    values: dict[str, Measured] = {}
    for indicator in in_order([name], indicators):
        is_derived = isinstance(indicator.fold, Derived)
        values[indicator.code] = derive(indicator, values) if is_derived else measure(indicator, setting)
    measured = values[name]
    return {
        "value": {manager: _shown(value) for manager, value in measured.managers.items()},
        "unattributed": _shown(measured.unattributed),
        "bank": _shown(measured.bank),
    }


def _setting(
    given: Given, period: CasePeriod, indicator: Indicator, indicators: Mapping[str, Indicator], engine: CaseEngine
) -> Setting:
    digits = 2 if given.get("digits") is None else given["digits"]
    if not isinstance(digits, int) or not 0 <= digits <= 4:
        raise invalid("given.digits", "must be 0 to 4")
    shares = read_shares(given, period)
    facts = read_tables(given["facts"], engine.tables, digits)
    own = {indicator.plugin: mapping(given.get("parameters") or {}, "given.parameters")}
    others = [code(manager, "given.managers") for manager in given.get("managers") or ()]
    return Setting(
        engine=engine.engine,
        facts=facts,
        shares=share_table(shares),
        period=period,
        managers={share.manager for share in shares} | facts.managers | set(others),
        digits=digits,
        parameters=in_force(in_order([indicator.code], indicators), own, period, digits),
    )


def _shown(value: Value) -> str | Mapping[str, str] | None:
    return value.text() if value.not_applicable is None else {"not_applicable": value.not_applicable}
