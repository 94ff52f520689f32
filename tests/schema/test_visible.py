"""Role × field: what a permission set may never read, and what a bank has not enabled, does not exist."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
    graphql_sync,
    validate_schema,
)

from core.people.roles import ROLES
from core.people.store import add_person, grant, revoke
from core.plugins.host import Host
from core.session import Bank
from schema.checking import CheckedSchema
from schema.needs import need_of, needs_of_values, of_plugin
from schema.query import make_schema
from schema.resolved import resolved
from schema.visible import MOST_SCHEMAS, Visible, VisibleSchemas
from service.app import create_app
from tenants.callers import Caller
from tenants.enforcer import permission_set
from tenants.permissions import Line, PermissionSet, Scope
from tenants.policy import DEFAULT_POLICY, VOCABULARY
from tests.schema.unseen import unseen
from tests.schema.wire import Port, add_run, move, token

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, House, Town

SCHEMA = make_schema()
FULL = SCHEMA._schema
HOST = Host.installed()
BANK = Bank(1, "b", "B", "B", "CNY", 2, "Asia/Shanghai")


def caller(permissions: PermissionSet) -> Caller:
    return Caller(BANK, "p", None, permissions.roles, (), permissions, date(2026, 10, 1))


def seen(*roles: str, plugins: tuple[str, ...] = ()) -> CheckedSchema:
    return SCHEMA.schemas.of(caller(permission_set("b", DEFAULT_POLICY, roles)), HOST.catalogue(plugins))


def parts(schema: GraphQLSchema, of: str) -> set[str]:
    kind: Any = schema.type_map.get(of)
    return set() if kind is None else set(getattr(kind, "fields", None) or kind.values)


# role: roots of Query it lacks, Mutation it has, Subscription it has, and fields it lacks of types it sees
ROOTS: dict[str, tuple[str, str, str, str]] = {
    "administrator": (
        "auditTrail presets run runs scheme schemes scorecard scorecards",
        "changeSettings disablePlugin enablePlugin importDelivery registerDocuments removeDocuments removeFeed saveFeed"
        " setShares setTargets",
        "",
        "Delivery.affectedRuns ImportDeliveryInput.correction",
    ),
    "approver": (
        "arrivals auditTrail customer customers documents feeds shares",
        "approveEntry approveScheme publishRun refuseEntry",
        "leaderboard runProgress scorecardChanged",
        "Manager.shares ScoreLine.evidence",
    ),
    "assessor": ("auditTrail documents", "cancelRun startRun", "leaderboard runProgress scorecardChanged", ""),
    "auditor": ("", "", "leaderboard runProgress scorecardChanged", ""),
    "branch_head": (
        "arrivals auditTrail deliveries documents entries feeds readiness",
        "",
        "leaderboard runProgress scorecardChanged",
        "Run.affectedBy Run.values",
    ),
    "data_steward": (
        "auditTrail documents manager managers presets scheme schemes scorecard scorecards shares targets",
        "approveEntry importDelivery makeEntry refuseEntry removeFeed reverseEntry saveFeed withdrawEntry",
        "runProgress",
        "Customer.shares CustomerFilter.holder Me.manager Run.findings Run.scorecards Run.values"
        " SchemeVersion.approvedAt SchemeVersion.approvedBy SchemeVersion.body SchemeVersion.madeAt"
        " SchemeVersion.madeBy SchemeVersion.status SchemeVersion.submittedAt SchemeVersion.submittedBy",
    ),
    "manager": (
        "arrivals auditTrail deliveries documents entries feeds readiness",
        "",
        "leaderboard runProgress scorecardChanged",
        "Run.affectedBy Run.values",
    ),
    "risk_officer": (
        "arrivals auditTrail documents",
        "approveEntry makeEntry refuseEntry reverseEntry withdrawEntry",
        "leaderboard runProgress scorecardChanged",
        "Scorecard.pay ScorecardAggregates.pay ScorecardFilter.pay ScorecardOrderField.PAY",
    ),
    "scheme_designer": (
        "arrivals auditTrail customer customers deliveries documents entries feeds readiness shares",
        "saveScheme submitScheme",
        "leaderboard runProgress scorecardChanged",
        "Manager.shares Run.affectedBy ScoreLine.evidence Scorecard.pay ScorecardAggregates.pay ScorecardFilter.pay"
        " ScorecardOrderField.PAY",
    ),
    "nobody": (
        " ".join(sorted(parts(FULL, "Query") - {"me", "node", "nodes"})),
        "",
        "",
        "Bank.plugins Me.headOf Me.manager",
    ),
}


def test_every_role_is_in_the_table() -> None:
    assert set(ROOTS) == {*ROLES, "nobody"}


@pytest.mark.parametrize("role", ROOTS)
def test_a_role_sees_its_roots_and_fields(role: str) -> None:
    lacks, changes, streams, fields = (text.split() for text in ROOTS[role])
    schema = seen(*(() if role == "nobody" else (role,))).schema
    assert sorted(parts(FULL, "Query") - parts(schema, "Query")) == lacks
    assert sorted(parts(schema, "Mutation")) == changes
    assert sorted(parts(schema, "Subscription")) == streams
    lacking = {
        f"{name}.{part}"
        for name in schema.type_map
        if name not in ("Query", "Mutation", "Subscription") and hasattr(FULL.type_map[name], "to_kwargs")
        for part in _named(FULL, name) - _named(schema, name)
    }
    assert sorted(lacking) == fields


def _named(schema: GraphQLSchema, of: str) -> set[str]:
    kind = schema.type_map[of]
    return (
        parts(schema, of) if isinstance(kind, GraphQLObjectType | GraphQLInputObjectType | GraphQLEnumType) else set()
    )


@pytest.mark.parametrize("role", ROLES)
def test_an_object_found_by_its_id_is_of_a_type_the_role_reads(role: str) -> None:
    held = permission_set("b", DEFAULT_POLICY, (role,))
    schema = seen(role).schema
    for coordinate, need in SCHEMA.schemas.pruner.shape.guarded.items():
        name = coordinate.removeprefix("... on ")
        if name != coordinate and all(held.decide(one).allowed for one in need.permissions):
            assert name in schema.type_map


def test_every_type_with_an_id_says_what_it_takes_to_find_it() -> None:
    shape = SCHEMA.schemas.pruner.shape
    assert [name for name in shape.implementers["Node"] if f"... on {name}" not in shape.guarded] == []


def test_what_is_filtered_ordered_or_added_up_by_a_field_has_the_fields_need() -> None:
    """By name: Scorecard.pay, and pay or PAY of every input, enum and sum whose name begins with Scorecard."""
    guarded = SCHEMA.schemas.pruner.shape.guarded
    for coordinate, need in guarded.items():
        of, _, field = coordinate.partition(".")
        if not isinstance(FULL.type_map.get(of), GraphQLObjectType) or of in ("Query", "Mutation", "Subscription"):
            continue
        for name, part in _made_of(of):
            if part.replace("_", "").lower() == field.lower():
                assert guarded.get(f"{name}.{part}") is not None, f"{name}.{part} tells {coordinate}"
                assert need.permissions & guarded[f"{name}.{part}"].permissions or need.clauses == frozenset()


def _made_of(of: str) -> Iterator[tuple[str, str]]:
    made = ("Order", "Filter", "Aggregate", "Group", "Sum")
    for name in FULL.type_map:
        if name.startswith(of) and name[len(of) :].startswith(made):
            for part in parts(FULL, name):
                yield name, part


def test_whoever_sees_the_same_shares_one_schema_and_its_checked_documents() -> None:
    assert seen("assessor") is seen("assessor", "branch_head") is seen("assessor", "manager")
    assert seen("manager") is seen("branch_head")
    assert seen("manager") is not seen("assessor")


def test_schemas_are_kept_within_bounds_and_freed() -> None:
    schemas = VisibleSchemas(FULL, _Kept)
    names = sorted(VOCABULARY)
    held = [PermissionSet((), tuple(_line(name) for name in (one, other))) for one in names for other in names]
    first = weakref.ref(schemas.of(caller(held[1]), HOST.catalogue(())))
    assert first() is schemas.of(caller(held[1]), HOST.catalogue(()))
    for one in held[2 : MOST_SCHEMAS + 50]:
        schemas.of(caller(one), HOST.catalogue(()))
    gc.collect()
    assert first() is None
    assert len(schemas._recent) == MOST_SCHEMAS


def _line(permission: str) -> Line:
    resource, _, action = permission.partition(":")
    return Line(resource, action, frozenset({Scope.BANK}))


class _Kept:
    def __init__(self, visible: Visible) -> None:
        self.schema = visible.schema


@strawberry.type
class _Query:
    @resolved(description="Everybody's.")
    def plain(self) -> int:
        return 1

    @resolved(description="Of a plugin.", needs=of_plugin("risk"))
    def exposure(self) -> int:
        return 2

    @resolved(description="Of a plugin, with its permission.", needs=of_plugin("loans") & "risk.limit:read")
    def limit(self) -> int:
        return 3


@pytest.mark.parametrize(
    ("plugins", "permissions", "fields"),
    [
        ((), ("risk.limit:read",), ["plain"]),
        (("risk",), (), ["exposure", "plain"]),
        (("loans",), (), ["plain"]),
        (("loans",), ("risk.limit:read",), ["limit", "plain"]),
        (("loans", "risk"), ("risk.*:read",), ["exposure", "limit", "plain"]),
    ],
)
def test_a_plugins_fields_exist_where_the_bank_has_enabled_it(
    plugins: tuple[str, ...], permissions: tuple[str, ...], fields: list[str]
) -> None:
    schemas = VisibleSchemas(strawberry.Schema(_Query)._schema, _Kept)
    asking = caller(PermissionSet((), tuple(_line(name) for name in permissions)))
    found = schemas.of(asking, HOST.catalogue(plugins))
    assert sorted(parts(found.schema, "Query")) == fields
    assert validate_schema(found.schema) == []
    # Another bank, whose people may the same: what one has enabled is not the other's.
    assert sorted(parts(schemas.of(asking, HOST.catalogue(())).schema, "Query")) == ["plain"]
    assert schemas.of(asking, HOST.catalogue((*plugins, "deposits"))) is found


INTROSPECTION = get_introspection_query()
MAY_ASK = ["administrator", "approver", "assessor", "auditor", "data_steward", "risk_officer", "scheme_designer"]


@pytest.mark.parametrize("role", MAY_ASK)
async def test_introspection_tells_what_the_role_sees_and_no_more(here: Town, role: str) -> None:
    answer = await here.asks(role)(INTROSPECTION)
    assert "errors" not in answer
    assert answer["data"] == graphql_sync(seen(role).schema, INTROSPECTION).data
    told = {kind["name"] for kind in answer["data"]["__schema"]["types"]}
    assert told == set(seen(role).schema.type_map)


@pytest.mark.parametrize("role", ["branch_head", "manager", "nobody"])
@pytest.mark.parametrize(
    "query", ["{ __schema { queryType { name } } }", '{ me { code } t: __type(name: "Query") { name } }']
)
async def test_introspection_is_a_right(here: Town, role: str, query: str) -> None:
    answer = await here.asks(role)(query)
    assert "data" not in answer
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "FORBIDDEN", "permission": "schema:introspect"}
    assert error["message"] == (
        "Introspection needs schema:introspect, which is not among the permissions of your roles."
    )


@pytest.mark.parametrize("role", ["manager", "nobody"])
async def test_the_name_of_a_type_is_everybodys(here: Town, role: str) -> None:
    answer = await here.asks(role)("{ __typename me { __typename bank { __typename } } }")
    assert answer["data"] == {"__typename": "Query", "me": {"__typename": "Me", "bank": {"__typename": "Bank"}}}


async def test_behind_a_fragment_introspection_is_refused_too(here: Town) -> None:
    answer = await here.asks("manager")("query { ...A } fragment A on Query { ... { __schema { types { name } } } }")
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_in_a_demonstration_everybody_may_ask_for_what_he_sees(here: Town, house: House) -> None:
    app = create_app(house, demo_tokens=[{"role": "manager", "token": "x"}])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://meritgraph") as client:
        headers = here.asks("manager").headers
        answer = (await client.post("/graphql", json={"query": INTROSPECTION}, headers=headers)).json()
    assert "errors" not in answer
    assert answer["data"] == graphql_sync(seen("manager").schema, INTROSPECTION).data


async def test_what_nobody_may_read_of_another_bank_is_in_neither_schema(here: Town, there: Town) -> None:
    ours, theirs = [await town.asks("risk_officer")(INTROSPECTION) for town in (here, there)]
    assert ours == theirs
    assert "ScorecardOrderField" in json.dumps(ours)
    assert '"PAY"' not in json.dumps(ours)


async def test_a_stream_ends_when_what_it_asks_for_is_no_longer_the_persons_to_read(
    build_town: BuildTown, port: Port
) -> None:
    town = await build_town("STREAM")
    async with town.open() as session:
        await add_person(session, "both", None)
        await grant(session, "both", "assessor", "")
        await grant(session, "both", "data_steward", "")
    run = await add_run(town)
    query = "subscription($id: ID!) { runProgress(runId: $id) { code findings { totalCount } } }"
    async with port.open() as wire:
        await wire.greet(token(town, "both"))
        await wire.follow(run, query=query)
        assert (await wire.event())["findings"] == {"totalCount": 0}
        async with town.open() as session:
            assert await revoke(session, "both", "assessor")
        await move(town, run)
        heard = await wire.hear()
    assert heard["type"] == "error"
    unseen({"errors": heard["payload"]}, "Run.findings")


def test_needs_are_kept_on_what_strawberry_makes_of_a_field() -> None:
    scorecard: Any = FULL.type_map["Scorecard"]
    order: Any = FULL.type_map["ScorecardOrderField"]
    pay = need_of(scorecard.fields["pay"])
    assert pay is not None
    assert pay.permissions == {"scorecard.pay:read"}
    assert {name for name, _ in needs_of_values(order)} == {"BRANCH", "PAY"}
