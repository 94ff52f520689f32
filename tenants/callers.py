"""Who asks: a person of a bank, the manager he is, the branches he heads, what he may do."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.errors import Forbidden, Unauthenticated
from core.people.login import Login
from core.people.store import login, logins
from core.plugins.host import Catalogue
from core.scopes import RowScope
from core.session import Bank, BankSession
from tenants.enforcer import permission_set
from tenants.permissions import Decision, PermissionSet, Scope
from tenants.policy import policy_of


@dataclass(frozen=True)
class Caller:
    """A known, active person. `today` is the bank's day on which he was let in."""

    bank: Bank
    person: str
    manager: str | None
    roles: tuple[str, ...]
    head_of: tuple[str, ...]
    permissions: PermissionSet
    today: date

    def decide(self, permission: str) -> Decision:
        """What a permission is allowed on, and why."""
        return self.permissions.decide(permission)

    def rows(self, permission: str) -> RowScope:
        """The rows a permission holds on; none where it is not held."""
        scopes = self.decide(permission).scopes
        return RowScope(
            today=self.today,
            everything=Scope.BANK in scopes,
            manager=self.manager if scopes & {Scope.OWN, Scope.TEAM} else None,
            team_of=self.manager if Scope.TEAM in scopes else None,
            heads=self.head_of if Scope.BRANCH in scopes else (),
        )

    @property
    def sight(self) -> Hashable:
        """Who has an equal one sees the same in everything but what is about himself: rights, and rows they reach."""
        held = self.permissions.scopes
        own = self.manager if held & {Scope.OWN, Scope.TEAM} else None
        heads = self.head_of if Scope.BRANCH in held else ()
        return (self.bank.id, self.permissions.roles, self.permissions.key, own, heads, self.today)


async def load_caller(session: BankSession, catalogue: Catalogue) -> Caller:
    """The session's person with his roles. Unauthenticated PERSON_UNKNOWN: missing and inactive alike.

    `catalogue`: what the bank works with, whose plugins may add permissions.
    """
    known = await login(session, session.person)
    if known is None:
        raise Unauthenticated("This person is not known here or may no longer log in.", code="PERSON_UNKNOWN")
    return _known_caller(session.bank, catalogue, known, today_in(session.bank))


@lru_cache(maxsize=10_000)
def _known_caller(bank: Bank, catalogue: Catalogue, known: Login, today: date) -> Caller:
    """Made once of the same log-in, rights, plugins and day: his roles were read again all the same."""
    return _caller(bank, known, permission_set(bank.code, policy_of(catalogue), _roles(known)), today)


async def load_callers(session: BankSession, catalogue: Catalogue, persons: Sequence[str]) -> dict[str, Caller]:
    """Those of these people who may log in, in one statement."""
    known = await logins(session, persons)
    policy = policy_of(catalogue)
    sets = {
        roles: permission_set(session.bank.code, policy, roles) for roles in {_roles(one) for one in known.values()}
    }
    today = today_in(session.bank)
    return {person: _caller(session.bank, one, sets[_roles(one)], today) for person, one in known.items()}


def _roles(known: Login) -> tuple[str, ...]:
    return tuple(sorted({role for role, _ in known.grants}))


def _caller(bank: Bank, known: Login, permissions: PermissionSet, today: date) -> Caller:
    return Caller(
        bank=bank,
        person=known.person,
        manager=known.manager,
        roles=_roles(known),
        head_of=tuple(sorted(branch for role, branch in known.grants if role == "branch_head")),
        permissions=permissions,
        today=today,
    )


def today_in(bank: Bank) -> date:
    """The day it is in the bank's time zone."""
    return datetime.now(ZoneInfo(bank.time_zone)).date()


def require(caller: Caller, permission: str) -> Decision:
    """The decision, if the permission holds on any row; Forbidden, naming the permission, if not."""
    decision = caller.decide(permission)
    if not decision.allowed:
        raise Forbidden(decision.reason, permission=permission, person=caller.person)
    return decision


def require_everywhere(caller: Caller, permission: str) -> Decision:
    """The decision, if the permission holds on every row of the bank; Forbidden, naming the permission, if not."""
    decision = require(caller, permission)
    if Scope.BANK not in decision.scopes:
        reason = f"This is about the whole bank. {decision.reason}"
        raise Forbidden(reason, permission=permission, person=caller.person)
    return decision
