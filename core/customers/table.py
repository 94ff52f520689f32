"""Customers (客户): codes and names. What a customer is (kind, tiers, credit grade) is a fact."""

from sqlmodel import Field

from core.table import BankTable


class Customer(BankTable, table=True):
    """The only table that holds a customer's name."""

    __tablename__ = "customers"

    customer: str = Field(primary_key=True)
    name: str
