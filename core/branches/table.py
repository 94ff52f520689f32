"""Branches (机构): the bank's tree. Codes are natural keys; labels are bilingual."""

from sqlmodel import Field

from core.table import BankTable, constrained, refers


class Branch(BankTable, table=True):
    """One node: head office, tier-1, tier-2, sub-branch, outlet or team. `parent` None is the root."""

    __tablename__ = "branches"
    __table_args__ = constrained(refers(["parent"], "branches", ["branch"]))

    branch: str = Field(primary_key=True)
    parent: str | None = None
    kind: str = "branch"
    name: str
    name_zh: str
