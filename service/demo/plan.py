"""The two demonstration banks: what is decided about them before chance does the rest."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.periods import Period

PERIOD = Period.parse("2026-Q3")
BASE = PERIOD.previous()
FOLDER = Path(__file__).parent
TODAY = date(2026, 10, 20)
"""The day of the demonstration: all of it lies in the past, whatever the machine's clock says."""


@dataclass(frozen=True)
class BranchPlan:
    """A node of the tree with the number of managers who sit there."""

    branch: str
    parent: str | None
    kind: str
    name: str
    name_zh: str
    managers: int


@dataclass(frozen=True)
class BankPlan:
    """One bank. `from_transactions`: its balances arrive as transactions, else as weekly snapshots."""

    code: str
    name: str
    name_zh: str
    seed: str
    branches: tuple[BranchPlan, ...]
    plugins: tuple[str, ...]
    scheme: str
    manager_letter: str
    retail: int
    corporate: int
    interbank: int
    from_transactions: bool


NORTH = BankPlan(
    code="north",
    name="Riverside Commercial Bank",
    name_zh="江北商业银行",
    seed="meritgraph north 1",
    branches=(
        BranchPlan("B00", None, "head_office", "Head Office", "总行", 1),
        BranchPlan("B01", "B00", "tier_1", "City Branch", "城区分行", 2),
        BranchPlan("B02", "B00", "tier_1", "Riverfront Branch", "滨江分行", 2),
        BranchPlan("B0101", "B01", "sub_branch", "East Gate Sub-branch", "东门支行", 4),
        BranchPlan("B0102", "B01", "sub_branch", "University Sub-branch", "大学城支行", 3),
        BranchPlan("B0103", "B01", "sub_branch", "Lakeside Sub-branch", "东湖支行", 3),
        BranchPlan("B0201", "B02", "sub_branch", "Harbour Road Sub-branch", "临港路支行", 3),
        BranchPlan("B0202", "B02", "sub_branch", "Industrial Park Sub-branch", "工业园支行", 3),
        BranchPlan("B0203", "B02", "sub_branch", "Old Town Sub-branch", "老城支行", 3),
    ),
    plugins=("deposits", "intermediate_income", "loans", "risk", "satisfaction"),
    scheme="north.yaml",
    manager_letter="N",
    retail=1240,
    corporate=252,
    interbank=8,
    from_transactions=False,
)
HARBOUR = BankPlan(
    code="harbour",
    name="Harbour Rural Bank",
    name_zh="临港农村商业银行",
    seed="meritgraph harbour 1",
    branches=(
        BranchPlan("H0", None, "head_office", "Head Office", "总行", 1),
        BranchPlan("H1", "H0", "sub_branch", "Fishing Port Sub-branch", "渔港支行", 4),
        BranchPlan("H2", "H0", "sub_branch", "Market Street Sub-branch", "集市街支行", 4),
        BranchPlan("H3", "H0", "sub_branch", "Salt Field Sub-branch", "盐田支行", 3),
    ),
    plugins=("deposits", "intermediate_income"),
    scheme="harbour.yaml",
    manager_letter="H",
    retail=520,
    corporate=76,
    interbank=4,
    from_transactions=True,
)
BANKS = (NORTH, HARBOUR)
