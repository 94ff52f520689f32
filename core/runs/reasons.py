"""Reasons why a line is not applicable, and what became of it, in both languages."""

from core.indicators.indicator import Labels

REASONS = {
    "no_rows": Labels("there is nothing to measure", "无可计量的数据"),
    "no_loans": Labels("no loans", "无贷款"),
    "no_checks_due": Labels("no checks were due", "无应做检查"),
    "no_complaints": Labels("no complaint is said to be in time or late", "无可判定时效的投诉"),
    "no_complaints_closed": Labels("no complaint has been closed", "无已办结投诉"),
    "no_control_reviews": Labels("no control reviews", "无内控评价"),
    "no_customers": Labels("no customers", "无所辖客户"),
    "no_deposits": Labels("no deposits", "无存款"),
    "no_interest_due": Labels("no interest was due", "无应收利息"),
    "no_loan_balance": Labels("no loan balance", "无贷款余额"),
    "no_operations_checked": Labels("no operations were checked", "无操作检查记录"),
    "no_overdue_days_known": Labels("nobody says how long loans are overdue", "无逾期天数数据"),
    "no_performing_loans": Labels("no performing loans", "无正常贷款"),
    "no_surveys": Labels("no survey answers", "无调查答卷"),
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
