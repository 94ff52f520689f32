"""People who log in and the roles they hold, read and changed. Every change is audited in its own transaction."""

from collections.abc import Sequence

from core.audit.store import record
from core.codes import is_code
from core.errors import Conflict, Forbidden, InputError, NotFound
from core.people.login import Login
from core.people.roles import ROLES
from core.session import BankSession


async def login(session: BankSession, person: str) -> Login | None:
    """The active person of that code with all grants, None if missing or inactive."""
    if session.entered is not None and person == session.person:
        return session.entered.login
    return (await logins(session, [person])).get(person)


async def logins(session: BankSession, persons: Sequence[str]) -> dict[str, Login]:
    """The active ones of these people with all their grants, in one statement."""
    found = await session.rows(
        """SELECT p.person, p.manager, g.role, g.branch FROM bank.people p
           LEFT JOIN bank.grants g ON g.person = p.person
           WHERE p.person = ANY($1::text[]) AND p.active ORDER BY p.person, g.role, g.branch""",
        [person for person in persons if is_code(person)],
    )
    grants: dict[str, list[tuple[str, str]]] = {row["person"]: [] for row in found}
    for row in found:
        if row["role"] is not None:
            grants[row["person"]].append((row["role"], row["branch"]))
    return {row["person"]: Login(row["person"], row["manager"], tuple(grants[row["person"]])) for row in found}


async def add_person(session: BankSession, person: str, manager: str | None = None) -> None:
    """Add somebody a token can name. PERSON_EXISTS if the code is taken; NotFound for an unknown manager."""
    if not is_code(person):
        raise InputError("A person's code is 1 to 200 printable characters.", code="PERSON_INVALID")
    if manager is not None:
        await _must_exist(session, "SELECT 1 FROM bank.managers WHERE manager = $1", manager, "manager")
    added = await session.row(
        """INSERT INTO bank.people (person, manager, active) VALUES ($1, $2, true)
           ON CONFLICT DO NOTHING RETURNING person""",
        person,
        manager,
    )
    if added is None:
        raise Conflict(f"Person {person} exists already.", code="PERSON_EXISTS")
    await record(session, "person:add", person, manager=manager)


async def set_active(session: BankSession, person: str, active: bool) -> None:
    """Let a person in, or keep him out from his next request on. NotFound for an unknown person."""
    await _must_exist(session, "SELECT 1 FROM bank.people WHERE person = $1", person, "person")
    await session.execute("UPDATE bank.people SET active = $2 WHERE person = $1", person, active)
    await record(session, "person:activate" if active else "person:deactivate", person)


async def grant(session: BankSession, person: str, role: str, branch: str = "") -> bool:
    """Give a role; False if it was held already. A branch head needs a branch, no other role takes one.

    FOUR_EYES: nobody gives himself a role.
    """
    _check_role(role, branch)
    if person == session.person:
        raise Forbidden("Nobody gives himself a role: ask a second person.", code="FOUR_EYES")
    await _must_exist(session, "SELECT 1 FROM bank.people WHERE person = $1", person, "person")
    if branch:
        await _must_exist(session, "SELECT 1 FROM bank.branches WHERE branch = $1", branch, "branch")
    added = await session.row(
        """INSERT INTO bank.grants (person, role, branch, granted_by, granted_at) VALUES ($1, $2, $3, $4, now())
           ON CONFLICT DO NOTHING RETURNING person""",
        person,
        role,
        branch,
        session.person,
    )
    if added is None:
        return False
    await record(session, "person:grant", person, role=role, branch=branch)
    return True


async def revoke(session: BankSession, person: str, role: str, branch: str = "") -> bool:
    """Take a role away; False if it was not held."""
    taken = await session.row(
        "DELETE FROM bank.grants WHERE person = $1 AND role = $2 AND branch = $3 RETURNING person",
        person,
        role,
        branch,
    )
    if taken is None:
        return False
    await record(session, "person:revoke", person, role=role, branch=branch)
    return True


def _check_role(role: str, branch: str) -> None:
    if role not in ROLES:
        raise InputError(f"No role {role[:50]!r}. There are: {', '.join(ROLES)}.", code="ROLE_UNKNOWN")
    if (role == "branch_head") != bool(branch):
        needs = "needs" if role == "branch_head" else "takes no"
        raise InputError(f"The role {role} {needs} branch.", code="ROLE_BRANCH")


async def _must_exist(session: BankSession, statement: str, code: str, noun: str) -> None:
    if not is_code(code) or await session.row(statement, code) is None:
        raise NotFound(f"There is no {noun} {code[:50]!r}.")
