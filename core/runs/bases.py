"""Bases of a sheet's lines when some do not apply (`rescale`): what they cannot use goes to the others."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm


class RescaledBases:
    """The bases of one sheet, exact, for every pattern of absent lines; their sum is always the same."""

    def __init__(self, sections: Sequence[str], bases: Sequence[Fraction]) -> None:
        """`sections` and `bases`: section code and base points of every line, in the sheet's order."""
        self._sections = sections
        self._scale = lcm(*(base.denominator for base in bases))
        self._bases = [base.numerator * (self._scale // base.denominator) for base in bases]
        self._whole = self._sums(lambda line: True)
        self._known: dict[tuple[bool, ...], tuple[Fraction, ...]] = {}

    def without(self, absent: tuple[bool, ...]) -> tuple[Fraction, ...]:
        """Base per line; zero for the absent ones, of which there are some but not all."""
        if absent not in self._known:
            self._known[absent] = self._rescale(absent)
        return self._known[absent]

    def _rescale(self, absent: tuple[bool, ...]) -> tuple[Fraction, ...]:
        """First inside each section, in proportion; what whole absent sections leave, over the sheet.

        That second step is in proportion to the bases after the first, so that the sections which remain keep
        their weights to each other.
        """
        present = self._sums(lambda line: not absent[line])
        sheet = sum(self._whole.values())
        reached = sum(self._whole[section] for section, base in present.items() if base)
        factors = {
            section: Fraction(self._whole[section] * sheet, base * reached * self._scale)
            for section, base in present.items()
            if base
        }
        return tuple(
            Fraction(0) if gone else base * factors[section]
            for section, base, gone in zip(self._sections, self._bases, absent, strict=True)
        )

    def _sums(self, counts: Callable[[int], bool]) -> dict[str, int]:
        sums = dict.fromkeys(self._sections, 0)
        for line, (section, base) in enumerate(zip(self._sections, self._bases, strict=True)):
            sums[section] += base if counts(line) else 0
        return sums
