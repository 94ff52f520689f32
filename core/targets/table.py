"""Targets (目标): agreed figures per manager, indicator and period."""

from decimal import Decimal

from sqlalchemy import Numeric
from sqlmodel import Field

from core.table import BankTable, constrained, refers


class Target(BankTable, table=True):
    """`target` is in the indicator's shown unit (yuan, percent, …). `prorate`: a part-period manager owes his days'."""

    __tablename__ = "targets"
    __table_args__ = constrained(refers(["manager"], "managers"))

    manager: str = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    target: Decimal = Field(sa_type=Numeric(38, 6))
    prorate: bool = True
