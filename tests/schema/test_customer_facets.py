"""Customers and who holds them: found, filtered, in every order, and never beyond the caller's reach."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from schema.ids import global_id
from tests.schema.listed import found, walked

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from tests.schema.conftest import BuildTown, Town

pytestmark = pytest.mark.usefixtures("by_plans")


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("auditor", "c1 c2 c3 c4"),  # c4 too, whom nobody holds
        ("data_steward", "c1 c2 c3 c4"),
        ("branch_head", "c1 c2"),  # by m1 and m2, who are in B11 below B1
        ("manager", "c1"),  # m1 held c2 until 2021
    ],
)
async def test_customers_are_those_a_manager_in_reach_holds_today(held: Town, role: str, codes: str) -> None:
    assert await found(held.asks(role), "customers", "code") == codes


ONE = """query($code: String!, $id: ID!) { customer(code: $code) { id code name } node(id: $id) { id __typename } }"""


async def test_a_customer_out_of_reach_or_of_another_bank_is_not_found_in_the_words_of_a_missing_one(
    held: Town, here: Town
) -> None:
    seen = await held.asks("manager")(ONE, code="c1", id=held.id("Customer", "c1"))
    assert seen["data"] == {
        "customer": {"id": held.id("Customer", "c1"), "code": "c1", "name": "Anna"},
        "node": {"id": held.id("Customer", "c1"), "__typename": "Customer"},
    }
    missing = await held.asks("manager")(ONE, code="c9", id=held.id("Customer", "c9"))
    assert missing["data"] == {"customer": None, "node": None}
    assert [error["message"] for error in missing["errors"]] == [
        "There is no such customer.",
        "There is no such object.",
    ]
    for code in ("c2", "c3", "c4", "", "\0", "x" * 500):
        assert await held.asks("manager")(ONE, code=code, id=global_id(held.bank, "Customer", code or "-")) == missing
    assert await here.asks("auditor")(ONE, code="c1", id=held.id("Customer", "c1")) == missing


@pytest.mark.parametrize(
    ("role", "filter", "codes"),
    [
        ("auditor", {"name": {"eq": "Anna"}}, "c1 c4"),
        ("auditor", {"name": {"contains": "n"}, "code": {"gt": "c1"}}, "c4"),
        ("auditor", {"holder": {}}, "c1 c2 c3"),
        ("auditor", {"holder": {"code": {"eq": "m4"}}}, "c1 c3"),
        ("auditor", {"holder": {"branch": {"under": "B1"}}}, "c1 c2"),
        ("auditor", {"not": {"holder": {"branch": {"under": "B1"}}}}, "c3 c4"),
        ("auditor", {"holder": {"code": {"eq": "m1"}}}, "c1"),  # not c2, whom he held before
        ("manager", {"holder": {"code": {"eq": "m1"}}}, "c1"),
        # That m4 holds c1 too is not his to read, nor where m4 is.
        ("manager", {"holder": {"code": {"eq": "m4"}}}, ""),
        ("manager", {"holder": {"branch": {"under": "B2"}}}, ""),
        ("branch_head", {"holder": {"name": {"contains": "m4"}}}, ""),
    ],
)
async def test_a_filter_finds_just_these_customers(held: Town, role: str, filter: Any, codes: str) -> None:
    assert await found(held.asks(role), "customers", "code", filter=("CustomerFilter", filter)) == codes


async def test_who_may_read_no_shares_does_not_see_a_filter_by_who_holds(held: Town) -> None:
    answer = await held.asks("data_steward")("{ customers(filter: {holder: {}}) { totalCount } }")
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


HOLDERS = "{ customers { nodes { code shares { totalCount nodes { manager share firstDay lastDay } } } } }"


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("auditor", {"c1": "m1 m4", "c2": "m1 m2", "c3": "m4", "c4": ""}),
        ("branch_head", {"c1": "m1", "c2": "m1 m2"}),
        ("manager", {"c1": "m1"}),
    ],
)
async def test_a_customers_shares_are_those_of_managers_in_reach(held: Town, role: str, told: dict[str, str]) -> None:
    nodes = (await held.asks(role)(HOLDERS))["data"]["customers"]["nodes"]
    assert {node["code"]: " ".join(one["manager"] for one in node["shares"]["nodes"]) for node in nodes} == told
    assert all(node["shares"]["totalCount"] == len(node["shares"]["nodes"]) for node in nodes)


async def test_a_customers_shares_are_told_by_days(held: Town) -> None:
    query = """{ customer(code: "c2") { all: shares { nodes { manager firstDay lastDay } }
      then: shares(on: "2020-12-31") { nodes { manager } } } }"""
    assert (await held.asks("auditor")(query))["data"]["customer"] == {
        "all": {
            "nodes": [
                {"manager": "m1", "firstDay": "2020-01-01", "lastDay": "2020-12-31"},
                {"manager": "m2", "firstDay": "2021-01-01", "lastDay": None},
            ]
        },
        "then": {"nodes": [{"manager": "m1"}]},
    }


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["CODE", "NAME"])
async def test_an_order_of_customers_is_one_order_from_both_ends(held: Town, field: str, direction: str) -> None:
    order = f"[{{field: {field}, direction: {direction}}}]"
    forwards, backwards = await walked(held.asks("auditor"), "customers", f"of: {field.lower()} code", order, 1)
    assert forwards == backwards
    assert [one["of"] for one in forwards] == sorted((one["of"] for one in forwards), reverse=direction == "DESC")
    assert sorted(one["code"] for one in forwards) == ["c1", "c2", "c3", "c4"]


async def test_no_name_of_a_customer_out_of_reach_is_in_any_answer(held: Town) -> None:
    answer = await held.asks("manager")(
        "{ customers { nodes { name shares { nodes { customer } } } } shares { nodes { customer } } }"
    )
    assert '"Bo"' not in json.dumps(answer)
    assert '"Anna"' in json.dumps(answer)


@pytest.fixture(scope="session")
async def crowded(build_town: BuildTown, owner: AsyncEngine) -> Town:
    """A bank of 10,001 customers, 10,000 of whom m1 holds."""
    town = await build_town("CROWDED")
    async with town.open() as session:
        await session.execute(
            "INSERT INTO bank.customers (customer, name) SELECT 'c' || n, 'C' || n FROM generate_series(0, 10000) n"
        )
        await session.execute(
            """INSERT INTO bank.shares (customer, manager, valid_from, valid_until, share_ppm)
               SELECT 'c' || n, 'm1', '2020-01-01', '9999-12-31', 1000000 FROM generate_series(1, 10000) n"""
        )
    async with owner.connect() as connection:  # as PostgreSQL does by itself within a minute of such a load
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.execute(text("ANALYZE bank.customers, bank.shares, bank.postings"))
    return town


async def test_contains_looks_through_ten_thousand_rows_and_no_more(crowded: Town) -> None:
    query = "query($filter: CustomerFilter) { customers(filter: $filter) { totalCount } }"
    deep = {"or": [{"code": {"eq": "c0"}}, {"not": {"name": {"contains": "999"}}}]}
    refused = await crowded.asks("auditor")(query, filter=deep)
    assert refused["data"] == {"customers": None}
    assert refused["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": "CONTAINS_TOO_WIDE"}
    begun = await crowded.asks("auditor")(query, filter={"name": {"startsWith": "C999"}})
    assert begun["data"]["customers"]["totalCount"] == 1 + 10  # C999, C9990 … C9999
    within = await crowded.asks("manager")(query, filter={"name": {"contains": "999"}})
    assert within["data"]["customers"]["totalCount"] == 1 + 10 + 8  # and C1999 … C8999
