"""The golden cases pass, through the product's own code."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from core.cases.run import run_cases
from core.indicators.indicator import Indicator

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.mark.parametrize(
    ("rule", "cases"),
    [
        ("attribution", 3),
        ("daily_average", 3),
        ("daily_average_increment", 2),
        ("grade_bands", 6),
        ("points_per_unit", 4),
        ("points_proportional", 4),
        ("pool_by_points", 3),
    ],
)
def test_every_golden_case_of_a_rule_passes(rule: str, cases: int, indicators: Mapping[str, Indicator]) -> None:
    assert run_cases([GOLDEN / f"{rule}.yaml"], indicators).lines == [f"{cases} passed, 0 failed"]


def test_a_folder_is_run_as_a_whole(indicators: Mapping[str, Indicator]) -> None:
    report = run_cases([GOLDEN], indicators)
    assert report.lines == [f"{report.passed} passed, 0 failed"]
    assert report.passed >= 25
