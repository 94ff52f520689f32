"""F26 (表二校验): whether the weights of a scheme stay within the ranges of table two. Findings, never a refusal."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from core.indicators.indicator import Labels

MAIN, AUXILIARY = "main", "auxiliary"
WHOLE = 100
PARTS = {MAIN: (60, 80), AUXILIARY: (20, 40)}
"""Lowest and highest weight of each part, ends inclusive. The lines' own ends do not add up to them."""


class Role(StrEnum):
    """A line of table two."""

    DEPOSIT_STOCK = "deposit_stock"
    DEPOSIT_INCREMENT = "deposit_increment"
    NEW_QUALITY_CUSTOMERS = "new_quality_customers"
    QUALITY_LOANS = "quality_loans"
    LOAN_QUALITY = "loan_quality"
    INTERMEDIATE_INCOME = "intermediate_income"
    OTHER_MAIN = "other_main"
    SERVICE_SATISFACTION = "service_satisfaction"
    MARKETING_EFFORT = "marketing_effort"
    INFORMATION = "information"
    INTERNAL_CONTROL = "internal_control"
    LOAN_SURVEY = "loan_survey"
    LOAN_MANAGEMENT = "loan_management"
    RELATIONSHIP = "relationship"
    TEAMWORK = "teamwork"
    OTHER_AUXILIARY = "other_auxiliary"


LINES: Mapping[Role, tuple[str, int, int]] = {
    Role.DEPOSIT_STOCK: (MAIN, 5, 10),
    Role.DEPOSIT_INCREMENT: (MAIN, 10, 30),
    Role.NEW_QUALITY_CUSTOMERS: (MAIN, 5, 20),
    Role.QUALITY_LOANS: (MAIN, 0, 10),
    Role.LOAN_QUALITY: (MAIN, 0, 20),
    Role.INTERMEDIATE_INCOME: (MAIN, 0, 20),
    Role.OTHER_MAIN: (MAIN, 0, 10),
    Role.SERVICE_SATISFACTION: (AUXILIARY, 0, 5),
    Role.MARKETING_EFFORT: (AUXILIARY, 0, 15),
    Role.INFORMATION: (AUXILIARY, 0, 3),
    Role.INTERNAL_CONTROL: (AUXILIARY, 0, 10),
    Role.LOAN_SURVEY: (AUXILIARY, 0, 3),
    Role.LOAN_MANAGEMENT: (AUXILIARY, 0, 10),
    Role.RELATIONSHIP: (AUXILIARY, 0, 5),
    Role.TEAMWORK: (AUXILIARY, 0, 2),
    Role.OTHER_AUXILIARY: (AUXILIARY, 0, 5),
}
"""Part, lowest and highest weight of 100, ends inclusive."""

OUT_OF_RANGE = "OUT_OF_RANGE:"


def table2_check(weights: Mapping[Role, Fraction]) -> list[str]:
    """F26: the findings on these weights as given, sorted; a line the scheme lacks is not checked.

    AUXILIARY_OUT_OF_RANGE, MAIN_OUT_OF_RANGE, OUT_OF_RANGE:<line>, WEIGHTS_NOT_100.
    """
    parts = dict.fromkeys(PARTS, Fraction(0))
    found = []
    for role, weight in weights.items():
        part, lowest, highest = LINES[role]
        parts[part] += weight
        if not lowest <= weight <= highest:
            found.append(f"{OUT_OF_RANGE}{role.value}")
    for part, (lowest, highest) in PARTS.items():
        if not lowest <= parts[part] <= highest:
            found.append(f"{part.upper()}_OUT_OF_RANGE")
    if sum(parts.values()) != WHOLE:
        found.append("WEIGHTS_NOT_100")
    return sorted(found)


def finding_words(finding: str) -> Labels:
    """What a finding of table2_check says to a person."""
    if finding == "WEIGHTS_NOT_100":
        return Labels("the weights of the lines with a role do not come to 100", "标注表二项目的权重之和不等于 100")
    if finding.startswith(OUT_OF_RANGE):
        role = Role(finding.removeprefix(OUT_OF_RANGE))
        _, lowest, highest = LINES[role]
        return Labels(
            f"the weight of {role.value} is outside {lowest} to {highest} of 100",
            f"{role.value} 的权重超出 {lowest} 至 {highest} 的范围",
        )
    part = finding.removesuffix("_OUT_OF_RANGE").lower()
    lowest, highest = PARTS[part]
    name = {MAIN: "主体部分", AUXILIARY: "辅助部分"}[part]
    return Labels(
        f"the {part} part is outside {lowest} to {highest} of 100", f"{name}权重超出 {lowest} 至 {highest} 的范围"
    )
