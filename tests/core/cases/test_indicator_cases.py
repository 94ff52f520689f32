"""The case rule `indicator`: facts by table, what is invalid in them, and what a case may say of parameters."""

from collections.abc import Callable

import pytest

from core.cases.case import Report

RunText = Callable[[str], Report]

LOAN = '{loan: l1, customer: c1, granted_on: 2026-07-01, amount: "100.50", classification: normal}'
SHARE = '{customer: c1, manager: m1, share: "0.5", from: 2026-01-01, to: 9999-12-31}'
GIVEN = f"indicator: loans.granted, period: [2026-07-01, 2026-09-30], facts: {{loans: [{LOAN}]}}, shares: [{SHARE}]"
EXPECT = 'value: {m1: "50.250000"}, unattributed: "50.250000", bank: "100.500000"'


def case(given: str, expect: str = EXPECT) -> str:
    return f"- {{name: n, rule: indicator, given: {{{given}}}, expect: {{{expect}}}}}"


def test_a_case_of_an_indicator_passes(run_text: RunText) -> None:
    assert run_text(case(GIVEN)).lines == ["1 passed, 0 failed"]


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("facts: {loans:", "facts: {lones:", "given.facts.lones is no fact table"),
        ("loan: l1, ", "", "given.facts.loans.loan is needed"),
        ("loan: l1, ", "loan: l1, colour: red, ", "does not know colour"),
        ("loan: l1, ", "loan: 1, ", "must name codes as text"),
        ("classification: normal", "classification: fine", "must be one of normal, special_mention"),
        ('"100.50"', '"100.505"', "at most 2 decimals"),
        ('"100.50"', "100.50", "must be a decimal in quotes"),
        ("2026-07-01, amount", '"2026-07-01", amount', "must be a date"),
        (f"[{LOAN}]", "{yesterday: []}", "must be a date"),
        (f"[{LOAN}]", "7", "must be a list"),
        ("loans.granted", "loans.stolen", "needs a plugin that measures loans.stolen"),
        ("shares: [", "digits: 9, shares: [", "given.digits must be 0 to 4"),
        ("shares: [", "colour: red, shares: [", "does not know colour"),
        ("shares: [", "managers: [1], shares: [", "must name codes as text"),
    ],
)
def test_facts_that_make_no_sense_fail_as_invalid(run_text: RunText, written: str, instead: str, said: str) -> None:
    assert written in GIVEN
    [line, _] = run_text(case(GIVEN.replace(written, instead))).lines
    assert "an invalid case" in line
    assert said in line


def test_an_amount_has_the_decimals_that_the_case_says(run_text: RunText) -> None:
    given = GIVEN.replace('"100.50"', '"100"').replace("shares: [", "digits: 0, shares: [")
    assert run_text(case(given, EXPECT.replace("50.25", "50.00").replace("100.50", "100.00"))).failures == ()


def test_managers_named_besides_have_what_no_rows_mean(run_text: RunText) -> None:
    given = GIVEN.replace("loans.granted", "risk.npl_ratio").replace("shares: [", "managers: [m9], shares: [")
    expect = 'value: {m1: "0.000000", m9: {not_applicable: no_loans}}, unattributed: "0.000000", bank: "0.000000"'
    assert run_text(case(given, expect)).lines == ["1 passed, 0 failed"]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ("{quality_grades: []}", "PARAMETER_INVALID"),
        ("{quality_grades: AAA}", "PARAMETER_INVALID"),
    ],
)
def test_a_parameter_that_a_scheme_could_not_set_is_refused(run_text: RunText, parameters: str, code: str) -> None:
    given = GIVEN.replace("loans.granted", "loans.quality_loans_granted")
    given = given.replace("shares: [", f"parameters: {parameters}, shares: [")
    assert run_text(case(given, f"error: {code}")).lines == ["1 passed, 0 failed"]


def test_shares_that_give_a_customer_away_twice_are_refused(run_text: RunText) -> None:
    given = GIVEN.replace(SHARE, f"{SHARE}, {SHARE.replace('m1', 'm2').replace('0.5', '0.6')}")
    assert run_text(case(given, "error: SHARES_EXCEED_ONE")).lines == ["1 passed, 0 failed"]


@pytest.mark.parametrize(
    ("days", "bank"),
    [
        ("2026-06-30: [LOAN], 2026-09-30: []", "0.000000"),  # the newest up to the last day
        ("2026-06-30: [LOAN], 2026-10-01: []", "100.500000"),  # one of October is too late
        ("2026-10-01: [LOAN]", "100.500000"),  # unless there is none before
    ],
)
def test_of_several_lists_the_newest_up_to_the_last_day_holds(run_text: RunText, days: str, bank: str) -> None:
    given = GIVEN.replace(f"[{LOAN}]", f"{{{days.replace('LOAN', LOAN)}}}").replace(f"[{SHARE}]", "[]")
    expect = f'value: {{}}, unattributed: "{bank}", bank: "{bank}"'
    assert run_text(case(given, expect)).lines == ["1 passed, 0 failed"]
