"""People and roles: added, given, taken away, and every act in the audit trail."""

import pytest

from core.errors import Conflict, Forbidden, InputError, MeritgraphError, NotFound
from core.people.store import add_person, grant, login, revoke, set_active
from core.session import BankSession
from tenants.binding import Opener


async def _trail(session: BankSession) -> list[tuple[str, str, str]]:
    found = await session.rows("SELECT person, action, subject FROM bank.audit ORDER BY record")
    return [tuple(row) for row in found]


async def test_a_person_gets_and_loses_roles_and_all_of_it_is_audited(open_bank: Opener) -> None:
    async with open_bank() as session:
        await add_person(session, "li")
        assert await grant(session, "li", "auditor")
        assert not await grant(session, "li", "auditor")
        known = await login(session, "li")
        assert known is not None
        assert known.grants == (("auditor", ""),)
        assert await revoke(session, "li", "auditor")
        assert not await revoke(session, "li", "auditor")
        known = await login(session, "li")
        assert known is not None
        assert known.grants == ()
        await set_active(session, "li", False)
        assert await login(session, "li") is None
        assert await _trail(session) == [
            ("tester", "person:add", "li"),
            ("tester", "person:grant", "li"),
            ("tester", "person:revoke", "li"),
            ("tester", "person:deactivate", "li"),
        ]


@pytest.mark.parametrize(
    ("role", "branch", "kind", "code"),
    [
        ("king", "", InputError, "ROLE_UNKNOWN"),
        ("branch_head", "", InputError, "ROLE_BRANCH"),
        ("auditor", "B1", InputError, "ROLE_BRANCH"),
        ("branch_head", "B9", NotFound, "NOT_FOUND"),
        ("branch_head", "B\0", NotFound, "NOT_FOUND"),
    ],
)
async def test_a_role_that_cannot_be_held_is_refused_and_nothing_is_written(
    open_bank: Opener, role: str, branch: str, kind: type[MeritgraphError], code: str
) -> None:
    async with open_bank() as session:
        await add_person(session, "li")
        with pytest.raises(kind) as refused:
            await grant(session, "li", role, branch)
        assert refused.value.code == code
        assert await session.rows("SELECT 1 FROM bank.grants") == []
        assert len(await _trail(session)) == 1


async def test_nobody_gives_himself_a_role(open_bank: Opener) -> None:
    async with open_bank() as session:
        await add_person(session, "tester")
        with pytest.raises(Forbidden) as refused:
            await grant(session, "tester", "administrator")
        assert refused.value.code == "FOUR_EYES"
        assert await session.rows("SELECT 1 FROM bank.grants") == []


async def test_people_are_known_by_one_code_and_managers_must_exist(open_bank: Opener) -> None:
    async with open_bank() as session:
        await add_person(session, "li")
        with pytest.raises(Conflict, match="exists already"):
            await add_person(session, "li")
        for person in ("", "a\nb", "x" * 201):
            with pytest.raises(InputError):
                await add_person(session, person)
        with pytest.raises(NotFound):
            await add_person(session, "wang", "m404")
        with pytest.raises(NotFound):
            await grant(session, "nobody", "auditor")
        assert [row["person"] for row in await session.rows("SELECT person FROM bank.people")] == ["li"]
