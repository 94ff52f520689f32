"""F3 and F3b through the plugin's rows and core's fold, against a reckoning day by day."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.cases.case import Report
from core.cases.measured import MEASURED
from core.cases.stand import CaseEngine
from core.errors import InputError, ShareRefused
from core.indicators.indicator import Indicator
from core.numbers import fraction_text

RunText = Callable[[str], Report]
Indicators = Mapping[str, Indicator]

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
BASE_FIRST, BASE_LAST = date(2026, 1, 10), date(2026, 2, 5)  # neither a calendar period nor the one just before


def span(customer: str, first: date, until: date, balance: str) -> dict[str, Any]:
    return {"customer": customer, "from": first, "to": until, "balance": balance}


def share(customer: str, manager: str, part: str, first: date, until: date) -> dict[str, Any]:
    return {"customer": customer, "manager": manager, "share": part, "from": first, "to": until}


def measured(rule: str, content: dict[str, Any], indicators: Indicators) -> Mapping[str, Any]:
    with CaseEngine() as engine:
        return MEASURED[rule](content, indicators, engine)


def test_amounts_may_hold_parts_of_a_minor_unit(indicators: Indicators) -> None:
    content = {
        "period": [FIRST, LAST],
        "spans": [span("c1", FIRST, date(9999, 12, 31), "0.00031"), span("c2", FIRST, LAST, "-31.5")],
        "shares": [share("c1", "m1", "0.5", FIRST, LAST), share("c2", "m2", "1", FIRST, LAST)],
    }
    assert measured("daily_average", content, indicators) == {
        "days": 31,
        # 0.00031 × 0.5 × 30 ÷ 31 = 0.00015; −31.5 × 30 ÷ 31 = −30.48387096…
        "value": {"m1": "0.000150", "m2": "-30.483871"},
        "unattributed": "0.000160",  # 0.00031 − 0.00015; what c2 holds ends with its share
    }


def test_a_manager_without_a_day_in_the_period_has_zero(indicators: Indicators) -> None:
    before = date(2026, 1, 1)
    content = {
        "period": [FIRST, LAST],
        "spans": [span("c1", before, LAST + timedelta(1), "31")],
        "shares": [share("c1", "gone", "1", before, FIRST)],
    }
    got = measured("daily_average", content, indicators)
    assert (got["value"], got["unattributed"]) == ({"gone": "0.000000"}, "31.000000")


def test_nothing_given_is_nothing_measured(indicators: Indicators) -> None:
    content: dict[str, Any] = {"period": [FIRST, FIRST], "spans": [], "shares": []}
    expected = {"days": 1, "value": {}, "unattributed": "0.000000"}
    assert measured("daily_average", content, indicators) == expected


def test_the_base_period_is_the_one_the_case_names(indicators: Indicators) -> None:
    content = {
        "period": [FIRST, LAST],
        "base_period": [BASE_FIRST, BASE_LAST],  # 27 days
        "spans": [span("c1", BASE_LAST, FIRST, "2700"), span("c1", FIRST, date(9999, 12, 31), "500")],
        "shares": [share("c1", "m1", "1", FIRST, date(9999, 12, 31))],
    }
    got = measured("daily_average_increment", content, indicators)
    assert got["value"] == {"m1": "400.000000"}  # 500 − 2700 × 1 ÷ 27; the days between the periods do not count


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ([("m1", "0", FIRST, LAST)], "SHARE_OUT_OF_RANGE"),
        ([("m1", "-0.1", FIRST, LAST)], "SHARE_OUT_OF_RANGE"),
        ([("m1", "1.000001", FIRST, LAST)], "SHARE_OUT_OF_RANGE"),
        # out of range by less than a millionth: the range is looked at before the decimals
        ([("m1", "1.0000001", FIRST, LAST)], "SHARE_OUT_OF_RANGE"),
        ([("m1", "-0.0000001", FIRST, LAST)], "SHARE_OUT_OF_RANGE"),
        ([("m1", "0.3333333", FIRST, LAST), ("m2", "2", FIRST, LAST)], "SHARE_OUT_OF_RANGE"),
        ([("m1", "0.5000001", FIRST, LAST), ("m2", "0.5", FIRST, LAST)], "SHARES_EXCEED_ONE"),
        ([("m1", "0.6", FIRST, LAST), ("m2", "0.5", FIRST, LAST)], "SHARES_EXCEED_ONE"),
        # one day is enough, in the middle as at either end
        ([("m1", "0.6", FIRST, date(2026, 3, 11)), ("m2", "0.5", date(2026, 3, 10), LAST)], "SHARES_EXCEED_ONE"),
        ([("m1", "0.6", BASE_FIRST, date(2026, 3, 2)), ("m2", "0.5", BASE_FIRST, LAST)], "SHARES_EXCEED_ONE"),
        ([("m1", "0.6", BASE_FIRST, date(9999, 12, 31)), ("m2", "0.5", LAST, date(9999, 12, 31))], "SHARES_EXCEED_ONE"),
        ([("m1", "0.6", FIRST, LAST), ("m2", "0.6", FIRST, LAST), ("m3", "2", FIRST, LAST)], "SHARE_OUT_OF_RANGE"),
    ],
)
@pytest.mark.parametrize("rule", ["daily_average", "daily_average_increment"])
def test_shares_that_cannot_be_are_refused(
    rule: str, shares: list[tuple[str, str, date, date]], code: str, indicators: Indicators
) -> None:
    content: dict[str, Any] = {
        "period": [FIRST, LAST],
        "spans": [],
        "shares": [share("c1", *each) for each in shares],
    }
    if rule == "daily_average_increment":
        content["base_period"] = [BASE_FIRST, BASE_LAST]
    with pytest.raises(ShareRefused) as refused:
        measured(rule, content, indicators)
    assert refused.value.code == code


def test_days_outside_the_period_may_be_anything(indicators: Indicators) -> None:
    content = {
        "period": [FIRST, LAST],
        "spans": [span("c1", FIRST, LAST + timedelta(1), "62")],
        "shares": [
            share("c1", "m1", "0.5", BASE_FIRST, LAST + timedelta(9)),
            share("c1", "m2", "0.9", BASE_FIRST, FIRST),
            share("c1", "m3", "0.9", LAST + timedelta(1), date(9999, 12, 31)),
        ],
    }
    got = measured("daily_average", content, indicators)
    assert got["value"] == {"m1": "31.000000", "m2": "0.000000", "m3": "0.000000"}


SPAN = "{customer: c, balance: '1', from: 2026-03-01, to: 2026-03-02}"
SHARE = "{customer: c, manager: m, share: '0.1', from: 2026-03-01, to: 2026-03-02}"
PERIOD = "[2026-03-01, 2026-03-31]"


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (PERIOD, "[2026-03-01]"),
        (PERIOD, "[2026-03-02, 2026-03-01]"),
        (PERIOD, "[2026-03-01, '2026-03-31']"),
        (f"[{SPAN}]", "{}"),
        ("balance: '1'", "balance: 1.5"),
        ("balance: '1'", "amount: '1'"),
        ("share: '0.1'", "share: '0.1234567'"),
        ("manager: m", "manager: 1"),
        ("to: 2026-03-02", "to: 2026-02-28"),
        ("to: 2026-03-02", "to: 2026-03-02 10:00:00"),
    ],
)
def test_spans_and_shares_that_make_no_sense_fail_as_invalid(run_text: RunText, written: str, instead: str) -> None:
    given_text = f"{{period: {PERIOD}, spans: [{SPAN}], shares: [{SHARE}]}}"
    assert written in given_text
    case = f"- {{name: n, rule: daily_average, given: {given_text.replace(written, instead)}, expect: {{days: 31}}}}"
    assert "an invalid case" in run_text(case).lines[0]


def test_a_rule_whose_plugin_is_missing_fails_and_says_so(indicators: Indicators) -> None:
    content: dict[str, Any] = {"period": [FIRST, LAST], "spans": [], "shares": []}
    with CaseEngine() as engine, pytest.raises(InputError, match="needs a plugin that measures"):
        MEASURED["daily_average"](content, {}, engine)


days = st.dates(BASE_FIRST - timedelta(5), LAST + timedelta(5))
ranges = st.tuples(days, days).map(lambda both: (min(both), max(both)))
customers = st.sampled_from(["c1", "c2"])
spans = st.builds(
    lambda customer, days, balance: span(customer, days[0], days[1], str(balance)),
    customers,
    ranges,
    st.decimals(-(10**6), 10**12, places=3),
)
shares = st.builds(
    lambda customer, manager, days, part: share(customer, manager, str(part), days[0], days[1]),
    customers,
    st.sampled_from(["m1", "m2", "m3"]),
    ranges,
    st.decimals("0.000001", "0.25", places=6),
)


def on(row: dict[str, Any], day: date) -> bool:
    return bool(row["from"] <= day < row["to"])


def by_hand(content: dict[str, Any], base_days: list[date]) -> dict[str, Any]:
    """Σ over days of (balance − base average) × share ÷ days, one day and one row after the other."""
    period_days = [FIRST + timedelta(number) for number in range((LAST - FIRST).days + 1)]
    value = {row["manager"]: Fraction(0) for row in content["shares"]}
    whole = Fraction(0)
    for customer in ("c1", "c2"):
        rows = [row for row in content["spans"] if row["customer"] == customer]
        base = sum(Fraction(row["balance"]) for row in rows for day in base_days if on(row, day))
        average = Fraction(base, len(base_days)) if base_days else Fraction(0)
        for day in period_days:
            today = sum((Fraction(row["balance"]) for row in rows if on(row, day)), Fraction(0)) - average
            whole += today
            for row in content["shares"]:
                if row["customer"] == customer and on(row, day):
                    value[row["manager"]] += today * Fraction(row["share"])
    count = len(period_days)
    return {
        "days": count,
        "value": {manager: fraction_text(each / count, 6) for manager, each in value.items()},
        "unattributed": fraction_text((whole - sum(value.values())) / count, 6),
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=st.lists(spans, max_size=6), shares=st.lists(shares, max_size=4))
def test_the_engine_agrees_with_a_reckoning_day_by_day(
    spans: list[dict[str, Any]], shares: list[dict[str, Any]], indicators: Indicators
) -> None:
    content: dict[str, Any] = {"period": [FIRST, LAST], "spans": spans, "shares": shares}
    assert measured("daily_average", content, indicators) == by_hand(content, [])
    base_days = [BASE_FIRST + timedelta(number) for number in range((BASE_LAST - BASE_FIRST).days + 1)]
    with_base = content | {"base_period": [BASE_FIRST, BASE_LAST]}
    assert measured("daily_average_increment", with_base, indicators) == by_hand(content, base_days)
