"""Reasons why a line is not applicable, and what became of it, in both languages."""

from core.indicators.indicator import Labels

REASONS = {
    "no_rows": Labels("there is nothing to measure", "无可计量的数据"),
    "no_loans": Labels("no loans", "无贷款"),
    "target_missing": Labels("there is no target", "未设定目标值"),
    "target_not_positive": Labels("the target is not above zero", "目标值不大于零"),
}
"""By the code that indicators and point rules give. A plugin's own reason is shown as its words."""

TREATMENTS = {
    "rescale": Labels("its base went to the other lines", "其基准分按比例分配至其他指标"),
    "base": Labels("it counts its base of {points} points", "按基准分 {points} 分计"),
    "zero": Labels("it counts {points} points", "按 {points} 分计"),
    "nothing": Labels("it adds and deducts nothing", "不加分也不扣分"),
}
"""By the scheme's `not_applicable`; `nothing`: of bonus and deduction lines."""

NOT_SCORED = Labels("no points, nothing to round", "不计分，无需舍入")


def reason_words(code: str) -> Labels:
    """The reason in words; an unknown code reads as its own words ("no_survey": "no survey")."""
    return REASONS.get(code, Labels(code.replace("_", " "), code))
