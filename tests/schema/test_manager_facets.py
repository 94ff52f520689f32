"""Lists of branches and managers: filtered, grouped, in every order, from both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.schema.listed import found, walked

if TYPE_CHECKING:
    from tests.schema.conftest import Town

pytestmark = pytest.mark.usefixtures("by_plans")


@pytest.mark.parametrize(
    ("filter", "codes"),
    [
        ({"code": {"startsWith": "B1"}}, "B1 B11"),
        ({"name": {"contains": "B2"}}, "B2"),
        ({"nameZh": {"contains": "支行"}}, "B0 B1 B11 B2"),
        ({"parentCode": {"isNull": True}}, "B0"),
        ({"parentCode": {"eq": "B0"}}, "B1 B2"),
        ({"kind": {"in": ["branch", "team"]}, "under": "B1"}, "B1 B11"),
        ({"not": {"under": "B1"}}, "B0 B2"),
    ],
)
async def test_a_filter_finds_just_these_branches(held: Town, filter: Any, codes: str) -> None:
    assert await found(held.asks("manager"), "branches", "code", filter=("BranchFilter", filter)) == codes


@pytest.mark.parametrize(
    ("filter", "codes"),
    [
        ({}, "m1 m2 m3 m4 m5 m6 m9"),
        ({"code": {"gt": "m3", "lte": "m5"}}, "m4 m5"),
        ({"name": {"startsWith": "HELD g"}}, "m9"),
        ({"position": {"isNull": True}}, "m9"),
        ({"position": {"eq": "manager"}, "level": {"eq": ""}}, "m1 m2 m3 m4 m5 m6"),
        ({"postedSince": {"lt": "2020-01-02"}}, "m1 m2 m3 m4 m5 m6"),
        ({"postedSince": {"lt": "2020-01-01"}}, ""),
        ({"postedUntil": {"isNull": False}}, ""),
        ({"branchCode": {"in": ["B1", "B11"]}}, "m1 m2 m3"),
        ({"branch": {"under": "B1"}}, "m1 m2 m3"),
        ({"branch": {"parentCode": {"eq": "B1"}}}, "m1 m2"),
        ({"not": {"branch": {"under": "B0"}}}, "m9"),
        ({"or": [{"code": {"eq": "m9"}}, {"branch": {"code": {"eq": "B1"}}}]}, "m3 m9"),
    ],
)
async def test_a_filter_finds_just_these_managers(held: Town, filter: Any, codes: str) -> None:
    assert await found(held.asks("auditor"), "managers", "code", filter=("ManagerFilter", filter)) == codes


async def test_managers_are_found_within_the_callers_rows(held: Town) -> None:
    everybody: Any = ("ManagerFilter", {"not": {"code": {"eq": "nobody"}}})
    assert await found(held.asks("branch_head"), "managers", "code", filter=everybody) == "m1 m2 m3"
    assert await found(held.asks("manager"), "managers", "code", filter=everybody) == "m1"


async def test_groups_count_every_row_once(held: Town) -> None:
    answer = await held.asks("auditor")("""{
      managers(first: 0) { aggregates { count }
        groupBy(fields: [BRANCH_CODE, POSITION]) { branchCode position aggregates { count } } }
      branches(first: 0) { groupBy(fields: [PARENT_CODE]) { parentCode kind aggregates { count } } } }""")
    assert answer["data"] == {
        "managers": {
            "aggregates": {"count": 7},  # 1 + 2 + 3, and 1 without a post
            "groupBy": [
                {"branchCode": branch, "position": position, "aggregates": {"count": count}}
                for branch, position, count in (
                    ("B1", "manager", 1), ("B11", "manager", 2), ("B2", "manager", 3), (None, None, 1),
                )
            ],
        },
        "branches": {
            "groupBy": [
                {"parentCode": parent, "kind": None, "aggregates": {"count": count}}
                for parent, count in (("B0", 2), ("B1", 1), (None, 1))
            ],
        },
    }  # fmt: skip


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    ("listed", "field", "shown"),
    [
        *(("branches", field, shown) for field, shown in (("CODE", "code"), ("KIND", "kind"), ("NAME", "name"))),
        *(
            ("managers", field, shown)
            for field, shown in (
                ("BRANCH", "branch { code }"), ("CODE", "code"), ("LEVEL", "level"), ("NAME", "name"),
                ("POSITION", "position"), ("POSTED_SINCE", "postedSince"),
            )
        ),
    ],
)  # fmt: skip
async def test_an_order_is_one_order_from_both_ends(
    held: Town, listed: str, field: str, shown: str, direction: str
) -> None:
    order = f"[{{field: {field}, direction: {direction}}}]"
    forwards, backwards = await walked(held.asks("auditor"), listed, f"of: {shown} key: code", order)
    assert forwards == backwards
    assert len({one["key"] for one in forwards}) == len(forwards) == {"branches": 4, "managers": 7}[listed]
    values = [one["of"]["code"] if isinstance(one["of"], dict) else one["of"] for one in forwards]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=direction == "DESC")
    assert values[: len(known)] == known, "what has no value comes last"
