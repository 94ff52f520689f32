"""What befell the demonstration banks, day by day: docs/tour.md tells these stories, tests look for each.

Codes of managers and customers are those that people.py and clients.py give out.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LostCustomer:
    """A big customer whose deposits leave over a few days: of what he had, per mille that stay."""

    customer: str
    name: str
    branch: str
    manager: str
    level_yuan: int
    left: tuple[tuple[date, int], ...]


@dataclass(frozen=True)
class Wave:
    """Every second company kept at a branch stops paying for its loans on one day."""

    branch: str
    day: date


@dataclass(frozen=True)
class HandOver:
    """A manager leaves: from that day his customers are held by two colleagues, turn by turn."""

    manager: str
    takers: tuple[str, str]
    day: date


@dataclass(frozen=True)
class Move:
    """A manager takes a post at another branch; his customers stay his."""

    manager: str
    branch: str
    day: date


@dataclass(frozen=True)
class Stories:
    """Of one bank; None: it was spared."""

    hand_over: HandOver
    move: Move
    lost: LostCustomer | None = None
    wave: Wave | None = None


NORTH_STORIES = Stories(
    hand_over=HandOver("N010302", ("N010301", "N010303"), date(2026, 8, 15)),
    move=Move("N020301", "B0204", date(2026, 9, 1)),
    lost=LostCustomer(
        customer="E00001",
        name="滨江宏达能源股份有限公司",
        branch="B02",
        manager="N0201",
        level_yuan=180_000_000,
        left=((date(2026, 8, 18), 600), (date(2026, 8, 19), 250), (date(2026, 8, 20), 0)),
    ),
    wave=Wave("B0303", date(2026, 3, 16)),
)
HARBOUR_STORIES = Stories(
    hand_over=HandOver("H302", ("H301", "H303"), date(2026, 8, 15)),
    move=Move("H101", "H2", date(2026, 9, 1)),
)
STORIES = {"north": NORTH_STORIES, "harbour": HARBOUR_STORIES}

CORRECTION = "支行漏报：6 月 12 笔咨询顾问收入补报 (twelve advisory fees of June were left out)"
"""Why the fees of June were delivered once more, after the second quarter had been published."""
CORRECTED = ("fees", date(2026, 6, 30))
LATE = ("surveys", date(2026, 9, 30))
"""Came through the inbox after its due day."""
MISSING = ("control_reviews", date(2026, 9, 30))
"""Never came."""
SET_ASIDE = ("fees", date(2026, 9, 30))
"""A file with wrong rows, which were set aside."""
ENTRY_REASON = "法院执行款直接划入过渡户，系统无流水 (paid in by the court; no system has booked it)"
"""Why a recovery was entered by hand."""
ENTRY_DAY = date(2026, 9, 28)
