"""Role × change × two banks: whoever may not change a thing leaves nothing behind, and learns nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    get_named_type,
    is_required_input_field,
)

from core.people.roles import ROLES
from core.registers.catalogue import REGISTERS
from schema.query import make_schema
from tenants.enforcer import permission_set
from tenants.policy import DEFAULT_POLICY, VOCABULARY
from tests.approved import add_approved, add_queued

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, Town

SCHEMA = make_schema()._schema
assert SCHEMA.mutation_type is not None
MUTATIONS = SCHEMA.mutation_type.fields

NEEDS = {
    "approveEntry": "entry:approve",
    "approveScheme": "scheme:approve",
    "cancelRun": "run:cancel",
    "changeSettings": "bank:set",
    "disablePlugin": "plugin:disable",
    "enablePlugin": "plugin:enable",
    "importDelivery": "delivery:import",
    "makeEntry": "entry:make",
    "publishRun": "run:publish",
    "registerDocuments": "document:register",
    "refuseEntry": "entry:approve",
    "removeDocuments": "document:register",
    "removeFeed": "feed:set",
    "reverseEntry": "entry:make",
    "saveFeed": "feed:set",
    "saveScheme": "scheme:save",
    "setShares": "share:set",
    "setTargets": "target:set",
    "startRun": "run:start",
    "submitScheme": "scheme:submit",
    "withdrawEntry": "entry:make",
}
"""The permission every mutation needs."""

INSTEAD = {"importDelivery": {register.permission for register in REGISTERS.values()}}
"""Permissions that let in as well: a list of the bank's own people or customers is handed in by who keeps them."""

TEXTS = {"Date": "2026-09-30", "DateTime": "2026-09-30T08:00:00Z", "Decimal": "1", "Period": "2026-Q3"}


def sample(kind: object) -> Any:
    """Some value of an input type: what is needed and nothing else."""
    if isinstance(kind, GraphQLNonNull):
        return sample(kind.of_type)
    if isinstance(kind, GraphQLList):
        return [sample(kind.of_type)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        needed = {name: field.type for name, field in kind.fields.items() if is_required_input_field(field)}
        return {name: sample(of) for name, of in needed.items()}
    assert isinstance(kind, GraphQLScalarType)
    return {"Int": 1, "Boolean": True, "Float": 1}.get(kind.name, TEXTS.get(kind.name, "s"))


def document(name: str) -> tuple[str, dict[str, Any]]:
    """The mutation with a sample of its input, and its variables."""
    kind = MUTATIONS[name].args["input"].type
    variables = {"input": sample(kind)}
    why = "... on Refusal { code reason message }"
    return f"mutation($input: {kind}) {{ {name}(input: $input) {{ __typename {why} }} }}", variables


def lacking(role: str) -> list[str]:
    """The mutations a role has no permission for."""
    may = permission_set("b", DEFAULT_POLICY, (role,))
    opening = {name: {permission, *INSTEAD.get(name, ())} for name, permission in sorted(NEEDS.items())}
    return [name for name, any_of in opening.items() if not any(may.decide(one).allowed for one in any_of)]


async def rows(*towns: Town) -> dict[str, tuple[int, ...]]:
    """How many rows every table of these banks has, and how many jobs wait."""
    found = {}
    for town in towns:
        async with town.open() as session:
            tables = await session.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'bank' ORDER BY tablename")
            for (table,) in tables:
                counted = await session.row(f"SELECT count(*), max(xmin::text::bigint) FROM bank.{table}")
                found[f"{town.bank.code}.{table}"] = tuple(counted or ())
            jobs = await session.row("SELECT count(*) FROM platform.jobs WHERE bank_id = $1", session.bank.id)
            found[f"{town.bank.code}.jobs"] = tuple(jobs or ())
    return found


def test_every_mutation_takes_one_input_and_has_its_permission_in_the_table() -> None:
    assert sorted(MUTATIONS) == sorted(NEEDS)
    assert {tuple(field.args) for field in MUTATIONS.values()} == {("input",)}
    assert set(NEEDS.values()) <= set(VOCABULARY)
    for name, field in MUTATIONS.items():
        assert NEEDS[name] in (field.description or ""), name
        assert get_named_type(field.type).name.endswith("Result"), name


def test_the_page_lists_every_change_with_its_permission() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "graphql.md").read_text(encoding="utf-8")
    table = page[page.index("| change | needs |") :].split("\n\n")[0].splitlines()[2:]
    cells = [line.strip("|").split("|") for line in table]
    listed = {name: cell[1].strip(" `") for cell in cells for name in re.findall(r"`(\w+)`", cell[0])}
    assert listed == NEEDS


