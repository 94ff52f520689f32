"""Every line can say in words how it came about."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from core.points.catalogue import BUILT_IN
from core.runs.assess import Assessment
from core.runs.explain import Explanation, explain, explain_line
from core.schemes.scheme import Scheme

Assess = Callable[..., Assessment]
MakeScheme = Callable[..., Scheme]

ROUNDED = "(rounded to 4 decimals, half away from zero)"


def explained(assessment: Assessment, line: int = 0) -> Explanation:
    return explain_line(assessment.scorecards[0].lines[line], BUILT_IN)


def test_a_scored_line_shows_rule_formula_inputs_and_sum(assess_with: Assess) -> None:
    explanation = explained(assess_with({"m": {"p.a": "110", "p.b": "1"}}))
    assert (explanation.rule, explanation.formula) == ("points_proportional", "F6")
    assert explanation.sum.en == f"60 × 110 ÷ 100 = 66, within 0 and 120: 66.0000 points {ROUNDED}"
    assert explanation.sum.zh == "60 × 110 ÷ 100 = 66，限于 0 至 120 之间：66.0000 分（四舍五入，保留 4 位小数）"
    assert explanation.rounding.en == "rounded to 4 decimals, half away from zero"
    assert dict(explanation.inputs) == {
        "numerator": "110",
        "denominator": "1",
        "base": "60",
        "cap_multiple": "2",
        "target": "100",
    }


def test_a_prorated_target_is_told(assess_with: Assess) -> None:
    explanation = explained(assess_with({"m": {"p.a": "10"}}, days={"m": 30}))
    assert explanation.sum.en == (
        f"60 × 10 ÷ (100 ÷ 3) = 18, within 0 and 120: 18.0000 points {ROUNDED}; target 100 × 30 ÷ 90 days held"
    )
    assert explanation.sum.zh.endswith("；目标值按在岗天数折算：100 × 30 ÷ 90")


def test_a_rescaled_base_is_told(assess_with: Assess) -> None:
    assessment = assess_with({"m": {"p.a": "100", "p.b": "no_loans"}})
    assert explained(assessment).sum.en == (
        f"100 × 100 ÷ 100 = 100, within 0 and 200: 100.0000 points {ROUNDED}; "
        "base 100 instead of 60, because other lines are not applicable"
    )
    gone = explained(assessment, 1)
    assert gone.sum.en == "Not applicable: no loans; its base went to the other lines"
    assert gone.sum.zh == "不适用：无贷款；其基准分按比例分配至其他指标"
    assert (gone.rule, gone.formula, gone.rounding.en) == (
        "points_proportional",
        "F6",
        "no points, nothing to round",
    )


@pytest.mark.parametrize(
    ("treatment", "words"),
    [
        ("base", "Not applicable: no survey; it counts its base of 40.0000 points"),
        ("zero", "Not applicable: no survey; it counts 0.0000 points"),
    ],
)
def test_the_scheme_s_treatment_and_a_plugin_s_own_reason_are_told(
    treatment: str, words: str, assess_with: Assess, make_scheme: MakeScheme
) -> None:
    scheme = make_scheme(not_applicable=treatment)
    assessment = assess_with({"m": {"p.a": "100", "p.b": "no_survey"}}, scheme)
    assert explained(assessment, 1).sum.en == words


@pytest.mark.parametrize(
    ("target", "words"), [(None, "there is no target"), (Decimal(0), "the target is not above zero")]
)
def test_a_bad_target_is_told(target: Decimal | None, words: str, assess_with: Assess) -> None:
    targets = {("m", "p.b"): (Decimal(1), True)} | ({("m", "p.a"): (target, True)} if target is not None else {})
    explanation = explained(assess_with({"m": {"p.a": "1", "p.b": "1"}}, targets=targets))
    assert explanation.sum.en == f"Not applicable: {words}; its base went to the other lines"


def test_a_measured_line_shows_its_division(assess_with: Assess, make_scheme: MakeScheme) -> None:
    scheme = make_scheme(measures=["p.shown"])
    explanation = explained(assess_with({"m": {"p.a": "1", "p.shown": "-200/3"}}, scheme), 2)
    assert (explanation.rule, explanation.formula) == (None, None)
    assert explanation.sum.en == ("(−200) ÷ 3 = -66.666667 (shown with 6 decimals); measured only, it earns no points")


def test_a_measured_line_may_be_not_applicable(assess_with: Assess, make_scheme: MakeScheme) -> None:
    scheme = make_scheme(measures=["p.shown"])
    explanation = explained(assess_with({"m": {"p.a": "1", "p.shown": "no_rows"}}, scheme), 2)
    assert explanation.sum.en == "Not applicable: there is nothing to measure"


def test_a_rule_that_is_gone_leaves_its_points() -> None:
    explanation = explain("stars.by_luck", {"luck": "7"}, None, 12_345, BUILT_IN)
    assert explanation.sum.en == "1.2345 points by the rule stars.by_luck, whose plugin is not installed now"
    assert (explanation.formula, explanation.inputs) == (None, {"luck": "7"})
