"""The golden cases pass, through the product's own code."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from core.cases.run import run_cases
from core.facts.fact_table import FactTable
from core.indicators.indicator import Indicator

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.mark.parametrize(
    ("rule", "cases"),
    [
        ("attribution", 3),
        ("daily_average", 3),
        ("daily_average_increment", 2),
        ("grade_bands", 6),
        ("points_bonus", 1),
        ("points_deduction", 2),
        ("points_deviation", 2),
        ("points_per_unit", 4),
        ("points_proportional", 4),
        ("points_tiered", 2),
        ("pool_by_grade", 2),
        ("pool_by_points", 3),
        ("scorecard", 2),
        ("table2_check", 2),
    ],
)
def test_every_golden_case_of_a_rule_passes(rule: str, cases: int, indicators: Mapping[str, Indicator]) -> None:
    assert run_cases([GOLDEN / f"{rule}.yaml"], indicators).lines == [f"{cases} passed, 0 failed"]


@pytest.mark.parametrize(
    ("family", "cases"),
    [("deposits", 19), ("intermediate_income", 11), ("loans", 13), ("risk", 15), ("satisfaction", 9)],
)
def test_every_golden_case_of_a_family_passes(
    family: str, cases: int, indicators: Mapping[str, Indicator], tables: Mapping[str, FactTable]
) -> None:
    assert run_cases([GOLDEN / f"{family}.yaml"], indicators, tables).lines == [f"{cases} passed, 0 failed"]


def test_a_folder_is_run_as_a_whole(indicators: Mapping[str, Indicator], tables: Mapping[str, FactTable]) -> None:
    report = run_cases([GOLDEN], indicators, tables)
    assert report.lines == [f"{report.passed} passed, 0 failed"]
    assert report.passed >= 25
