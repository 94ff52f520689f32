"""Bonus and deduction lines: on top of the sheet and off it, within their limits, and never a sheet of their own."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.indicators.indicator import Direction, Indicator, Labels, Sum, Unit
from core.indicators.value import Measured, Value
from core.points.catalogue import BUILT_IN
from core.runs.assess import Assessment, assess
from core.runs.explain import explain_line
from core.runs.scorecard import RunManager, Scorecard
from core.schemes.scheme import read_scheme

LABELS = {"en": "S", "zh": "项"}
LOWER = ("p.late", "p.upheld")
INDICATORS = {
    code: Indicator(
        code,
        Labels(code, code),
        Unit.COUNT,
        Direction.LOWER_IS_BETTER if code in LOWER else Direction.HIGHER_IS_BETTER,
        Sum(),
        rows=None,
    )
    for code in ("p.a", "p.b", "p.new", "p.won", *LOWER)
}
NOTHING = Value(0, 1)
Values = Mapping[str, str]
Score = Callable[..., Assessment]


def line(indicator: str, base: str | None, rule: str, **parameters: Any) -> dict[str, Any]:
    weight = {} if base is None else {"base": base}
    return {"indicator": indicator, "rule": rule, "parameters": parameters, **weight}


def body(bonus: str | None = None, deduction: str | None = None, **more: Any) -> dict[str, Any]:
    """60 + 40 points, bonuses of 2 and 5 each up to 10 and 20, deductions of 5 and 1.5 each up to 20."""
    sections: list[dict[str, Any]] = [
        {
            "code": "extra",
            "kind": "bonus",
            "limit": bonus,
            "lines": [
                line("p.new", None, "points_bonus", points="2", limit="10"),
                line("p.won", None, "points_bonus", points="5", limit="20"),
            ],
        },
        {
            "code": "main",
            "lines": [line("p.a", "60", "points_proportional"), line("p.b", "40", "points_proportional")],
        },
        {
            "code": "conduct",
            "kind": "deduction",
            "limit": deduction,
            "lines": [
                line("p.late", None, "points_deduction", points="1.5", limit="20"),
                line("p.upheld", None, "points_deduction", points="5", limit="20"),
            ],
        },
    ]
    named = [section | {"labels": LABELS} for section in sections]
    return {"code": "sheet", "labels": LABELS, "base_total": "100", "sections": named, **more}


def value(text: str) -> Value:
    if text.startswith("no_"):
        return Value(0, 0, text)
    exact = Fraction(text)
    return Value(exact.numerator, exact.denominator)


def score(sheets: Mapping[str, Values], scheme: dict[str, Any] | None = None, held: int = 90) -> Assessment:
    """Every target is 100; an indicator left out is 100 for p.a and p.b, else 0."""
    read = read_scheme(scheme or body(), INDICATORS, BUILT_IN, 2)
    measured = {
        code: Measured(
            code,
            {
                manager: value(values.get(code, "100" if code in ("p.a", "p.b") else "0"))
                for manager, values in sheets.items()
            },
            NOTHING,
            NOTHING,
        )
        for code in read.indicators
    }
    targets = {(manager, code): (Decimal(100), True) for manager in sheets for code in INDICATORS}
    managers = [RunManager(code, "B1", "manager", "", held) for code in sheets]
    return assess(measured, read, targets, managers, BUILT_IN, 90)


def card(values: Values, scheme: dict[str, Any] | None = None) -> Scorecard:
    return score({"m": values}, scheme).scorecards[0]


def points(found: Scorecard) -> list[int]:
    return [line.points_e4 for line in found.lines]


def test_a_bonus_comes_on_top_and_a_deduction_is_taken_off() -> None:
    found = card({"p.new": "3", "p.won": "1", "p.late": "1", "p.upheld": "2"})
    # 3 × 2 + 1 × 5, 60, 40, −1 × 1.5, −2 × 5: 99.5 of 100
    assert points(found) == [60_000, 50_000, 600_000, 400_000, -15_000, -100_000]
    assert found.points_e4 == 995_000
    assert [line.base_e4 for line in found.lines] == [0, 0, 600_000, 400_000, 0, 0]


def test_a_total_above_the_base_total_finds_its_grade_on_the_scale_of_it() -> None:
    assert card({"p.won": "3"}).grade == "A2"  # 115 of 100: 1,150
    assert card({"p.upheld": "3"}).grade == "C2"  # 85 of 100: 850


def test_a_total_below_zero_takes_the_last_grade_and_no_pay() -> None:
    sheets = {"m1": {"p.a": "0", "p.b": "0", "p.upheld": "1"}, "m2": {}}
    assessment = score(sheets, body(pay={"pool": "10"}))
    best, worst = assessment.scorecards
    assert (best.manager.manager, best.pay_minor) == ("m2", 1000)
    assert (worst.points_e4, worst.grade, worst.pay_minor, worst.rank) == (-50_000, "E3", 0, 2)


def test_pay_by_grade_goes_by_the_multiples() -> None:
    sheets = {"m1": {"p.won": "4"}, "m2": {}, "m3": {"p.a": "no_rows", "p.b": "no_rows"}}
    assessment = score(sheets, body(pay={"rule": "pool_by_grade", "pool": "11.00"}))
    # 120 of 100 is A1, 3.00; 100 of 100 is B2, 2.50: 11.00 × 3 ÷ 5.5 and × 2.5 ÷ 5.5; m3 has no sheet
    assert [each.pay_minor for each in assessment.scorecards] == [600, 500, None]
    assert assessment.undistributed_minor == 0


def test_a_pool_without_a_multiple_is_undistributed_in_the_words_of_grades() -> None:
    grades = {"bands": [{"grade": "all", "multiple": "0"}]}
    assessment = score({"m": {}}, body(pay={"rule": "pool_by_grade", "pool": "1"}, grades=grades))
    assert (assessment.scorecards[0].pay_minor, assessment.undistributed_minor) == (0, 100)
    assert "grade with a multiple above zero" in assessment.findings[0].message


@pytest.mark.parametrize(
    ("limit", "cut"),
    [
        ("16", [60_000, 100_000]),  # 6 + 10, the limit exactly
        ("15.5", [60_000, 95_000]),  # the line where it is met is cut
        ("6", [60_000, 0]),
        ("2", [20_000, 0]),
        ("0", [0, 0]),
        (None, [60_000, 100_000]),
    ],
)
def test_a_section_s_limit_is_spent_in_the_order_of_its_lines(limit: str | None, cut: list[int]) -> None:
    found = card({"p.new": "3", "p.won": "2"}, body(bonus=limit))
    assert points(found)[:2] == cut
    assert found.points_e4 == 1_000_000 + sum(cut)
    off = card({"p.late": "4", "p.upheld": "2"}, body(deduction=limit))  # the same 6 and 10
    assert points(off)[-2:] == [-each for each in cut]
    assert off.points_e4 == 1_000_000 - sum(cut)


def test_a_cut_line_says_so() -> None:
    found = card({"p.late": "4", "p.upheld": "2"}, body(deduction="15.5"))
    whole, cut = (explain_line(each, BUILT_IN) for each in found.lines[-2:])
    rounded = "(rounded to 4 decimals, half away from zero)"
    assert whole.sum.en == f"−1.5 × 4 = −6, not above 0 and not below −20: −6.0000 points {rounded}"
    assert cut.sum.en == (
        f"−5 × 2 = −10, not above 0 and not below −20: −10.0000 points {rounded}; "
        "of the section's limit of 15.5000 points 9.5000 were left: −9.5000 points"
    )
    assert cut.sum.zh.endswith("；本部分限额 15.5000 分，尚余 9.5000 分：−9.5000 分")
    assert (cut.rule, cut.formula) == ("points_deduction", "F8")
    assert (cut.inputs["section_limit"], cut.inputs["section_left"]) == ("15.5000", "9.5000")
    assert "section_limit" not in whole.inputs


@pytest.mark.parametrize("treatment", ["rescale", "base", "zero"])
def test_a_bonus_or_deduction_that_does_not_apply_counts_nothing(treatment: str) -> None:
    values = {"p.new": "no_rows", "p.won": "1", "p.upheld": "no_survey"}
    found = card(values, body(not_applicable=treatment))
    assert points(found) == [0, 50_000, 600_000, 400_000, 0, 0]
    assert (found.lines[0].not_applicable, found.lines[0].inputs) == ("no_rows", {"treatment": "nothing"})
    words = explain_line(found.lines[0], BUILT_IN).sum
    assert words.en == "Not applicable: there is nothing to measure; it adds and deducts nothing"
    assert words.zh == "不适用：无可计量的数据；不加分也不扣分"


@pytest.mark.parametrize(("treatment", "rest"), [("rescale", [0, 1_000_000]), ("base", [600_000, 400_000])])
def test_a_base_goes_to_lines_with_a_base_only(treatment: str, rest: list[int]) -> None:
    found = card({"p.a": "no_rows", "p.new": "1", "p.upheld": "1"}, body(not_applicable=treatment))
    assert points(found) == [20_000, 0, *rest, 0, -50_000]
    assert found.points_e4 == 970_000


@pytest.mark.parametrize("treatment", ["rescale", "base", "zero"])
def test_bonuses_and_deductions_alone_make_no_sheet(treatment: str) -> None:
    absent = {"p.a": "no_rows", "p.b": "no_rows", "p.new": "3", "p.upheld": "1"}
    assessment = score({"m0": absent, "m1": {}}, body(not_applicable=treatment, pay={"pool": "1"}))
    paid, empty = assessment.scorecards
    assert (paid.manager.manager, paid.pay_minor) == ("m1", 100)
    assert (empty.points_e4, empty.grade, empty.rank, empty.pay_minor) == (None, None, None, None)
    assert points(empty) == [60_000, 0, 0, 0, 0, -50_000]
    assert [(finding.code, finding.subject) for finding in assessment.findings] == [("NO_APPLICABLE_LINE", "m0")]


def test_a_target_that_a_rule_does_not_look_at_is_shown_and_not_reckoned_with() -> None:
    bonus = score({"m": {"p.new": "3"}}, held=45).scorecards[0].lines[0]
    assert (bonus.target, bonus.points_e4) == (Decimal("50"), 60_000)
    assert "days_held" not in bonus.inputs
    assert "target" not in explain_line(bonus, BUILT_IN).sum.en


counts = st.one_of(st.just("no_rows"), st.fractions(0, 20, max_denominator=100).map(str))


@given(
    values=st.fixed_dictionaries(dict.fromkeys(INDICATORS, counts)),
    bonus=st.one_of(st.none(), st.decimals(0, 30, places=4).map(str)),
    deduction=st.one_of(st.none(), st.decimals(0, 30, places=4).map(str)),
    treatment=st.sampled_from(["rescale", "base", "zero"]),
)
def test_the_total_is_the_sum_of_its_lines_and_every_limit_holds(
    values: dict[str, str], bonus: str | None, deduction: str | None, treatment: str
) -> None:
    found = card(values, body(bonus=bonus, deduction=deduction, not_applicable=treatment))
    extra, main, conduct = points(found)[:2], points(found)[2:4], points(found)[4:]
    if found.points_e4 is None:
        assert (values["p.a"], values["p.b"]) == ("no_rows", "no_rows")
    else:
        assert found.points_e4 == sum(extra) + sum(main) + sum(conduct)
    assert all(each >= 0 for each in (*extra, *main))
    assert all(each <= 0 for each in conduct)
    assert sum(extra) <= Decimal(bonus or "30") * 10_000
    assert -sum(conduct) <= Decimal(deduction or "40") * 10_000
