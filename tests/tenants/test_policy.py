"""Who may do what: the table, Casbin's answer to it, and what plugins may add."""

from datetime import date
from typing import Any

import pytest

from core.errors import Forbidden, PluginError, Unauthenticated
from core.people.roles import ROLES
from core.people.store import add_person, grant
from core.plugin import PolicyLine, hook
from core.plugins.host import Host
from core.session import Bank
from tenants.binding import Opener
from tenants.callers import Caller, load_caller, require
from tenants.enforcer import build_enforcer, permission_set
from tenants.permissions import Scope
from tenants.policy import DEFAULT_POLICY, VOCABULARY, policy_of

OWN, TEAM, BRANCH, BANK = Scope.OWN, Scope.TEAM, Scope.BRANCH, Scope.BANK


def _may(*roles: str) -> Any:
    return permission_set("b", DEFAULT_POLICY, tuple(sorted(roles)))


def test_the_vocabulary_and_the_table_are_alphabetical_and_fit_each_other() -> None:
    assert list(VOCABULARY) == sorted(VOCABULARY)
    assert [(line.role, line.permission) for line in DEFAULT_POLICY] == sorted(
        {(line.role, line.permission) for line in DEFAULT_POLICY}
    )
    assert {line.role for line in DEFAULT_POLICY} == set(ROLES)
    assert {line.permission for line in DEFAULT_POLICY} - set(VOCABULARY) == {"*:read"}
    assert {line.scope for line in DEFAULT_POLICY} <= set(Scope)


@pytest.mark.parametrize("role", ROLES)
def test_the_permission_set_says_what_casbin_says(role: str) -> None:
    enforcer = build_enforcer("b", DEFAULT_POLICY)
    for permission in [*VOCABULARY, "loans.overdue:read", "loans.overdue:set", "scorecard:write"]:
        resource, _, action = permission.partition(":")
        assert _may(role).decide(permission).allowed is enforcer.enforce(f"role:{role}", "b", resource, action)
        assert not enforcer.enforce(f"role:{role}", "another bank", resource, action)


def test_an_auditor_reads_everything_of_the_bank_and_writes_nothing() -> None:
    for permission in VOCABULARY:
        expected = {BANK} if permission.endswith((":read", ":introspect")) else set()
        assert _may("auditor").decide(permission).scopes == expected, permission


@pytest.mark.parametrize(
    ("roles", "permission", "scopes"),
    [
        (("manager",), "scorecard.pay:read", {OWN}),
        (("branch_head",), "scorecard.pay:read", {BRANCH}),
        (("branch_head", "manager"), "scorecard.pay:read", {OWN, BRANCH}),
        (("manager", "scheme_designer"), "scorecard:read", {OWN, BANK}),
        (("manager", "scheme_designer"), "scorecard.pay:read", {OWN}),
        (("assessor",), "run:start", {BANK}),
        (("auditor",), "run:start", set()),
        (("branch_head", "manager"), "run:start", set()),
        ((), "bank:read", set()),
    ],
)
def test_scopes_of_several_roles_are_united(roles: tuple[str, ...], permission: str, scopes: set[Scope]) -> None:
    assert _may(*roles).decide(permission).scopes == scopes


@pytest.mark.parametrize(
    ("held", "asked", "covered"),
    [
        ({BANK}, {OWN, BRANCH, BANK}, True),
        ({OWN, BRANCH}, {BRANCH}, True),
        ({TEAM}, {OWN}, True),
        ({OWN}, {OWN, BANK}, False),
        ({BRANCH}, {OWN}, False),
        (set(), {OWN}, False),
    ],
)
def test_one_permission_covers_another_only_where_it_holds_on_all_its_rows(
    held: set[Scope], asked: set[Scope], covered: bool
) -> None:
    from tenants.permissions import Decision

    assert Decision("a:read", frozenset(held), "").covers(Decision("b:read", frozenset(asked), "")) is covered


