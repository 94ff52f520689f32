"""What holds of every loans and risk indicator, whatever the facts: parts equal the whole, order is nothing, bounds."""

from datetime import date
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.shares.days import ShareSpan
from tests.plugins.laws import (
    CATALOGUE,
    LAW,
    QUARTER,
    Facts,
    MeasureOne,
    amount,
    assert_parts_are_the_bank,
    customer,
    days,
    holdings,
    manager,
    numbered,
    parts_of,
)

CODES = sorted(code for code, known in CATALOGUE.indicators.items() if known.plugin in ("loans", "risk"))

classes = st.sampled_from(["normal", "special_mention", "substandard", "doubtful", "loss"])
some_loan = st.sampled_from([f"k{number}" for number in range(6)])


maybe_day = st.none() | days
loans = numbered(
    "loan",
    customer=customer,
    granted_on=st.dates(date(2026, 5, 1), date(2026, 10, 3)),
    amount=amount,
    outstanding=st.none() | amount,
    classification=classes,
    overdue_days=st.none() | st.integers(0, 200),
    written_off_on=maybe_day,
)
tables = {
    "balances": numbered(
        "account",
        customer=customer,
        kind=st.sampled_from(["loan", "deposit"]),
        balance=amount,
        days=st.tuples(days, days).map(sorted),
    ).map(lambda rows: [row | dict(zip(("from", "to"), row.pop("days"), strict=True)) for row in rows]),
    "control_reviews": numbered("review", manager=manager, day=days, score=st.integers(0, 100).map(str)),
    "customers": st.just([{"customer": "c1", "kind": "retail", "credit_grade": "AA"}]),
    "foreclosed_assets": numbered("disposal", asset=st.just("x"), customer=customer, day=days, proceeds=amount),
    "interest": numbered(
        "interest", customer=customer, day=days, kind=st.sampled_from(["due", "received", "paid"]), amount=amount
    ),
    "loan_classes": numbered("change", loan=some_loan, customer=customer, day=days, classification=classes),
    "loan_exits": numbered("exit", loan=some_loan, customer=customer, day=days, classification=classes, amount=amount),
    "loans": st.tuples(loans, loans).map(
        lambda both: dict(zip((QUARTER.previous().last, QUARTER.last), both, strict=True))
    ),
    "operation_checks": numbered("check", manager=manager, day=days, compliant=st.booleans()),
    "recoveries": numbered("recovery", customer=customer, day=days, kind=st.just("written_off"), amount=amount),
    "three_checks": numbered("check", customer=customer, stage=st.just("after"), due_on=days, done_on=maybe_day),
}
facts_of_all = st.fixed_dictionaries(tables)


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
    turned = {name: _shuffled(rows, Random(seed)) for name, rows in facts.items()}
    assert measured(code, turned, shares[::-1]) == measured(code, facts, shares)


def _shuffled(rows: Any, chance: Random) -> Any:
    if isinstance(rows, dict):
        return {day: _shuffled(listed, chance) for day, listed in rows.items()}
    return chance.sample(rows, len(rows))


@LAW
@given(
    code=st.sampled_from(
        ["compliant_operation_rate", "new_npl_ratio", "npl_ratio", "overdue_ratio", "three_checks_done"]
    ),
    facts=facts_of_all,
    shares=holdings(),
)
def test_a_part_never_exceeds_its_whole(measured: MeasureOne, code: str, facts: Facts, shares: list[ShareSpan]) -> None:
    found = measured(f"risk.{code}", facts, shares)
    assert all(0 <= part.exact <= 100 for part in (*parts_of(found), found.bank) if part.not_applicable is None)


@LAW
@given(facts=facts_of_all, shares=holdings(), which=st.integers(0, 5))
def test_a_loan_that_gets_worse_never_lowers_the_npl_ratio(
    measured: MeasureOne, facts: Facts, shares: list[ShareSpan], which: int
) -> None:
    loans = facts["loans"][QUARTER.last]
    worse = [loan | ({"classification": "loss"} if n == which else {}) for n, loan in enumerate(loans)]
    before = measured("risk.npl_ratio", facts, shares)
    after = measured("risk.npl_ratio", {**facts, "loans": {QUARTER.last: worse}}, shares)
    for was, now in zip(parts_of(before), parts_of(after), strict=True):
        assert (was.not_applicable, was.denominator) == (now.not_applicable, now.denominator)
        assert was.numerator <= now.numerator


@LAW
@given(facts=facts_of_all, shares=holdings(), days_overdue=st.integers(1, 150), more=st.integers(1, 50))
def test_a_later_start_of_being_overdue_never_raises_the_overdue_ratio(
    measured: MeasureOne, facts: Facts, shares: list[ShareSpan], days_overdue: int, more: int
) -> None:
    soon = measured("risk.overdue_ratio", facts, shares, overdue_from_days=days_overdue)
    late = measured("risk.overdue_ratio", facts, shares, overdue_from_days=days_overdue + more)
    assert all(a.numerator >= b.numerator for a, b in zip(parts_of(soon), parts_of(late), strict=True))


@LAW
@given(facts=facts_of_all, shares=holdings(), row=st.tuples(customer, days, amount))
def test_a_recovery_more_adds_exactly_itself(
    measured: MeasureOne, facts: Facts, shares: list[ShareSpan], row: tuple[str, date, str]
) -> None:
    who, day, yuan = row
    more = {"recovery": "more", "customer": who, "day": day, "kind": "non_performing", "amount": yuan}
    before = measured("risk.recovered", facts, shares)
    after = measured("risk.recovered", {**facts, "recoveries": [*facts["recoveries"], more]}, shares)
    assert after.bank.exact - before.bank.exact == (int(yuan) if day in QUARTER else 0)
    for was, now in zip(parts_of(before), parts_of(after), strict=True):
        assert was.exact <= now.exact


@LAW
@given(facts=facts_of_all, shares=holdings())
def test_twice_the_interest_is_twice_the_yield(measured: MeasureOne, facts: Facts, shares: list[ShareSpan]) -> None:
    twice = [row | {"amount": str(2 * int(row["amount"]))} for row in facts["interest"]]
    once = measured("loans.yield", facts, shares)
    found = measured("loans.yield", {**facts, "interest": twice}, shares)
    for a, b in zip(parts_of(once), parts_of(found), strict=True):
        assert (2 * a.numerator, a.denominator, a.not_applicable) == (b.numerator, b.denominator, b.not_applicable)


@LAW
@given(facts=facts_of_all, shares=holdings())
def test_quality_loans_are_a_part_of_loans_granted(measured: MeasureOne, facts: Facts, shares: list[ShareSpan]) -> None:
    good, every = measured("loans.quality_loans_granted", facts, shares), measured("loans.granted", facts, shares)
    assert all(a.exact <= b.exact for a, b in zip(parts_of(good), parts_of(every), strict=True))
