"""How large the reference bank is."""

from dataclasses import dataclass

from core.periods import Period

PERIOD = Period.parse("2026-Q3")
BASE = PERIOD.previous()


@dataclass(frozen=True)
class Size:
    """Counts at a scale of 1; `scale` shrinks or grows all but the branches."""

    scale: float = 1.0
    seed: int = 20260930

    @property
    def branches(self) -> int:
        """Nodes of the tree, the head office among them."""
        return 40

    @property
    def managers(self) -> int:
        """At least one for each branch."""
        return max(self.branches, round(2_051 * self.scale))

    @property
    def customers(self) -> int:
        """Of every 300, 60 are handed over in mid-quarter and 17 are held by two managers at once: 754,000 shares."""
        return self._many(600_000)

    @property
    def accounts(self) -> int:
        """Two and a half a customer; six balance spans each in the quarter, three in the base quarter."""
        return self._many(1_500_000)

    @property
    def loans(self) -> int:
        """Granted from 2024 on."""
        return self._many(100_000)

    @property
    def fees(self) -> int:
        """Booked in the quarter."""
        return self._many(2_000_000)

    @property
    def interest(self) -> int:
        """Bookings in the quarter: half paid to depositors, half due from borrowers or received."""
        return self._many(1_000_000)

    @property
    def complaints(self) -> int:
        """Received in the quarter."""
        return self._many(20_000)

    @property
    def surveys(self) -> int:
        """Answered in the quarter."""
        return self._many(30_000)

    def _many(self, count: int) -> int:
        return max(1, round(count * self.scale))
