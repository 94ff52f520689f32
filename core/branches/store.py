"""Branches as read: the tree's nodes, by page and by code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.indicators.indicator import Labels
from core.paging import Listing, SortKey
from core.session import BankSession

CODE = SortKey("code", "b.branch", "text")
KIND = SortKey("kind", "b.kind", "text")
NAME = SortKey("name", "b.name", "text")
BRANCHES = Listing(columns="b.branch, b.parent, b.kind, b.name, b.name_zh", source="bank.branches b")


@dataclass(frozen=True, slots=True)
class BranchRead:
    """One node of the bank's tree; `parent` None is a root."""

    code: str
    parent: str | None
    kind: str
    labels: Labels


def branch_read(row: Any) -> BranchRead:
    """A branch of a record with the columns of BRANCHES."""
    return BranchRead(row["branch"], row["parent"], row["kind"], Labels(row["name"], row["name_zh"]))


async def branches_by_code(session: BankSession, codes: Sequence[str]) -> dict[str, BranchRead]:
    """The branches of these codes, as far as they exist."""
    found = await session.rows(
        "SELECT branch, parent, kind, name, name_zh FROM bank.branches WHERE branch = ANY($1)", list(codes)
    )
    return {row["branch"]: branch_read(row) for row in found}
