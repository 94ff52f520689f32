"""Shares (业绩关联度系数): which part of a customer counts for which manager, by days."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field

from core.periods import FOREVER
from core.table import BankTable, constrained, refers


class Share(BankTable, table=True):
    """`share_ppm` millionths of a customer from `valid_from` until (exclusive) `valid_until`.

    The database refuses a share ≤ 0 or > 1 (SHARE_OUT_OF_RANGE), overlapping rows of one customer and manager
    (SHARES_OVERLAP), and days on which a customer's shares exceed one (SHARES_EXCEED_ONE), also between two
    transactions at once: a statement trigger locks the customers in key order.
    """

    __tablename__ = "shares"
    __table_args__ = constrained(
        refers(["manager"], "managers"),
        refers(["customer"], "customers"),
        CheckConstraint("share_ppm > 0 AND share_ppm <= 1000000", name="shares_in_range"),
        CheckConstraint("valid_from < valid_until", name="shares_days"),
        Index("shares_by_manager", "bank_id", "manager"),
    )

    customer: str = Field(primary_key=True)
    manager: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    valid_until: date = FOREVER
    share_ppm: int = Field(sa_type=BigInteger)
