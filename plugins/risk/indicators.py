"""Risk (风险): what of the loans goes bad, what is got back, and what is done to prevent it."""

from typing import Any

from core.plugin import Direction, Indicator, Labels, Ratio, Sum, Unit, read_parameters
from plugins.risk.rows import (
    compliant_operation_rate_rows,
    exited_rows,
    foreclosed_assets_disposed_rows,
    internal_control_rows,
    new_npl_ratio_rows,
    npl_ratio_rows,
    overdue_ratio_rows,
    recovered_rows,
    three_checks_done_rows,
)

PARAMETERS = read_parameters(__file__)


def _amount(name: str, labels: Labels, rows: Any, table: str, description: Labels, **more: Any) -> Indicator:
    """Money got out of bad loans: more is better, none is zero."""
    return Indicator(
        f"risk.{name}",
        labels,
        Unit.MONEY,
        Direction.HIGHER_IS_BETTER,
        Sum(),
        rows,
        needs=(table,),
        formula="F2",
        description=description,
        **more,
    )


def _part(name: str, labels: Labels, direction: Direction, rows: Any, *needs: str, **more: Any) -> Indicator:
    """A percentage; not applicable without a whole."""
    return Indicator(
        f"risk.{name}", labels, Unit.PERCENT, direction, Ratio(100), rows, needs=needs, formula="F2", **more
    )


INDICATORS = (
    _part(
        "compliant_operation_rate",
        Labels("Rate of compliant operations", "业务操作合规率"),
        Direction.HIGHER_IS_BETTER,
        compliant_operation_rate_rows,
        "operation_checks",
        no_rows="no_operations_checked",
        description=Labels(
            "Compliant ÷ checked operations of the manager in the period, in percent; they count whole.",
            "考核期内受检业务中合规笔数占比（%），直接计入本人；无检查则不适用。",
        ),
    ),
    _amount(
        "exited",
        Labels("Risky loans exited", "风险贷款退出额"),
        exited_rows,
        "loan_exits",
        Labels(
            "Amounts of loans at risk, by their class at the exit, × share of its day.",
            "退出时属风险分类的贷款金额×退出日关联度系数。",
        ),
        parameters=(PARAMETERS["exit_classes"],),
    ),
    _amount(
        "foreclosed_assets_disposed",
        Labels("Foreclosed assets disposed of", "抵债资产处置收入"),
        foreclosed_assets_disposed_rows,
        "foreclosed_assets",
        Labels("Proceeds × share of the debtor on the day of disposal.", "处置收入×处置日债务人关联度系数。"),
    ),
    Indicator(
        code="risk.internal_control",
        labels=Labels("Internal control", "内部控制评分"),
        unit=Unit.SCORE,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Ratio(),
        rows=internal_control_rows,
        no_rows="no_control_reviews",
        needs=("control_reviews",),
        formula="F2",
        description=Labels(
            "Mean of the scores that reviewers gave the manager in the period; they count whole.",
            "考核期内评价人对客户经理评分的平均值，直接计入本人；无评价则不适用。",
        ),
    ),
    _part(
        "new_npl_ratio",
        Labels("New non-performing loan ratio", "新增不良贷款率"),
        Direction.LOWER_IS_BETTER,
        new_npl_ratio_rows,
        "loan_classes",
        "loans",
        no_rows="no_performing_loans",
        description=Labels(
            "Loans that became non-performing in the period ÷ loans performing when it began or granted since, in "
            "percent of what was owed then; each × share of the first day it was non-performing, else of the last day.",
            "期内首次转为不良的贷款 ÷ 期初非不良及期内新发放的贷款（%，按期初余额或发放额）；"
            "转为不良者按转为不良日、其余按期末日关联度系数计。",
        ),
    ),
    _part(
        "npl_ratio",
        Labels("Non-performing loan ratio", "不良贷款率"),
        Direction.LOWER_IS_BETTER,
        npl_ratio_rows,
        "loans",
        no_rows="no_loans",
        description=Labels(
            "Non-performing loans ÷ all loans in the books on the period's last day, by amount, in percent; "
            "not applicable to who holds none.",
            "期末表内贷款中不良贷款金额占比（%）；无贷款者不适用。",
        ),
    ),
    _part(
        "overdue_ratio",
        Labels("Overdue loan ratio", "逾期贷款率"),
        Direction.LOWER_IS_BETTER,
        overdue_ratio_rows,
        "loans",
        no_rows="no_overdue_days_known",
        parameters=(PARAMETERS["overdue_from_days"],),
        description=Labels(
            "Overdue loans, each whole, ÷ loans whose days overdue are known, in the books on the period's last day, "
            "in percent; not applicable where they are known of none.",
            "期末逾期贷款全额 ÷ 已报逾期天数的表内贷款（%）；均未报则不适用。",
        ),
    ),
    _amount(
        "recovered",
        Labels("Bad loans recovered", "不良贷款清收额"),
        recovered_rows,
        "recoveries",
        Labels(
            "Cash from non-performing and written-off loans × share of the day it came in.",
            "不良及已核销贷款现金收回额×收回日关联度系数。",
        ),
    ),
    _part(
        "three_checks_done",
        Labels("Three checks done", "贷款三查完成率"),
        Direction.HIGHER_IS_BETTER,
        three_checks_done_rows,
        "three_checks",
        no_rows="no_checks_due",
        description=Labels(
            "Checks before, during and after lending: done by the period's last day ÷ due in the period, each × share "
            "of the day it was due, in percent.",
            "考核期内到期的贷前、贷中、贷后检查中期末前完成的占比（%），按应查日关联度系数；无应查事项则不适用。",
        ),
    ),
)
