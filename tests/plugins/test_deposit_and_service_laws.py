"""What holds of deposits, intermediate_income and satisfaction whatever the facts: parts, order, splits, bounds."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.shares.days import ShareSpan
from tests.plugins.laws import (
    CATALOGUE,
    CUSTOMERS,
    LAW,
    QUARTER,
    Facts,
    Measure,
    MeasureOne,
    amount,
    assert_parts_are_the_bank,
    customer,
    days,
    holdings,
    numbered,
    parts_of,
)

FAMILIES = ("deposits", "intermediate_income", "satisfaction")
CODES = sorted(code for code, known in CATALOGUE.indicators.items() if known.plugin in FAMILIES)
CATEGORIES = ("corporate", "savings", "interbank")
KINDS = tuple(
    sorted(known.part for known in CATALOGUE.indicators.values() if known.plugin == FAMILIES[1] and known.part)
)
BASE = QUARTER.previous()

either_quarter = st.dates(BASE.first - timedelta(2), QUARTER.last + timedelta(2))
balance = st.integers(-(10**6), 10**12).map(str) | st.sampled_from(["0", "0.99", "1", "-0.50"])
balances = numbered(
    "account",
    customer=customer,
    kind=st.sampled_from(["deposit", "deposit", "deposit", "loan"]),
    category=st.sampled_from(CATEGORIES),
    balance=balance,
    days=st.tuples(either_quarter, either_quarter).map(sorted),
).map(lambda rows: [row | dict(zip(("from", "to"), row.pop("days"), strict=True)) for row in rows])
facts_of_all = st.fixed_dictionaries(
    {
        "balances": balances,
        "complaints": numbered(
            "complaint",
            customer=customer,
            received_on=days,
            on_time=st.none() | st.booleans(),
            closed_on=st.none() | days,
            upheld=st.none() | st.booleans(),
        ),
        "customers": st.lists(customer, unique=True).map(
            lambda all_: [{"customer": c, "kind": "retail"} for c in all_]
        ),
        "fees": numbered(
            "fee",
            customer=customer,
            day=days,
            kind=st.sampled_from(KINDS),
            amount=st.integers(-(10**9), 10**9).map(str),
        ),
        "interest": numbered(
            "interest", customer=customer, day=days, kind=st.sampled_from(["paid", "due"]), amount=amount
        ),
        "surveys": numbered(
            "answer",
            customer=customer,
            answered_on=days,
            score=st.none() | st.integers(0, 100),
            recommends=st.none() | st.integers(0, 10),
        ),
    }
)


@LAW
@given(code=st.sampled_from(CODES), facts=facts_of_all, shares=holdings())
def test_managers_and_the_unattributed_are_the_bank(
    measured: MeasureOne, code: str, facts: Facts, shares: list[ShareSpan]
) -> None:
    assert_parts_are_the_bank(measured(code, facts, shares), code)


@LAW
@given(code=st.sampled_from(CODES), facts=facts_of_all, shares=holdings(), seed=st.integers())
def test_the_order_of_rows_is_nothing(
    measured: MeasureOne, code: str, facts: Facts, shares: list[ShareSpan], seed: int
) -> None:
    turned = {name: Random(seed).sample(rows, len(rows)) for name, rows in facts.items()}
    assert measured(code, facts=turned, shares=shares[::-1]) == measured(code, facts=facts, shares=shares)


def split(row: dict[str, Any], on: date) -> list[dict[str, Any]]:
    return [row | {"to": on}, row | {"from": on}] if row["from"] < on < row["to"] else [row]


@LAW
@given(
    code=st.sampled_from([code for code in CODES if code.startswith("deposits.")]),
    base_follows=st.sampled_from(["customer", "manager"]),
    facts=facts_of_all,
    shares=holdings(),
    on=either_quarter,
)
def test_a_span_or_a_share_split_in_two_is_the_same(
    measured: MeasureOne, code: str, base_follows: str, facts: Facts, shares: list[ShareSpan], on: date
) -> None:
    halves = {**facts, "balances": [half for row in facts["balances"] for half in split(row, on)]}
    own = {"base_follows": base_follows}
    whole = measured(code, facts=facts, shares=shares, **own)
    assert measured(code, facts=halves, shares=shares, **own) == whole
    cut = [
        piece
        for share in shares
        for piece in (
            [
                ShareSpan(share.customer, share.manager, share.share, share.first, on),
                ShareSpan(share.customer, share.manager, share.share, on, share.until),
            ]
            if share.first < on < share.until
            else [share]
        )
    ]
    again = measured(code, facts, cut, **own)
    assert [part.numerator for part in parts_of(again)] == [part.numerator for part in parts_of(whole)]


@LAW
@given(
    group=st.sampled_from(
        [
            ("deposits.daily_average", [f"deposits.daily_average_{name}" for name in CATEGORIES]),
            ("deposits.daily_average_increment", [f"deposits.daily_average_increment_{name}" for name in CATEGORIES]),
            ("intermediate_income.total", [f"intermediate_income.{name}" for name in KINDS]),
        ]
    ),
    facts=facts_of_all,
    shares=holdings(),
)
def test_the_parts_are_the_whole_measured_together_or_alone(
    measured_together: Measure, group: tuple[str, list[str]], facts: Facts, shares: list[ShareSpan]
) -> None:
    whole, parts = group
    together = measured_together(whole, *parts, facts=facts, shares=shares)
    assert together == [measured_together(code, facts=facts, shares=shares)[0] for code in (whole, *parts)]
    for place in range(len(parts_of(together[0]))):
        [all_, *some] = [parts_of(found)[place].exact for found in together]
        assert all_ == sum(some)


@LAW
@given(facts=facts_of_all, shares=holdings())
def test_whom_the_base_follows_is_nothing_to_the_bank(
    measured: MeasureOne, facts: Facts, shares: list[ShareSpan]
) -> None:
    code = "deposits.daily_average_increment"
    customers = measured(code, facts=facts, shares=shares)
    own = measured(code, facts=facts, shares=shares, base_follows="manager")
    assert customers.bank == own.bank


@LAW
@given(facts=facts_of_all, shares=holdings())
def test_new_deposits_are_what_a_walk_day_by_day_finds(
    measured: MeasureOne, facts: Facts, shares: list[ShareSpan]
) -> None:
    expected = {"m1": 0, "m2": 0, "m3": 0}
    for code in CUSTOMERS:
        day = BASE.first
        while day <= QUARTER.last and fen_on(facts, code, day) < 100:
            day += timedelta(1)
        if day in QUARTER:
            for share in shares:
                if share.customer == code and share.first <= day < share.until:
                    expected[share.manager] += fen_on(facts, code, QUARTER.last) * int(share.share * 10**6)
    found = measured("deposits.new_deposits", facts=facts, shares=shares)
    assert {manager: value.numerator for manager, value in found.managers.items()} == expected


def fen_on(facts: Facts, customer: str, day: date) -> int:
    """A customer's deposits on a day."""
    return sum(
        int(Decimal(row["balance"]) * 100)
        for row in facts["balances"]
        if row["customer"] == customer and row["kind"] == "deposit" and row["from"] <= day < row["to"]
    )


