"""The two walls stand in one place: what a resolver requires is what the schema says it needs.

Everything is asked of the full schema, as if the first wall had fallen, by people who lack one permission each.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

import pytest
from graphql import ExecutionResult, GraphQLObjectType, GraphQLSchema, execute, parse, subscribe

from core.people.roles import ROLES
from schema.context import Context
from schema.faults import translated
from schema.needs import Need, Permits
from tenants.permissions import Line, PermissionSet, Scope
from tenants.policy import VOCABULARY
from tests.schema.planning.both_ways import Asked, BothWays
from tests.schema.planning.whole import told, whole_document
from tests.schema.test_roles import document

if TYPE_CHECKING:
    from tests.schema.conftest import Town

ARGUMENTS = {"runId": '"run-odd"', "managerCode": '"m1"', "period": '"2026-Q1"', "scheme": '"test"'}
KEYS = {"run": '"run-odd"', "branch": '"B11"', "manager": '"m1"', "scheme": '"test"'}
"""What `id` or `code` is at these roots."""
NOTHING: tuple[Any, ...] = (None, [])


def permission_set(held: Collection[str], *, scope: Scope = Scope.BANK) -> PermissionSet:
    parts = [name.partition(":") for name in sorted(held)]
    return PermissionSet(("tester",), tuple(Line(of, action, frozenset({scope})) for of, _, action in parts))


def lacking(need: Need) -> list[PermissionSet]:
    """One for every way not to meet a need: all but one of its clauses, or one on one's own rows alone."""
    sets = [permission_set(set(VOCABULARY) - clause) for clause in need.clauses]
    for name in need.whole:
        sets.append(permission_set(set(VOCABULARY) - {name}))
        rest = permission_set(set(VOCABULARY) - {name}).lines
        sets.append(PermissionSet(("tester",), (*rest, *permission_set([name], scope=Scope.OWN).lines)))
    return sets


def permits(held: PermissionSet) -> Permits:
    decisions = [held.decide(name) for name in VOCABULARY]
    return Permits(
        frozenset(one.permission for one in decisions if one.allowed),
        frozenset(one.permission for one in decisions if Scope.BANK in one.scopes),
        frozenset(),
    )


@asynccontextmanager
async def asking(both_ways: BothWays, town: Town, held: PermissionSet) -> AsyncIterator[Context]:
    """The context of somebody who holds these."""
    async with both_ways.context(Asked(town, "assessor", "")) as of:
        caller = replace(of.caller, permissions=held, head_of=("B2",), manager="m1")
        yield Context(caller, of.works, of.catalogue, of.transactions, of.language)


async def answered(schema: GraphQLSchema, query: str, context: Context, **variables: Any) -> ExecutionResult:
    found = execute(schema, parse(query), context_value=context, variable_values=variables)
    result = await found if isawaitable(found) else found
    return ExecutionResult(result.data, [translated(error) for error in result.errors or ()])


def codes(result: ExecutionResult) -> set[tuple[str, str | None]]:
    return {
        (str(error.extensions["code"]), error.extensions.get("permission"))
        for error in result.errors or ()
        if error.extensions
    }


def asked(schema: GraphQLSchema, root: str) -> str | None:
    key = KEYS.get(root, '"deposits.daily_average"')
    return whole_document(schema, root, ARGUMENTS | {"id": key, "code": key})


def roots(both_ways: BothWays, of: str) -> dict[str, Need]:
    guarded = both_ways.schema.schemas.pruner.shape.guarded
    prefix = f"{of}."
    return {
        at.removeprefix(prefix): need
        for at, need in guarded.items()
        if at.startswith(prefix) and "(" not in at and "__" not in at
    }


async def test_a_root_that_needs_a_permission_refuses_whoever_lacks_only_that(both_ways: BothWays, busy: Town) -> None:
    full = both_ways.schema._schema
    for root, need in roots(both_ways, "Query").items():
        for held in lacking(need):
            query = asked(full, root)
            assert query is not None, root
            async with asking(both_ways, busy, held) as context:
                result = await answered(full, query, context)
            assert result.data == {root: None}, root
            [(code, permission)] = codes(result)
            assert (code, permission in need.permissions) == ("FORBIDDEN", True), root


async def test_a_change_that_needs_a_permission_refuses_whoever_lacks_only_that(
    both_ways: BothWays, busy: Town
) -> None:
    full = both_ways.schema._schema
    assert full.mutation_type is not None
    needs = roots(both_ways, "Mutation")
    assert set(needs) == set(full.mutation_type.fields)
    for root, need in needs.items():
        query, variables = document(root)
        for held in lacking(need):
            async with asking(both_ways, busy, held) as context:
                result = await answered(full, query, context, **variables)
            assert result.data == {root: None}, root
            [(code, permission)] = codes(result)
            assert (code, permission in need.permissions) == ("FORBIDDEN", True), root


