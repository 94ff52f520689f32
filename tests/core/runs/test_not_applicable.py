"""Lines that do not apply: their base goes to others, counts, or counts zero, as the scheme says."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.assess import Assessment
from core.runs.bases import RescaledBases
from core.runs.scorecard import ScoreLine
from core.schemes.scheme import Scheme

Assess = Callable[..., Assessment]
MakeScheme = Callable[..., Scheme]

SECTIONS = [{"p.a": "10", "p.b": "30"}, {"p.c": "40", "p.d": "20"}]


def lines(assessment: Assessment) -> list[ScoreLine]:
    return list(assessment.scorecards[0].lines)


def test_by_default_the_base_stays_in_its_section(assess_with: Assess, make_scheme: MakeScheme) -> None:
    scored = lines(
        assess_with({"m": {"p.a": "100", "p.b": "no_rows", "p.c": "100", "p.d": "50"}}, make_scheme(SECTIONS))
    )
    assert [(line.base_e4, line.points_e4) for line in scored] == [
        (400_000, 400_000),  # 10 + 30
        (0, 0),
        (400_000, 400_000),
        (200_000, 100_000),
    ]
    assert scored[1].not_applicable == "no_rows"
    assert scored[0].inputs["scheme_base"] == "10"
    assert scored[1].inputs["treatment"] == "rescale"
    assert "scheme_base" not in scored[2].inputs


def test_the_base_of_a_whole_section_goes_to_the_rest_of_the_sheet(
    assess_with: Assess, make_scheme: MakeScheme
) -> None:
    values = {"p.a": "no_rows", "p.b": "no_rows", "p.c": "100", "p.d": "100"}
    scored = lines(assess_with({"m": values}, make_scheme(SECTIONS)))
    # 40 × 100 ÷ 60 = 66.6666…, 20 × 100 ÷ 60 = 33.3333…
    assert [line.base_e4 for line in scored] == [0, 0, 666_667, 333_333]
    assert [line.points_e4 for line in scored] == [0, 0, 666_667, 333_333]


def test_a_rescaled_base_is_exact_until_the_points_are_rounded(assess_with: Assess, make_scheme: MakeScheme) -> None:
    values = {"p.a": "no_rows", "p.b": "no_rows", "p.c": "150", "p.d": "100"}
    # 200 ÷ 3 × 1.5 = 100 exactly; with the rounded base 66.6667 it would be 100.0001
    assert lines(assess_with({"m": values}, make_scheme(SECTIONS)))[2].points_e4 == 1_000_000


def test_sections_that_remain_keep_their_weights_to_each_other() -> None:
    bases = RescaledBases(["x", "x", "y", "z"], [Fraction(10), Fraction(10), Fraction(20), Fraction(30)])
    # inside x: 10 → 20; then 20 : 20 share the 30 of z equally
    assert list(bases.without((False, True, False, True))) == [Fraction(35), 0, Fraction(35), 0]


@pytest.mark.parametrize(("treatment", "points_e4"), [("base", 300_000), ("zero", 0)])
def test_a_scheme_may_count_the_base_or_zero(
    treatment: str, points_e4: int, assess_with: Assess, make_scheme: MakeScheme
) -> None:
    values = {"p.a": "100", "p.b": "no_rows", "p.c": "100", "p.d": "100"}
    assessment = assess_with({"m": values}, make_scheme(SECTIONS, not_applicable=treatment))
    scored = lines(assessment)
    assert [(line.base_e4, line.points_e4) for line in scored] == [
        (100_000, 100_000),
        (300_000, points_e4),
        (400_000, 400_000),
        (200_000, 200_000),
    ]
    assert (scored[1].not_applicable, scored[1].inputs["treatment"]) == ("no_rows", treatment)
    assert assessment.scorecards[0].points_e4 == 700_000 + points_e4


@pytest.mark.parametrize("treatment", ["rescale", "base", "zero"])
def test_a_sheet_without_an_applicable_line_has_no_result_and_a_finding(
    treatment: str, assess_with: Assess, make_scheme: MakeScheme
) -> None:
    scheme = make_scheme(not_applicable=treatment, pay={"pool": "10"})
    nothing = {"p.a": "no_rows", "p.b": "no_rows"}
    assessment = assess_with({"m0": nothing, "m1": {"p.a": "1"}}, scheme)
    paid, empty = assessment.scorecards
    assert (paid.manager.manager, paid.pay_minor, paid.rank) == ("m1", 1000, 1)
    assert empty.manager.manager == "m0"
    assert (empty.points_e4, empty.grade, empty.multiple_e2) == (None, None, None)
    assert (empty.pay_minor, empty.rank, empty.rank_in_branch) == (None, None, None)
    assert [line.points_e4 for line in empty.lines] == [0, 0]
    assert [(finding.code, finding.subject) for finding in assessment.findings] == [("NO_APPLICABLE_LINE", "m0")]


@given(
    lines=st.lists(
        st.tuples(st.sampled_from("xyz"), st.integers(1, 10**6), st.booleans()), min_size=1, max_size=10
    ).filter(lambda lines: not all(gone for _, _, gone in lines))
)
def test_whatever_is_absent_the_bases_come_to_the_same(lines: list[tuple[str, int, bool]]) -> None:
    sections, weights, absent = zip(*lines, strict=True)
    bases = [Fraction(weight, 100) for weight in weights]
    rescaled = RescaledBases(sections, bases).without(absent)
    assert sum(rescaled) == sum(bases)
    assert all((new == 0) if gone else (new >= old) for new, old, gone in zip(rescaled, bases, absent, strict=True))
