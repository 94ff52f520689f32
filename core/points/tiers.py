"""The steps of F7 (分档): bounds on the value, each with a share of the base."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from core.decimal_text import DecimalText, decimal_text
from core.indicators.value import Value
from core.points.rule import RuleParameters

AT_LEAST = "at_least"
AT_MOST = "at_most"


def _left_out(bound: Decimal | None) -> bool:
    return bound is None


class Tier(RuleParameters):
    """One step: `at_least` where higher is better, `at_most` where lower is; never both."""

    at_least: DecimalText | None = Field(default=None, exclude_if=_left_out)
    at_most: DecimalText | None = Field(default=None, exclude_if=_left_out)
    share_of_base: Annotated[DecimalText, Field(ge=0, le=1_000_000)]

    @model_validator(mode="after")
    def _one_bound(self) -> "Tier":
        if (self.at_least is None) == (self.at_most is None):
            raise PydanticCustomError("TIER_NEEDS_ONE_BOUND", "A step has at_least or at_most, one of them.")
        return self

    @property
    def bound_name(self) -> str:
        """at_least or at_most."""
        return AT_LEAST if self.at_most is None else AT_MOST

    @property
    def bound(self) -> Decimal:
        """The figure that has to be reached."""
        bound = self.at_least if self.at_most is None else self.at_most
        assert bound is not None
        return bound

    @property
    def shown(self) -> str:
        """As inputs hold it: "0.9: 0.8"."""
        return f"{decimal_text(self.bound)}: {decimal_text(self.share_of_base)}"


def _highest_first(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    """Hardest to reach first; of equal bounds the one that gives more."""
    if len({tier.bound_name for tier in tiers}) > 1:
        raise PydanticCustomError("TIERS_MIXED", "Use at_least in every step or at_most in every step.")
    most_first = sorted(tiers, key=lambda tier: tier.share_of_base, reverse=True)
    return tuple(sorted(most_first, key=lambda tier: tier.bound, reverse=bool(tiers) and tiers[0].at_most is None))


Tiers = Annotated[tuple[Tier, ...], AfterValidator(_highest_first)]
"""In whatever order they are written, read highest first."""


def ladder(tiers: Sequence[Tier]) -> tuple[tuple[int, int, bool, Tier], ...]:
    """Steps ready for many values: numerator and denominator of the bound, whether it is an upper one, the step."""
    return tuple((*tier.bound.as_integer_ratio(), tier.at_most is not None, tier) for tier in tiers)


def tier_reached(steps: Sequence[tuple[int, int, bool, Tier]], value: Value) -> Tier | None:
    """The highest step of a ladder the value reaches, meeting its bound included; None below the first."""
    numerator, denominator = value.numerator, value.denominator
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    for bound, parts, upper, tier in steps:
        over = numerator * parts - bound * denominator
        if over == 0 or (over < 0) is upper:
            return tier
    return None
