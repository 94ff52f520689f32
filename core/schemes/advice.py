"""What a designer should look at in a scheme that could be run as it is."""

from dataclasses import dataclass
from fractions import Fraction

from core.indicators.indicator import Labels
from core.schemes.scheme import Scheme
from core.schemes.table2 import WHOLE, Role, finding_words, table2_check


@dataclass(frozen=True)
class Advice:
    """A finding about a scheme: a stable code, and what it says."""

    code: str
    words: Labels


def advice_on(scheme: Scheme) -> tuple[Advice, ...]:
    """F26, where a line has a role; sorted by code. A weight is the line's base in hundredths of the base total."""
    weights: dict[Role, Fraction] = {}
    for _, line in scheme.lines:
        if line.role is not None and line.base is not None:
            weight = Fraction(line.base) * WHOLE / Fraction(scheme.base_total)
            weights[line.role] = weights.get(line.role, Fraction(0)) + weight
    return tuple(Advice(code, finding_words(code)) for code in table2_check(weights)) if weights else ()
