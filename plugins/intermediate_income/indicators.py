"""Intermediate income (中间业务收入): fees and commissions, on the day they are booked, in all and by product line."""

from collections.abc import Iterator

from core.plugin import Direction, Indicator, Labels, Sum, Unit
from plugins.intermediate_income.rows import fee_rows

KINDS = {
    "advisory": Labels("Advisory fees", "咨询顾问收入"),
    "agency_funds": Labels("Commission on funds sold", "代销基金收入"),
    "agency_insurance": Labels("Commission on insurance sold", "代理保险收入"),
    "card": Labels("Card fees", "银行卡收入"),
    "international": Labels("International business fees", "国际业务收入"),
    "investment_banking": Labels("Investment banking fees", "投资银行收入"),
    "precious_metals": Labels("Precious metals fees", "贵金属业务收入"),
    "settlement": Labels("Settlement fees", "结算收入"),
}
"""What the column `kind` of fees says → what its indicator is called. Fees of any other kind count in the total."""


def _fees(code: str, labels: Labels, description: Labels, part: str | None = None) -> Indicator:
    return Indicator(
        code=f"intermediate_income.{code}",
        labels=labels,
        unit=Unit.MONEY,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Sum(),
        rows=fee_rows,
        needs=("fees",),
        formula="F2",
        description=description,
        part=part,
    )


def _by_kind() -> Iterator[Indicator]:
    for kind, labels in KINDS.items():
        yield _fees(
            kind,
            labels,
            Labels(
                f"Fees of kind {kind} × share of the day they were booked, summed over the period.",
                f"种类为 {kind} 的收入×入账日关联度系数，考核期合计。",
            ),
            kind,
        )


INDICATORS = (
    _fees(
        "total",
        Labels("Intermediate income", "中间业务收入"),
        Labels(
            "Fees and commissions of every kind × share of the day they were booked, summed over the period.",
            "各类手续费及佣金收入按入账日关联度系数计入，考核期合计。",
        ),
    ),
    *_by_kind(),
)
