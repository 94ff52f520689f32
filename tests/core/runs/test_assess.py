"""From values to pay: totals of rounded lines, shared ranks, grades, a pool spent to the last unit."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.runs.assess import Assessment
from core.runs.scorecard import Scorecard
from core.schemes.scheme import Scheme

Assess = Callable[..., Assessment]
MakeScheme = Callable[..., Scheme]


def cards(assessment: Assessment) -> dict[str, Scorecard]:
    return {card.manager.manager: card for card in assessment.scorecards}


def test_one_manager_from_value_to_pay(assess_with: Assess, make_scheme: MakeScheme) -> None:
    scheme = make_scheme(pay={"pool": "1000.01"})
    assessment = assess_with({"m1": {"p.a": "110", "p.b": "90"}}, scheme)
    card = cards(assessment)["m1"]
    assert [(line.indicator, line.base_e4, line.points_e4) for line in card.lines] == [
        ("p.a", 600_000, 660_000),  # 60 × 110 ÷ 100 = 66
        ("p.b", 400_000, 360_000),  # 40 × 90 ÷ 100 = 36
    ]
    # 102 of 100 is 1,020 of 1,000: B2, 2.50
    assert (card.points_e4, card.grade, card.multiple_e2, card.pay_minor) == (1_020_000, "B2", 250, 100_001)
    assert (card.rank, card.rank_in_branch) == (1, 1)
    assert (assessment.findings, assessment.undistributed_minor) == ((), 0)


def test_totals_add_rounded_lines(assess_with: Assess, make_scheme: MakeScheme) -> None:
    scheme = make_scheme([{"p.a": "1", "p.b": "1", "p.c": "1"}])
    third = dict.fromkeys(("p.a", "p.b", "p.c"), "100/3")
    # 1 × 33.33… ÷ 100 = 0.3333 three times: 0.9999, not 1
    assert cards(assess_with({"m1": third}, scheme))["m1"].points_e4 == 9_999


def test_equal_points_share_a_rank_and_the_next_is_skipped(assess_with: Assess) -> None:
    values = {"m9": "50", "m10": "70", "m2": "70", "m1": "90", "m3": "50"}
    assessment = assess_with({code: {"p.a": value} for code, value in values.items()})
    assert [(card.manager.manager, card.rank) for card in assessment.scorecards] == [
        ("m1", 1),
        ("m10", 2),
        ("m2", 2),
        ("m3", 4),
        ("m9", 4),
    ]


def test_ranks_in_a_branch_count_only_its_managers(assess_with: Assess) -> None:
    values = {"m1": "90", "m2": "80", "m3": "80", "m4": "70", "m5": "60"}
    branches = {"m1": "B1", "m2": "B2", "m3": "B2", "m4": "B2", "m5": "B1"}
    assessment = assess_with({code: {"p.a": value} for code, value in values.items()}, branches=branches)
    assert [card.rank_in_branch for card in assessment.scorecards] == [1, 1, 1, 3, 2]


def test_a_measured_indicator_is_shown_without_points(assess_with: Assess, make_scheme: MakeScheme) -> None:
    scheme = make_scheme(measures=["p.shown"])
    card = cards(assess_with({"m1": {"p.a": "100", "p.b": "100", "p.shown": "7"}}, scheme))["m1"]
    shown = card.lines[-1]
    assert (shown.indicator, shown.rule, shown.points_e4, shown.base_e4) == ("p.shown", None, 0, 0)
    assert (shown.value.text(), shown.target) == ("7.000000", Decimal(100))
    assert card.points_e4 == 1_000_000


def test_a_measured_indicator_cannot_make_a_sheet_applicable(assess_with: Assess, make_scheme: MakeScheme) -> None:
    scheme = make_scheme(measures=["p.shown"])
    assessment = assess_with({"m1": {"p.a": "no_rows", "p.b": "no_rows", "p.shown": "7"}}, scheme)
    assert cards(assessment)["m1"].points_e4 is None


def test_a_scheme_without_pay_pays_nothing(assess_with: Assess) -> None:
    assessment = assess_with({"m1": {"p.a": "100"}})
    assert (cards(assessment)["m1"].pay_minor, assessment.undistributed_minor) == (None, None)


def test_a_pool_nobody_earned_is_undistributed_and_found(assess_with: Assess, make_scheme: MakeScheme) -> None:
    assessment = assess_with({"m1": {}, "m2": {"p.a": "-5"}}, make_scheme(pay={"pool": "5"}))
    assert [card.pay_minor for card in assessment.scorecards] == [0, 0]
    assert assessment.undistributed_minor == 500
    assert [(finding.code, finding.subject) for finding in assessment.findings] == [("POOL_UNDISTRIBUTED", "sheet")]


@pytest.mark.parametrize(
    ("target", "days", "prorate", "shown", "points_e4"),
    [
        ("100", 90, True, "100", 600_000),
        ("100", 45, True, "50.000000", 1_200_000),  # 60 × 100 ÷ (100 × 45 ÷ 90) = 120
        ("100", 45, False, "100", 600_000),
        ("100", 70, True, "77.777778", 771_429),  # 60 × 100 × 90 ÷ (100 × 70) = 77.142857…
        ("100", 1, True, "1.111111", 1_200_000),
    ],
)
def test_a_target_is_prorated_by_days_held(
    target: str, days: int, prorate: bool, shown: str, points_e4: int, assess_with: Assess
) -> None:
    targets = {("m1", indicator): (Decimal(target), prorate) for indicator in ("p.a", "p.b")}
    assessment = assess_with({"m1": {"p.a": "100"}}, targets=targets, days={"m1": days})
    line = cards(assessment)["m1"].lines[0]
    assert (str(line.target), line.points_e4) == (shown, points_e4)


def test_a_prorated_target_is_exact_where_it_is_no_decimal(assess_with: Assess) -> None:
    # 100 × 70 ÷ 90 = 700 ÷ 9; a value of exactly that earns exactly the base
    assessment = assess_with({"m1": {"p.a": "700/9"}}, days={"m1": 70})
    assert cards(assessment)["m1"].lines[0].points_e4 == 600_000


@pytest.mark.parametrize("bad", [None, Decimal(0), Decimal(-1)])
def test_a_bad_target_takes_the_line_out_and_is_found(bad: Decimal | None, assess_with: Assess) -> None:
    targets = {("m1", "p.b"): (Decimal(100), True)}
    if bad is not None:
        targets["m1", "p.a"] = (bad, True)
    assessment = assess_with({"m1": {"p.a": "100", "p.b": "100"}}, targets=targets)
    code = "TARGET_MISSING" if bad is None else "TARGET_NOT_POSITIVE"
    assert [(finding.code, finding.subject) for finding in assessment.findings] == [(code, "m1")]
    finding = assessment.findings[0]
    assert finding.fields == {"manager": "m1", "indicators": "p.a"}
    assert "m1" in finding.message
    assert "p.a" in finding.message_zh
    card = cards(assessment)["m1"]
    assert card.lines[0].not_applicable == code.lower()
    assert card.points_e4 == 1_000_000  # the other line took over the base


def test_a_manager_without_any_target_is_one_finding_not_many(assess_with: Assess) -> None:
    assessment = assess_with({"m1": {"p.a": "1", "p.b": "1"}}, targets={})
    assert [finding.code for finding in assessment.findings] == ["TARGET_MISSING", "NO_APPLICABLE_LINE"]
    assert assessment.findings[0].fields["indicators"] == "p.a, p.b"


points = st.dictionaries(
    st.text(alphabet="m123", min_size=1, max_size=4),
    st.fixed_dictionaries(
        {
            "p.a": st.sampled_from(["0", "-3", "50", "100", "33.3333", "250", "no_rows"]),
            "p.b": st.sampled_from(["0", "1/3", "100", "99.99", "no_rows"]),
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values=points, pool=st.integers(0, 10**9), random=st.randoms())
def test_the_order_of_managers_changes_nothing_and_the_pool_is_spent(
    values: dict[str, dict[str, str]], pool: int, random: Random, assess_with: Assess, make_scheme: MakeScheme
) -> None:
    scheme = make_scheme(pay={"pool": pool})
    assessment = assess_with(values, scheme)
    shuffled = list(values.items())
    random.shuffle(shuffled)
    assert assess_with(dict(shuffled), scheme) == assessment
    paid = sum(card.pay_minor or 0 for card in assessment.scorecards)
    assert assessment.undistributed_minor is not None
    assert paid + assessment.undistributed_minor == pool * 100
    ranked = [card for card in assessment.scorecards if card.points_e4 is not None]
    assert len(ranked) + sum(finding.code == "NO_APPLICABLE_LINE" for finding in assessment.findings) == len(values)
    for card in ranked:
        better = sum((other.points_e4 or 0) > (card.points_e4 or 0) for other in ranked)
        assert card.rank == better + 1
        assert card.points_e4 == sum(line.points_e4 for line in card.lines)