async def test_a_stream_that_needs_a_permission_refuses_whoever_lacks_only_that(
    both_ways: BothWays, busy: Town
) -> None:
    full = both_ways.schema._schema
    assert full.subscription_type is not None
    needs = roots(both_ways, "Subscription")
    assert set(needs) == set(full.subscription_type.fields)
    for root, need in needs.items():
        given = [name for name, one in full.subscription_type.fields[root].args.items() if str(one.type).endswith("!")]
        arguments = ", ".join(f"{name}: {ARGUMENTS[name]}" for name in given if name in ARGUMENTS)
        text = f"subscription {{ {root}{f'({arguments})' if arguments else ''} {{ __typename }} }}"
        for held in lacking(need):
            async with asking(both_ways, busy, held) as context:
                opened = subscribe(full, parse(text), context_value=context)
                result = await opened if isawaitable(opened) else opened
                assert isinstance(result, ExecutionResult), root
                translated_ = ExecutionResult(None, [translated(error) for error in result.errors or ()])
            [(code, permission)] = codes(translated_)
            assert (code, permission in need.permissions) == ("FORBIDDEN", True), root


def below_roots(both_ways: BothWays) -> dict[str, Need]:
    """The fields of output types that have a need, but for roots and what only a stream gives."""
    full, shape = both_ways.schema._schema, both_ways.schema.schemas.pruner.shape
    queried = both_ways.schema.schemas.pruner.reach["Query"] - {"Query"}
    return {
        at: need
        for at, need in shape.guarded.items()
        if at.partition(".")[0] in queried
        and "(" not in at
        and isinstance(full.type_map[at.partition(".")[0]], GraphQLObjectType)
    }


async def test_a_field_that_needs_a_permission_tells_nothing_to_whoever_lacks_it(
    both_ways: BothWays, busy: Town
) -> None:
    full, fields = both_ways.schema._schema, below_roots(both_ways)
    assert full.query_type is not None
    proven = set()
    for name in sorted({one for need in fields.values() for one in need.permissions}):
        held = permission_set(set(VOCABULARY) - {name})
        unmet = {at for at, need in fields.items() if not permits(held).meet(need)}
        hidden = both_ways.schema.schemas.pruner.hidden(permits(held))
        asked_of = [root for root in full.query_type.fields if f"Query.{root}" not in hidden]
        query = " ".join(text[1:-1] for root in asked_of if (text := asked(full, root)) is not None)
        async with asking(both_ways, busy, held) as context:
            result = await answered(full, f"{{ {query} }}", context)
        # What is added up over rows is refused in words of its own: FACET_MASKED.
        assert codes(result) <= {("NOT_FOUND", None), ("FORBIDDEN", name), ("FORBIDDEN", None)}, (name, result.errors)
        refused = {str((error.path or [""])[-1]) for error in result.errors or ()}
        proven |= {at for at in unmet if at.partition(".")[2] in refused}
        for at, value in told(full, result.data):
            if at in unmet:
                assert value in NOTHING, (at, name)
                proven.add(at)
    assert {"Run.findings", "Run.values", "Scorecard.pay", "Bank.plugins", "Delivery.affectedRuns"} <= proven
    # Groups are asked for by their keys, which are hidden with them (test_visible.py).
    assert {at for at in fields.keys() - proven if "Group." not in at} == {"ScoreLine.evidence"}


async def test_evidence_tells_nothing_to_whoever_may_read_none(both_ways: BothWays, busy: Town) -> None:
    query = '{ scorecard(runId: "run-odd", managerCode: "m1") { lines { evidence(first: 1) { totalCount } } } }'
    async with asking(both_ways, busy, permission_set(set(VOCABULARY) - {"evidence:read"})) as context:
        result = await answered(both_ways.schema._schema, query, context)
        assert [path[-1] for path in context.masked] == ["evidence"] * 3
    assert result.data == {"scorecard": {"lines": [{"evidence": None}] * 3}}
    assert not result.errors


@pytest.mark.parametrize("missing", [None, *sorted(VOCABULARY)])
async def test_what_is_visible_to_who_holds_it_on_the_whole_bank_is_never_refused_and_as_in_the_full_schema(
    both_ways: BothWays, busy: Town, missing: str | None
) -> None:
    held = permission_set(set(VOCABULARY) - {missing})
    full, seen = both_ways.schema._schema, both_ways.schema.schemas.allowing(permits(held)).schema
    assert seen.query_type is not None
    for root in seen.query_type.fields:
        query = asked(seen, root)
        if query is None:
            continue
        async with asking(both_ways, busy, held) as context:
            found = await answered(seen, query, context)
            assert context.masked == []
        assert codes(found) <= {("NOT_FOUND", None)}, (root, found.errors)
        if missing is None or missing.endswith("read"):
            async with asking(both_ways, busy, held) as context:
                assert (await answered(full, query, context)).data == found.data


@pytest.mark.parametrize("role", ROLES)
async def test_no_role_is_refused_what_it_sees(both_ways: BothWays, busy: Town, role: str) -> None:
    async with both_ways.context(Asked(busy, role, "")) as context:
        seen = both_ways.schema.visible(context).schema
    assert seen.query_type is not None
    for root in seen.query_type.fields:
        if (query := asked(seen, root)) is not None:
            async with both_ways.context(Asked(busy, role, "")) as context:
                assert codes(await answered(seen, query, context)) <= {("NOT_FOUND", None)}, root
