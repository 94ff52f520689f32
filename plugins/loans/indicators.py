"""Loans (贷款): what is granted."""

from typing import Any

import ibis

from core.plugin import Direction, Facts, Indicator, Labels, Parameters, Period, Sum, Unit, event_rows


def granted_rows(facts: Facts, period: Period, parameters: Parameters) -> Any:
    """Each loan on the day it was granted."""
    loans = facts.table("loans", period)
    granted = loans.filter(loans.granted_on.between(ibis.literal(period.first), ibis.literal(period.last)))
    return event_rows(granted, granted.granted_on, granted.amount, granted.loan)


INDICATORS = (
    Indicator(
        code="loans.granted",
        labels=Labels("Loans granted", "贷款发放额"),
        unit=Unit.MONEY,
        direction=Direction.HIGHER_IS_BETTER,
        fold=Sum(),
        rows=granted_rows,
        needs=("loans",),
        formula="F2",
        description=Labels(
            "Amounts granted in the period × share of the day of granting.",
            "考核期内发放的贷款金额×发放日关联度系数。",
        ),
    ),
)
