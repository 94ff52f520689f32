"""The two demonstration banks: what is decided about them before chance does the rest.

Every day is fixed: the same bank tomorrow, whatever the machine's clock says.
"""

from dataclasses import dataclass
from datetime import date

from core.periods import Period
from service.demo.branches import HARBOUR_BRANCHES, NORTH_BRANCHES, BranchPlan

SINCE = date(2025, 7, 1)
"""The first day of which anything is known."""
LAST_DAY = date(2026, 10, 19)
"""The last day that was delivered."""
TODAY = date(2026, 10, 20)
"""The day of the demonstration."""
PERIOD = Period.parse("2026-Q3")
"""What the leaderboards are of."""
FIVE = ("deposits", "intermediate_income", "loans", "risk", "satisfaction")


@dataclass(frozen=True)
class BankPlan:
    """One bank. `from_transactions`: its balances arrive as transactions, else as changes and daily snapshots.

    `preset`: what its scheme, under the code `scheme`, was made from; `pool` in yuan. `assessed`: the periods in order.
    """

    code: str
    name: str
    name_zh: str
    seed: str
    branches: tuple[BranchPlan, ...]
    plugins: tuple[str, ...]
    scheme: str
    preset: str
    pool: str
    assessed: tuple[str, ...]
    manager_letter: str
    retail: int
    corporate: int
    interbank: int
    from_transactions: bool

    @property
    def periods(self) -> tuple[Period, ...]:
        """What is assessed, oldest first."""
        return tuple(Period.parse(text) for text in self.assessed)


NORTH = BankPlan(
    code="north",
    name="Riverside Commercial Bank",
    name_zh="江北商业银行",
    seed="meritgraph north 2",
    branches=NORTH_BRANCHES,
    plugins=FIVE,
    scheme="quarterly",
    preset="city_bank_100",
    pool="1500000.00",
    assessed=("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"),
    manager_letter="N",
    retail=1500,
    corporate=390,
    interbank=10,
    from_transactions=False,
)
HARBOUR = BankPlan(
    code="harbour",
    name="Harbour Rural Bank",
    name_zh="临港农村商业银行",
    seed="meritgraph harbour 2",
    branches=HARBOUR_BRANCHES,
    plugins=("deposits", "intermediate_income", "loans", "risk"),
    scheme="contribution",
    preset="contribution_1000",
    pool="188000.00",
    assessed=("2026-H1", "2026-Q3"),
    manager_letter="H",
    retail=420,
    corporate=76,
    interbank=4,
    from_transactions=True,
)
BANKS = (NORTH, HARBOUR)
