"""What one caller may ask for, as a table: the product's own limits, an installation's, a bank's, a role's.

Limits guard the installation and every other bank, so they are settings of the installation and no bank's own.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator

from core.people.roles import ROLES

DEEPEST = 50
MOST_FIELDS = 1000
"""However much anybody is allowed: beyond these the validation of one document itself is an attack."""

_FROZEN = ConfigDict(extra="forbid", frozen=True)
Depth = Annotated[int, Field(ge=1, le=DEEPEST)]
Fields = Annotated[int, Field(ge=1, le=MOST_FIELDS)]
Count = Annotated[int, Field(ge=0, le=MOST_FIELDS)]
Cost = Annotated[int, Field(ge=1, le=10**12)]
Rate = Annotated[int, Field(ge=1, le=10**12)]
Seconds = Annotated[int, Field(ge=1, le=3600)]


class Limits(BaseModel):
    """What holds for one request. Cost is in points, see cost.py; rates may be used up at once, then trickle back."""

    model_config = _FROZEN

    depth: Depth = 20  # the introspection of GraphiQL has 15
    fields: Fields = MOST_FIELDS
    aliases: Count = 100
    directives: Count = 50
    cost: Cost = 200_000
    deadline_seconds: Seconds = 30
    requests_a_minute: Rate = 6_000
    cost_a_minute: Rate = 30_000_000
    bank_requests_a_minute: Rate = 30_000
    bank_cost_a_minute: Rate = 100_000_000
    free_text: bool = True


class LimitLine(BaseModel):
    """Limits that differ from those of the line above; None: as there."""

    model_config = _FROZEN

    depth: Depth | None = None
    fields: Fields | None = None
    aliases: Count | None = None
    directives: Count | None = None
    cost: Cost | None = None
    deadline_seconds: Seconds | None = None
    requests_a_minute: Rate | None = None
    cost_a_minute: Rate | None = None
    bank_requests_a_minute: Rate | None = None
    bank_cost_a_minute: Rate | None = None
    free_text: bool | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What it changes."""
        return {name: value for name in Limits.model_fields if (value := getattr(self, name)) is not None}


class RolesLine(LimitLine):
    """A line with lines of roles below it."""

    roles: dict[str, LimitLine] = Field(default_factory=dict)

    @field_validator("roles")
    @classmethod
    def _known(cls, roles: dict[str, LimitLine]) -> dict[str, LimitLine]:
        if unknown := sorted(roles.keys() - set(ROLES)):
            raise ValueError(f"there is no role {unknown[0]!r}: there are {', '.join(ROLES)}")
        return roles


class LimitTable(RolesLine):
    """An installation's limits: for everybody, for roles, for banks by code, for roles of banks."""

    banks: dict[str, RolesLine] = Field(default_factory=dict)
    _found_before: dict[tuple[str, tuple[str, ...]], Limits] = PrivateAttr(default_factory=dict)

    def of_bank(self, bank: str) -> Limits:
        """Those of a bank whatever the role."""
        return Limits(**{**self.told, **self._bank(bank).told})

    def of(self, bank: str, roles: tuple[str, ...]) -> Limits:
        """Those of somebody with these roles in a bank: of each limit the widest that one of his roles has."""
        known = self._found_before.get((bank, roles))
        if known is None:
            known = self._found_before[bank, roles] = self._found(bank, roles)
        return known

    def _found(self, bank: str, roles: tuple[str, ...]) -> Limits:
        base = self.of_bank(bank)
        lines = [self._line(bank, role) for role in roles]
        if not lines:
            return base
        found = {name: max(line.get(name, held) for line in lines) for name, held in base.model_dump().items()}
        return Limits(**found)

    @property
    def longest_deadline(self) -> int:
        """Seconds."""
        banks = self.banks.values()
        lines = [self, *self.roles.values(), *banks, *(line for bank in banks for line in bank.roles.values())]
        return max(Limits(**self.told).deadline_seconds, *(line.deadline_seconds or 0 for line in lines))

    def _line(self, bank: str, role: str) -> dict[str, Any]:
        """Of a role in a bank: a bank's line beats a role's, the line of the bank's role beats both."""
        nothing, of_bank = LimitLine(), self._bank(bank)
        return {**self.roles.get(role, nothing).told, **of_bank.told, **of_bank.roles.get(role, nothing).told}

    def _bank(self, bank: str) -> RolesLine:
        return self.banks.get(bank, RolesLine())
