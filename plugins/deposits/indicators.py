"""Deposits (存款): what customers leave with the bank, by day and at the end, and what it costs."""

from collections.abc import Iterator

from core.plugin import Direction, Indicator, Labels, Ratio, Sum, Unit, calendar_days, read_parameters
from plugins.deposits.rows import (
    average_cost_rate_rows,
    daily_average_increment_rows,
    daily_average_rows,
    increment_days,
    new_deposits_rows,
    period_end_balance_rows,
)

PARAMETERS = read_parameters(__file__)

CATEGORIES = {
    "corporate": Labels("corporate", "对公"),
    "savings": Labels("savings", "储蓄"),
    "interbank": Labels("interbank", "同业"),
}
"""The categories of deposit accounts; each has a daily average and an increment of its own."""


def _daily_average(code: str, labels: Labels, description: Labels, part: str | None = None) -> Indicator:
    return Indicator(
        code=f"deposits.{code}",
        labels=labels,
        unit=Unit.MONEY,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Sum(calendar_days),
        rows=daily_average_rows,
        needs=("balances",),
        formula="F3",
        description=description,
        part=part,
    )


def _increment(code: str, labels: Labels, description: Labels, part: str | None = None) -> Indicator:
    return Indicator(
        code=f"deposits.{code}",
        labels=labels,
        unit=Unit.MONEY,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Sum(increment_days),
        rows=daily_average_increment_rows,
        needs=("balances",),
        formula="F3b",
        description=description,
        parameters=(PARAMETERS["base_follows"],),
        part=part,
    )


def _by_category() -> Iterator[Indicator]:
    for category, words in CATEGORIES.items():
        yield _daily_average(
            f"daily_average_{category}",
            Labels(f"Daily average {words.en} deposits", f"{words.zh}存款日均"),
            Labels(f"As deposits.daily_average, of {words.en} accounts.", f"同存款日均，仅计{words.zh}账户。"),
            category,
        )
        yield _increment(
            f"daily_average_increment_{category}",
            Labels(f"Increment of daily average {words.en} deposits", f"{words.zh}存款日均增量"),
            Labels(
                f"As deposits.daily_average_increment, of {words.en} accounts.", f"同存款日均增量，仅计{words.zh}账户。"
            ),
            category,
        )


INDICATORS = (
    _daily_average(
        "daily_average",
        Labels("Daily average deposits", "存款日均"),
        Labels(
            "Closing balances × share, summed over the period's days ÷ its calendar days.",
            "各日余额×关联度系数之和 ÷ 考核期日历天数。",
        ),
    ),
    _increment(
        "daily_average_increment",
        Labels("Increment of daily average deposits", "存款日均增量"),
        Labels(
            "Daily average less the customer's average of the period before; the base follows the customer. Where "
            "base_follows is manager: less what the manager himself held in the period before.",
            "存款日均减去客户上期日均，基数随客户划转；base_follows 为 manager 时减去客户经理本人上期日均。",
        ),
    ),
    *_by_category(),
    Indicator(
        code="deposits.average_cost_rate",
        labels=Labels("Average cost rate of deposits", "存款平均付息率"),
        unit=Unit.PERCENT,
        direction=Direction.LOWER_IS_BETTER,
        fold=Ratio(100),
        rows=average_cost_rate_rows,
        no_rows="no_deposits",
        needs=("balances", "interest"),
        formula="F3",
        description=Labels(
            "Yearly rate: interest paid × days of the year ÷ the sum of the days' deposit balances, both × share, in "
            "percent; not applicable without a balance.",
            "年化：付息支出×全年天数 ÷ 各日存款余额之和（均按关联度系数，%）；无余额则不适用。",
        ),
        parameters=(PARAMETERS["days_of_year"],),
    ),
    Indicator(
        code="deposits.new_deposits",
        labels=Labels("Deposits of new depositors", "新增存款客户存款"),
        unit=Unit.MONEY,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Sum(),
        rows=new_deposits_rows,
        needs=("balances",),
        formula="F2",
        description=Labels(
            "Closing balances of the period's last day of customers who became depositors in it, × share of the day on "
            "which their deposits first came to new_deposits_from, which they did on no day of the period before.",
            "本期新成为存款客户者的期末余额×首次达标日关联度系数；其存款合计于上期各日均未达 new_deposits_from。",
        ),
        parameters=(PARAMETERS["new_deposits_from"],),
    ),
    Indicator(
        code="deposits.period_end_balance",
        labels=Labels("Deposits at the period's end", "存款期末余额"),
        unit=Unit.MONEY,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Sum(),
        rows=period_end_balance_rows,
        needs=("balances",),
        formula="F3",
        description=Labels("Closing balance of the period's last day × share.", "期末日余额×关联度系数。"),
    ),
)
