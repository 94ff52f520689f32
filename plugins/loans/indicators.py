"""Loans (贷款): what is lent, what is granted to whom, what it earns."""

from typing import Any

from core.plugin import (
    Direction,
    Indicator,
    Labels,
    Ratio,
    Sum,
    Unit,
    calendar_days,
    read_parameters,
)
from plugins.loans.rows import (
    daily_average_rows,
    granted_rows,
    interest_collection_rate_rows,
    interest_income_rows,
    new_loans_rows,
    period_end_balance_rows,
    quality_loans_granted_rows,
    yield_rows,
)

PARAMETERS = read_parameters(__file__)


def _higher(name: str, labels: Labels, unit: Unit, fold: Sum | Ratio, rows: Any, **more: Any) -> Indicator:
    return Indicator(f"loans.{name}", labels, unit, Direction.HIGHER_IS_BETTER, fold, rows, **more)


INDICATORS = (
    _higher(
        "daily_average",
        Labels("Daily average loans", "贷款日均"),
        Unit.MONEY,
        Sum(calendar_days),
        daily_average_rows,
        needs=("balances",),
        formula="F3",
        description=Labels(
            "Closing balances of loan accounts × share, summed over the period's days ÷ its calendar days.",
            "贷款账户各日余额×关联度系数之和 ÷ 考核期日历天数。",
        ),
    ),
    _higher(
        "granted",
        Labels("Loans granted", "贷款发放额"),
        Unit.MONEY,
        Sum(),
        granted_rows,
        needs=("loans",),
        formula="F2",
        description=Labels(
            "Amounts granted in the period × share of the day of granting.",
            "考核期内发放的贷款金额×发放日关联度系数。",
        ),
    ),
    _higher(
        "interest_collection_rate",
        Labels("Interest collection rate", "利息收回率"),
        Unit.PERCENT,
        Ratio(100),
        interest_collection_rate_rows,
        no_rows="no_interest_due",
        needs=("interest",),
        formula="F2",
        description=Labels(
            "Interest received ÷ interest due in the period, each × share of its day, in percent; above 100 where "
            "arrears come in. Not applicable where none was due.",
            "考核期内实收利息 ÷ 应收利息（各按当日关联度系数，%），收回前期欠息时可超过100；无应收利息则不适用。",
        ),
    ),
    _higher(
        "interest_income",
        Labels("Interest income", "贷款利息收入"),
        Unit.MONEY,
        Sum(),
        interest_income_rows,
        needs=("interest",),
        formula="F2",
        parameters=(PARAMETERS["interest_income_basis"],),
        description=Labels(
            "Borrowers' interest × share of its day: as it falls due, or as it is received if the scheme says so.",
            "贷款利息×当日关联度系数：按应收口径，考核办法可改为实收口径。",
        ),
    ),
    _higher(
        "new_loans",
        Labels("New borrowers", "新增贷款户数"),
        Unit.COUNT,
        Sum(),
        new_loans_rows,
        needs=("loans",),
        formula="F2",
        description=Labels(
            "Customers whose first loan of all was granted in the period, × share of that day.",
            "首笔贷款于考核期内发放的客户数×发放日关联度系数。",
        ),
    ),
    _higher(
        "period_end_balance",
        Labels("Loans at the period's end", "贷款期末余额"),
        Unit.MONEY,
        Sum(),
        period_end_balance_rows,
        needs=("balances",),
        formula="F3",
        description=Labels(
            "Closing balances of loan accounts on the period's last day × share.", "期末日贷款账户余额×关联度系数。"
        ),
    ),
    _higher(
        "quality_loans_granted",
        Labels("Quality loans granted", "优质贷款发放额"),
        Unit.MONEY,
        Sum(),
        quality_loans_granted_rows,
        needs=("customers", "loans"),
        formula="F2",
        parameters=(PARAMETERS["quality_grades"],),
        description=Labels(
            "Amounts granted to customers with a good credit grade × share of the day of granting.",
            "向信用等级优良客户发放的贷款金额×发放日关联度系数。",
        ),
    ),
    _higher(
        "yield",
        Labels("Yield of loans", "贷款收益率"),
        Unit.PERCENT,
        Ratio(100),
        yield_rows,
        no_rows="no_loan_balance",
        needs=("balances", "interest"),
        formula="F3",
        parameters=(PARAMETERS["days_of_year"], PARAMETERS["interest_income_basis"]),
        description=Labels(
            "Yearly rate: interest income × days of the year ÷ the sum of the days' loan balances, both × share, in "
            "percent; not applicable without a balance.",
            "年化：利息收入×全年天数 ÷ 各日贷款余额之和（均按关联度系数，%）；无余额则不适用。",
        ),
    ),
)
