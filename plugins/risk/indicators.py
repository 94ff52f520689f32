"""Risk (风险): what of the loans goes bad."""

from typing import Any

import ibis

from core.plugin import Direction, Facts, Indicator, Labels, Parameters, Period, Ratio, Unit, stock_rows

NON_PERFORMING = ("substandard", "doubtful", "loss")
"""The last three of the five classes (五级分类)."""


def npl_ratio_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Loans granted up to the period's end: what is owed (else what was granted), and of it the non-performing."""
    loans = facts.table("loans", period)
    granted = loans.filter(loans.granted_on <= ibis.literal(period.last))
    owed = granted.outstanding.fill_null(granted.amount)
    bad = ibis.ifelse(granted.classification.isin(NON_PERFORMING), owed, 0)
    return stock_rows(granted, period, bad, granted.loan, owed)


INDICATORS = (
    Indicator(
        code="risk.npl_ratio",
        labels=Labels("Non-performing loan ratio", "不良贷款率"),
        unit=Unit.PERCENT,
        direction=Direction.LOWER_IS_BETTER,
        fold=Ratio(100),
        rows=npl_ratio_rows,
        no_rows="no_loans",
        needs=("loans",),
        formula="F2",
        description=Labels(
            "Non-performing loans ÷ all loans granted up to the period's end, by amount, in percent; "
            "not applicable to who holds none.",
            "截至期末发放贷款中不良贷款金额占比（%）；无贷款者不适用。",
        ),
    ),
)
