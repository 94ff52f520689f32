"""Folded values: exact fractions in the indicator's shown unit, per manager, for what nobody holds, for the bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.numbers import fraction_text


@dataclass(frozen=True, slots=True)
class Value:
    """numerator ÷ denominator in the shown unit (major money units, percent, …), or a reason why there is none.

    Not reduced, so that parts add up: Σ managers + unattributed = bank on the numerator of a sum, and on both
    of a ratio.
    """

    numerator: int
    denominator: int
    not_applicable: str | None = None

    @property
    def exact(self) -> Fraction:
        """The value as a reduced fraction. ZeroDivisionError when not applicable for want of a denominator."""
        return Fraction(self.numerator, self.denominator)

    def text(self, digits: int = 6) -> str | None:
        """As shown: half away from zero; None when not applicable."""
        return None if self.not_applicable else fraction_text(self.exact, digits)


@dataclass(frozen=True)
class Measured:
    """One indicator of one run."""

    indicator: str
    managers: Mapping[str, Value]
    unattributed: Value
    bank: Value


Values = Mapping[str, Measured]
"""By indicator code."""