@LAW
@given(
    bounded=st.sampled_from(
        [
            ("satisfaction.complaint_handling_days", 0, 100),
            ("satisfaction.complaints_handled_on_time", 0, 100),
            ("satisfaction.net_promoter_score", -100, 100),
            ("satisfaction.survey_score", 0, 100),
        ]
    ),
    facts=facts_of_all,
    shares=holdings(),
)
def test_averages_stay_between_the_least_and_the_most(
    measured: MeasureOne, bounded: tuple[str, int, int], facts: Facts, shares: list[ShareSpan]
) -> None:
    code, least, most = bounded
    found = measured(code, facts, shares)
    known = [part for part in (*parts_of(found), found.bank) if part.not_applicable is None]
    assert all(least <= part.exact <= most for part in known)


@LAW
@given(facts=facts_of_all, shares=holdings())
def test_the_banks_complaint_rate_is_complaints_over_customers(
    measured: MeasureOne, facts: Facts, shares: list[ShareSpan]
) -> None:
    complaints = sum(row["received_on"] in QUARTER for row in facts["complaints"])
    found = measured("satisfaction.complaint_rate", facts=facts, shares=shares)
    if facts["customers"]:
        assert found.bank.exact * len(facts["customers"]) == 1_000 * complaints
    else:
        assert found.bank.not_applicable == "no_customers"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_its_indicators(family: str) -> None:
    assert (
        len([code for code in CODES if code.startswith(f"{family}.")])
        == {
            "deposits": 11,
            "intermediate_income": 9,
            "satisfaction": 7,
        }[family]
    )
