"""Many objects by their ids: each as `node` would find it, in the order asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.schema.conftest import Town

pytestmark = pytest.mark.usefixtures("by_plans")
NODES = (
    """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Customer { name } ... on Manager { code } } }"""
)


async def test_nodes_are_told_in_the_order_of_their_ids_and_as_often(held: Town) -> None:
    ids = [
        held.id("Customer", "c2"),
        held.id("Manager", "m1"),
        "no",
        held.id("Customer", "c1"),
        held.id("Manager", "m1"),
    ]
    answer = await held.asks("auditor")(NODES, ids=ids)
    manager = {"__typename": "Manager", "id": ids[1], "code": "m1"}
    assert answer["data"]["nodes"] == [
        {"__typename": "Customer", "id": ids[0], "name": "Bo"},
        manager,
        None,
        {"__typename": "Customer", "id": ids[3], "name": "Anna"},
        manager,
    ]
    assert "errors" not in answer


async def test_what_cannot_be_seen_is_null_for_whatever_reason(held: Town, here: Town) -> None:
    ids = [
        held.id("Customer", "c1"),
        held.id("Customer", "c2"),  # out of reach
        held.id("Customer", "c9"),  # missing
        here.id("Manager", "m1"),  # another bank's
        held.id("Manager", "m1")[:-2],  # cut
        held.id("Arrival", "1"),  # of a type he may never read
        held.id("Share", "c1"),
        "",
        "\0",
    ]
    answer = await held.asks("manager")("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert answer == {"data": {"nodes": [{"id": ids[0]}, *[None] * 8]}}


@pytest.mark.parametrize(("count", "is_answered"), [(0, True), (100, True), (101, False)])
async def test_at_most_a_hundred_are_asked_for_at_once(held: Town, count: int, is_answered: bool) -> None:
    answer: Any = await held.asks("auditor")(NODES, ids=[held.id("Customer", "c1")] * count)
    if is_answered:
        assert [node["name"] for node in answer["data"]["nodes"]] == ["Anna"] * count
    else:
        assert answer["data"] == {"nodes": None}
        assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": "TOO_MANY_IDS"}


async def test_nodes_cost_what_their_ids_count(held: Town) -> None:
    reply = await held.asks("auditor").post(
        {"query": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": {"ids": ["x"] * 7}}
    )
    assert reply.json()["extensions"]["cost"]["requested"] == 1 + 7
