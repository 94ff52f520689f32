"""What somebody may do: permissions ("scorecard.pay:read") with the scopes in which they hold."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NoReturn


class Scope(StrEnum):
    """On whose rows a permission holds. Things without an owner (runs, indicators) are readable in any scope."""

    OWN = "own"  # the manager one is
    TEAM = "team"  # the managers of one's own branch, oneself among them
    BRANCH = "branch"  # the subtrees one heads
    BANK = "bank"  # every row


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer with its reason. Not a truth value: `if decision:` would forget the scopes."""

    permission: str
    scopes: frozenset[Scope]
    reason: str

    @property
    def allowed(self) -> bool:
        """Whether the permission holds on any row at all."""
        return len(self.scopes) > 0

    def covers(self, other: "Decision") -> bool:
        """Whether this permission holds wherever `other` does."""
        held = self.scopes | {Scope.OWN} if Scope.TEAM in self.scopes else self.scopes
        return Scope.BANK in held or other.scopes <= held

    def __bool__(self) -> NoReturn:
        raise TypeError("A decision is no truth value: ask `.allowed`, and for rows `.scopes`.")


@dataclass(frozen=True)
class Line:
    """Permissions that fit "resource:action" hold in these scopes, united over all roles."""

    resource: str
    action: str
    scopes: frozenset[Scope]

    def fits(self, resource: str, action: str) -> bool:
        """Whether the line is about it: equal, or `*` for the resource, `name.*` for its parts."""
        if self.action not in (action, "*"):
            return False
        if self.resource in (resource, "*"):
            return True
        return self.resource.endswith(".*") and resource.startswith(self.resource[:-1])


@dataclass(frozen=True)
class PermissionSet:
    """All lines of somebody's roles, sorted. Equal sets have equal keys, whoever holds them."""

    roles: tuple[str, ...]
    lines: tuple[Line, ...]

    def decide(self, permission: str) -> Decision:
        """What "resource:action" is allowed on, and why. Worked out once."""
        found = self._decided.get(permission)
        if found is None:
            found = self._decided[permission] = self._decide(permission)
        return found

    @cached_property
    def _decided(self) -> dict[str, Decision]:
        return {}

    def _decide(self, permission: str) -> Decision:
        resource, _, action = permission.partition(":")
        scopes = frozenset(s for line in self.lines if line.fits(resource, action) for s in line.scopes)
        roles = ", ".join(self.roles) or "none"
        if scopes:
            held = ", ".join(sorted(scopes))
            return Decision(permission, scopes, f"{permission} holds for: {held} (roles: {roles}).")
        return Decision(permission, scopes, f"{permission} is not among the permissions of your roles ({roles}).")

    @cached_property
    def scopes(self) -> frozenset[Scope]:
        """Every scope that occurs in them."""
        return frozenset(scope for line in self.lines for scope in line.scopes)

    @cached_property
    def key(self) -> str:
        """Keys whatever depends on permissions alone."""
        text = ";".join(f"{x.resource}:{x.action}:{','.join(sorted(x.scopes))}" for x in self.lines)
        return hashlib.sha256(text.encode()).hexdigest()