def test_a_decision_is_no_truth_value_and_gives_its_reason() -> None:
    decision = _may("manager").decide("run:start")
    with pytest.raises(TypeError, match="allowed"):
        bool(decision)
    assert decision.reason == "run:start is not among the permissions of your roles (manager)."


def test_equal_permissions_have_equal_keys_whatever_their_order() -> None:
    lines = tuple(reversed(DEFAULT_POLICY)) + DEFAULT_POLICY[:5]
    assert permission_set("b", lines, ("manager",)).key == _may("manager").key
    assert _may("manager").key != _may("auditor").key
    assert permission_set("c", DEFAULT_POLICY, ("manager",)).key == _may("manager").key


class _Plugin:
    def __init__(self, *lines: PolicyLine) -> None:
        self._lines = lines

    @hook
    def policy_lines(self) -> tuple[PolicyLine, ...]:
        return self._lines


def _policy(*lines: PolicyLine) -> tuple[PolicyLine, ...]:
    return policy_of(Host({"loans": (_Plugin(*lines), "1")}).catalogue(["loans"]))


def test_a_plugin_adds_permissions_about_its_own_things() -> None:
    line = PolicyLine("manager", "loans.overdue:read", "team")
    may = permission_set("b", _policy(line), ("manager",))
    assert may.decide("loans.overdue:read").scopes == {TEAM}
    assert _may("manager").decide("loans.overdue:read").scopes == set()


@pytest.mark.parametrize(
    "line",
    [
        PolicyLine("manager", "scorecard:read", "bank"),
        PolicyLine("manager", "*:read", "bank"),
        PolicyLine("manager", "loans.*:read", "bank"),
        PolicyLine("manager", "loans", "own"),
        PolicyLine("manager", "loansX:read", "own"),
        PolicyLine("king", "loans:read", "own"),
        PolicyLine("manager", "loans:read", "world"),
        PolicyLine("auditor", "loans:set", "bank"),
    ],
)
def test_a_plugin_widens_nothing_else(line: PolicyLine) -> None:
    with pytest.raises(PluginError, match="Plugin loans: a policy line"):
        _policy(line)


async def test_a_caller_is_read_with_his_roles(open_bank: Opener) -> None:
    nothing = Host({}).catalogue([])
    async with open_bank() as session:
        await session.execute("INSERT INTO bank.branches (branch, kind, name, name_zh) VALUES ('B1', 'x', 'x', 'x')")
        await session.execute("INSERT INTO bank.managers (manager, name) VALUES ('m1', 'x')")
        await add_person(session, "li", "m1")
        await grant(session, "li", "branch_head", "B1")
        await grant(session, "li", "manager")
    async with open_bank.door.open(open_bank.bank, "li", read_only=True) as session:
        caller = await load_caller(session, nothing)
    assert (caller.manager, caller.roles, caller.head_of) == ("m1", ("branch_head", "manager"), ("B1",))
    scope = caller.rows("scorecard:read")
    assert (scope.everything, scope.manager, scope.team_of, scope.heads) == (False, "m1", None, ("B1",))
    for person in ("nobody", "li\0", "", "x" * 300):
        with pytest.raises(Unauthenticated) as refused:
            async with open_bank.door.open(open_bank.bank, person, read_only=True) as session:
                await load_caller(session, nothing)
        assert refused.value.code == "PERSON_UNKNOWN"


def test_what_is_required_and_missing_is_forbidden_by_name() -> None:
    bank = Bank(1, "b", "B", "B", "CNY", 2, "Asia/Shanghai")
    caller = Caller(bank, "li", None, ("auditor",), (), _may("auditor"), date(2026, 10, 20))
    assert require(caller, "run:read").scopes == {BANK}
    with pytest.raises(Forbidden, match="run:start is not among the permissions") as refused:
        require(caller, "run:start")
    assert refused.value.fields == {"permission": "run:start", "person": "li"}
