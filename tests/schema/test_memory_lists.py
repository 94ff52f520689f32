"""Lists in memory behave as those of the database: indicators of the catalogue, presets of the product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.schemes.presets import presets
from tests.schema.listed import found, walked

if TYPE_CHECKING:
    from tests.schema.conftest import Town

pytestmark = pytest.mark.usefixtures("by_plans")


def is_income(code: str) -> bool:
    return code.startswith("intermediate_income.")


async def every(town: Town) -> list[dict[str, Any]]:
    answer = await town.asks("auditor")("{ indicators(first: 500) { nodes { code plugin unit direction formula } } }")
    nodes: list[dict[str, Any]] = answer["data"]["indicators"]["nodes"]
    assert {node["plugin"] for node in nodes} == {"deposits", "intermediate_income"}
    return nodes


@pytest.mark.parametrize(
    ("filter", "holds"),
    [
        ({}, lambda one: True),
        ({"plugin": {"eq": "intermediate_income"}}, lambda one: is_income(one["code"])),
        ({"code": {"startsWith": "deposits.d"}}, lambda one: one["code"].startswith("deposits.d")),
        ({"code": {"contains": "average"}}, lambda one: "average" in one["code"]),
        ({"code": {"in": ["deposits.daily_average", "no"]}}, lambda one: one["code"] == "deposits.daily_average"),
        ({"code": {"in": []}}, lambda one: False),
        ({"code": {"gt": "deposits.daily_average"}}, lambda one: one["code"] > "deposits.daily_average"),
        ({"unit": {"eq": "COUNT"}}, lambda one: one["unit"] == "COUNT"),
        ({"unit": {"in": ["MONEY", "PERCENT"]}}, lambda one: one["unit"] in ("MONEY", "PERCENT")),
        ({"direction": {"eq": "LOWER_IS_BETTER"}}, lambda one: one["direction"] == "LOWER_IS_BETTER"),
        ({"formula": {"isNull": True}}, lambda one: one["formula"] is None),
        ({"formula": {"eq": "F3"}}, lambda one: one["formula"] == "F3"),
        ({"not": {"formula": {"lt": "F3"}}}, lambda one: one["formula"] is None or one["formula"] >= "F3"),
        ({"or": []}, lambda one: False),
        ({"and": []}, lambda one: True),
        ({"or": [{"code": {"eq": "no"}}, {"plugin": {"eq": "deposits"}}]}, lambda one: one["plugin"] == "deposits"),
        ({"and": [{"plugin": {"eq": "deposits"}}, {"unit": {"eq": "MONEY"}}]},
         lambda one: one["plugin"] == "deposits" and one["unit"] == "MONEY"),
    ],
)  # fmt: skip
async def test_a_filter_finds_just_these_indicators(here: Town, filter: Any, holds: Any) -> None:
    expected = " ".join(one["code"] for one in await every(here) if holds(one))
    rows = await found(
        here.asks("auditor"), "indicators", "code", filter=("IndicatorFilter", filter), first=("Int", 500)
    )
    assert rows == expected


async def test_indicators_are_counted_in_all_and_in_groups(here: Town) -> None:
    answer = await here.asks("auditor")("""{ indicators(first: 0, filter: {plugin: {startsWith: "d"}}) {
      aggregates { count } groupBy(fields: [PLUGIN, UNIT]) { plugin unit formula aggregates { count } } } }""")
    shown, deposits = answer["data"]["indicators"], [one for one in await every(here) if one["plugin"] == "deposits"]
    units = sorted({one["unit"] for one in deposits})
    assert shown["aggregates"]["count"] == len(deposits)
    assert shown["groupBy"] == [
        {
            "plugin": "deposits",
            "unit": unit,
            "formula": None,
            "aggregates": {"count": sum(one["unit"] == unit for one in deposits)},
        }
        for unit in units
    ]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    ("listed", "field"),
    [*(("indicators", key) for key in ("CODE", "FORMULA", "LABEL")), ("presets", "CODE"), ("presets", "LABEL")],
)
async def test_an_order_is_one_order_from_both_ends(here: Town, listed: str, field: str, direction: str) -> None:
    order = f"[{{field: {field}, direction: {direction}}}]"
    forwards, backwards = await walked(here.asks("auditor"), listed, f"of: {field.lower()} code", order, 1)
    assert forwards == backwards
    assert len({one["code"] for one in forwards}) == len(forwards) >= 2
    values = [one["of"] for one in forwards if one["of"] is not None]
    assert values == sorted(values, reverse=direction == "DESC")
    assert [one["of"] for one in forwards[len(values) :]] == [None] * (len(forwards) - len(values))


async def test_presets_are_filtered(here: Town) -> None:
    codes = [preset.code for preset in presets()]
    of: Any = ("PresetFilter", {"not": {"code": {"eq": codes[0]}}, "labelZh": {"isNull": False}})
    assert await found(here.asks("scheme_designer"), "presets", "code", filter=of) == " ".join(codes[1:])


@pytest.mark.parametrize(
    ("filter", "sentence"),
    [
        ({"code": None}, "A filter takes no null: leave it out."),
        ({"code": {"eq": None}}, "No operator takes null: ask `isNull`."),
        ({"or": [{"code": {"eq": "\0"}}]}, "A text holds no NUL character."),
        ({"code": {"eq": "no"}, "label": {"eq": None}}, "No operator takes null: ask `isNull`."),
        ({"code": {"in": ["x"] * 1_001}}, "`in` takes at most 1000 values."),
    ],
)
async def test_what_no_column_can_be_compared_with_is_refused(here: Town, filter: Any, sentence: str) -> None:
    query = "query($filter: IndicatorFilter) { indicators(filter: $filter) { totalCount } }"
    answer = await here.asks("auditor")(query, filter=filter)
    assert answer["data"] == {"indicators": None}
    assert answer["errors"][0]["message"] == sentence
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": "FILTER_INVALID"}


async def test_a_cursor_of_another_order_is_refused(here: Town) -> None:
    ask = here.asks("auditor")
    first = await ask("{ indicators(first: 1) { pageInfo { endCursor } } }")
    cursor = first["data"]["indicators"]["pageInfo"]["endCursor"]
    query = "query($after: String) { indicators(after: $after, orderBy: [{field: LABEL}]) { totalCount } }"
    answer = await ask(query, after=cursor)
    assert answer["errors"][0]["extensions"]["reason"] == "CURSOR_INVALID"
