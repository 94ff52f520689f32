"""Row scope: which managers' rows somebody may read, as a SQL condition. One text for lists, counts and look-ups."""

from dataclasses import dataclass
from datetime import date

from core.statement import Arguments

_TEAM = """{branch} IN (SELECT mine.branch FROM bank.postings mine
    WHERE mine.manager = {manager} AND mine.valid_from <= {today} AND {today} < mine.valid_until)"""
# UNION, not UNION ALL: a loop in the tree must end.
_SUBTREES = """{branch} IN (WITH RECURSIVE under AS (
    SELECT top.branch FROM bank.branches top WHERE top.branch = ANY({tops}::text[])
    UNION SELECT child.branch FROM bank.branches child JOIN under ON child.parent = under.branch)
    SELECT under.branch FROM under)"""


def under(branch: str, tops: str) -> str:
    """A condition: the branch whose code is this expression lies in the subtree of one of `tops`, an array's place."""
    return _SUBTREES.format(branch=branch, tops=tops)


@dataclass(frozen=True)
class RowScope:
    """Rows of: everybody, or `manager` himself, his team (who is in his branch `today`), the subtrees of `heads`.

    The parts are united. Nothing set: no rows.
    """

    today: date
    everything: bool = False
    manager: str | None = None
    team_of: str | None = None
    heads: tuple[str, ...] = ()

    def condition(self, arguments: Arguments, manager: str, branch: str) -> str:
        """A condition on rows whose manager's and branch's codes are these SQL expressions of ours; never null."""
        where = self.where(arguments, manager, branch)
        return where if where in ("TRUE", "FALSE") else f"coalesce({where}, FALSE)"

    def where(self, arguments: Arguments, manager: str, branch: str) -> str:
        """The same for WHERE alone: null where it is not known to hold, and open to indexes."""
        if self.everything:
            return "TRUE"
        parts = []
        if self.manager is not None:
            parts.append(f"{manager} = {arguments.add(self.manager)}")
        if self.team_of is not None:
            own, today = arguments.add(self.team_of), arguments.add(self.today)
            parts.append(_TEAM.format(branch=branch, manager=own, today=today))
        if self.heads:
            parts.append(under(branch, arguments.add(self.heads)))
        return f"({' OR '.join(parts)})" if parts else "FALSE"
