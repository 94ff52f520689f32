"""F26: ranges with findings, ends inclusive."""

from fractions import Fraction

import pytest

from core.schemes.table2 import LINES, Role, finding_words, table2_check

SOUND = {
    "deposit_stock": 10,
    "deposit_increment": 20,
    "quality_loans": 10,
    "loan_quality": 20,
    "intermediate_income": 15,
    "service_satisfaction": 5,
    "internal_control": 10,
    "loan_management": 10,
}


def check(**weights: int | str) -> list[str]:
    """The sound sheet with these weights instead; a weight of "" takes the line out."""
    changed = {name: weight for name, weight in {**SOUND, **weights}.items() if weight != ""}
    return table2_check({Role(name): Fraction(weight) for name, weight in changed.items()})


def test_a_sheet_within_all_ranges_has_no_findings() -> None:
    assert check() == []


@pytest.mark.parametrize("role", list(Role))
def test_both_ends_of_a_line_s_range_are_within_it(role: Role) -> None:
    _, lowest, highest = LINES[role]
    tiny = Fraction(1, 10**6)
    code = f"OUT_OF_RANGE:{role.value}"
    for inside in (lowest, highest):
        assert code not in table2_check({role: Fraction(inside)})
    for outside in (lowest - tiny, highest + tiny):
        assert code in table2_check({role: Fraction(outside)})


@pytest.mark.parametrize(
    ("main", "auxiliary", "findings"),
    [
        ("60", "40", []),
        ("80", "20", []),
        ("59.9999", "40.0001", ["AUXILIARY_OUT_OF_RANGE", "MAIN_OUT_OF_RANGE"]),
        ("80.0001", "19.9999", ["AUXILIARY_OUT_OF_RANGE", "MAIN_OUT_OF_RANGE"]),
        ("70", "30.0001", ["WEIGHTS_NOT_100"]),
        ("60", "20", ["WEIGHTS_NOT_100"]),
    ],
)
def test_the_parts_are_measured_against_their_own_ranges(main: str, auxiliary: str, findings: list[str]) -> None:
    weights = {Role.DEPOSIT_INCREMENT: Fraction(main), Role.MARKETING_EFFORT: Fraction(auxiliary)}
    assert [code for code in table2_check(weights) if not code.startswith("OUT_OF")] == findings


def test_a_line_the_scheme_lacks_is_not_checked() -> None:
    assert check(deposit_stock="", intermediate_income=20, other_main=5) == []
    assert check(deposit_stock=0, intermediate_income=20, other_main=5) == ["OUT_OF_RANGE:deposit_stock"]


def test_findings_are_sorted_and_every_one_has_words() -> None:
    found = check(deposit_stock=40, teamwork=3, internal_control="", loan_management="", service_satisfaction="")
    assert found == [
        "AUXILIARY_OUT_OF_RANGE",
        "MAIN_OUT_OF_RANGE",
        "OUT_OF_RANGE:deposit_stock",
        "OUT_OF_RANGE:teamwork",
        "WEIGHTS_NOT_100",
    ]
    assert finding_words(found[0]).en == "the auxiliary part is outside 20 to 40 of 100"
    assert finding_words(found[3]).zh == "teamwork 的权重超出 0 至 2 的范围"
    assert all(finding_words(code).en and finding_words(code).zh for code in found)