async def refused_as_unknown(town: Town, role: str, name: str) -> None:
    """The change is not in the role's schema: it is answered in the words of one that never was."""
    query, variables = document(name)
    answer = await town.asks(role)(query, **variables)
    assert "data" not in answer, name
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}, name
    assert [permission for permission in VOCABULARY if permission in json.dumps(answer)] == [], name
    never = "x" * len(name)
    unknown = await town.asks(role)(query.replace(f"{name}(", f"{never}("), **variables)
    assert json.dumps(unknown).replace(never, name) == json.dumps(answer)


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
async def test_a_change_beyond_a_role_does_not_exist_for_it_and_leaves_no_row(
    here: Town, there: Town, role: str
) -> None:
    before = await rows(here, there)
    names = lacking(role)
    assert len(names) >= len(NEEDS) // 2, "a role that may do almost everything"
    for name in names:
        await refused_as_unknown(here, role, name)
    assert await rows(here, there) == before


async def test_an_auditor_changes_nothing_whatever_the_schema_offers(here: Town, there: Town) -> None:
    before = await rows(here, there)
    for name in MUTATIONS:
        await refused_as_unknown(here, "auditor", name)
    query, variables = document("startRun")
    answer = await here.asks("auditor")(query, **variables)
    assert "The mutation operation is not supported by the schema." in [e["message"] for e in answer["errors"]]
    assert await rows(here, there) == before


@pytest.mark.parametrize("name", sorted(NEEDS))
async def test_whoever_has_the_permission_is_let_in(build_town: BuildTown, name: str, lent: Town) -> None:
    [role, *_] = [line.role for line in DEFAULT_POLICY if line.permission == NEEDS[name]]
    query, variables = document(name)
    answer = await lent.asks(role)(query, **variables)
    assert "errors" not in answer, answer
    assert answer["data"][name]["__typename"].endswith("Payload") or answer["data"][name]["message"]


@pytest.fixture(scope="session")
async def lent(build_town: BuildTown) -> Town:
    """A bank whose people try everything they may."""
    return await build_town("LENT")


THEIRS = ["cancelRun", "publishRun", "submitScheme", "approveScheme", "setShares", "setTargets"]


def naming(name: str, code: str) -> dict[str, Any]:
    """The input that names a thing of this code."""
    inputs: dict[str, dict[str, Any]] = {
        "cancelRun": {"runId": code},
        "publishRun": {"runId": code},
        "submitScheme": {"scheme": code, "version": 1},
        "approveScheme": {"scheme": code, "version": 1},
        "setShares": {"from": "2026-01-01", "customers": [{"customer": code, "holders": []}]},
        "setTargets": {"period": "2026-Q3", "targets": [_target(code)]},
    }
    return inputs[name]


def _target(manager: str) -> dict[str, Any]:
    return {"manager": manager, "indicator": "deposits.daily_average", "target": "1"}


@pytest.fixture(scope="session")
async def stranger(build_town: BuildTown) -> Town:
    """Another bank, where things have the code `theirs`."""
    town = await build_town("STRANGER")
    async with town.open() as session:
        await session.execute("INSERT INTO bank.customers (customer, name) VALUES ('theirs', 'x')")
        await session.execute("INSERT INTO bank.managers (manager, name) VALUES ('theirs', 'x')")
        await add_approved(session, "theirs")
        await add_queued(session, "theirs", scheme="theirs")
    return town


@pytest.mark.parametrize("name", THEIRS)
async def test_another_banks_thing_is_refused_in_the_words_of_a_missing_one(
    here: Town, stranger: Town, name: str
) -> None:
    [role, *_] = [line.role for line in DEFAULT_POLICY if line.permission == NEEDS[name]]
    query, _ = document(name)
    before = await rows(here, stranger)
    missing = await here.asks(role)(query, input=naming(name, "nobody"))
    assert missing["data"][name]["__typename"] in ("Refused", "ShareRefusal", "TargetRefusal")
    theirs = await here.asks(role)(query, input=naming(name, "theirs"))
    assert json.dumps(theirs) == json.dumps(missing).replace("nobody", "theirs")
    if name.endswith("Run"):
        by_id = await here.asks(role)(query, input=naming(name, stranger.id("Run", "theirs")))
        assert by_id == missing
    assert await rows(here, stranger) == before
