"""What is invented about a bank: plain records, amounts in fen, shares in ppm. The same plan gives the same bank."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from service.demo.plan import BankPlan


@dataclass(frozen=True)
class Post:
    """A manager at a branch from `first` until (exclusive) `until`."""

    manager: str
    name: str
    branch: str
    first: date
    until: date
    position: str
    level: str


@dataclass(frozen=True)
class Client:
    """A customer and the branch that keeps him."""

    customer: str
    name: str
    kind: str
    size_tier: str
    value_tier: str
    credit_grade: str
    branch: str


@dataclass(frozen=True)
class Held:
    """`share_ppm` of a customer, half-open days."""

    customer: str
    manager: str
    first: date
    until: date
    share_ppm: int


@dataclass(frozen=True)
class Account:
    """A deposit account. `level_fen`: its usual balance, `trend`: its growth a quarter in per mille.

    `left`: days on which so many per mille of it stay, ascending.
    """

    account: str
    customer: str
    category: str
    opened_on: date
    closed_on: date | None
    level_fen: int
    trend: int
    wobble: int
    left: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True)
class Goal:
    """A target in the indicator's shown unit. `period`: as it is written."""

    period: str
    manager: str
    indicator: str
    target: Decimal


@dataclass
class Invention:
    """One bank whole."""

    plan: BankPlan
    posts: list[Post] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    shares: list[Held] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    moves: dict[str, list[tuple[date, int]]] = field(default_factory=dict)
    """Account → days, ascending, with the closing balance in fen from then on; loan accounts too."""
    facts: dict[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    """What the plugins invented: fact table → rows of text in the order of its columns."""
    goals: list[Goal] = field(default_factory=list)

    @property
    def managers(self) -> list[str]:
        """Codes of everybody who held a post, sorted."""
        return sorted({post.manager for post in self.posts})
