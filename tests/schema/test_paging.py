"""Laws of pages: put together they are the whole list, each row once, whatever the order and the ties."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.schema.conftest import Town

FIELDS = ("BRANCH", "GRADE", "MANAGER", "PAY", "POINTS", "RANK", "RANK_IN_BRANCH")
QUERY = """query($first: Int, $after: String, $order: [ScorecardOrder!]) {
  scorecards(runId: "run-complete", first: $first, after: $after, orderBy: $order) { totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { manager { code } } } nodes { manager { code } } } }"""

orders = st.lists(
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(("ASC", "DESC"))), max_size=4, unique_by=lambda part: part[0]
).map(lambda parts: [{"field": field, "direction": direction} for field, direction in parts])


async def _page(town: Town, **variables: Any) -> dict[str, Any]:
    answer = await town.asks("auditor")(QUERY, **variables)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["scorecards"]
    return found


def _codes(page: dict[str, Any]) -> list[str]:
    return [edge["node"]["manager"]["code"] for edge in page["edges"]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=orders, size=st.integers(1, 7))
async def test_pages_put_together_are_the_whole_list(here: Town, order: list[dict[str, str]], size: int) -> None:
    whole = await _page(here, first=500, order=order)
    collected: list[str] = []
    after = None
    for number in itertools.count():
        page = await _page(here, first=size, after=after, order=order)
        collected += _codes(page)
        assert page["totalCount"] == 6
        assert page["pageInfo"]["hasPreviousPage"] is (number > 0)
        assert page["nodes"] == [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert collected == _codes(whole)
    assert sorted(collected) == ["m1", "m2", "m3", "m4", "m5", "m6"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (None, ["m1", "m2", "m4", "m5", "m3", "m6"]),
        ([{"field": "POINTS"}], ["m3", "m4", "m5", "m2", "m1", "m6"]),
        ([{"field": "PAY", "direction": "DESC"}], ["m5", "m4", "m3", "m2", "m1", "m6"]),
        (
            [{"field": "BRANCH"}, {"field": "MANAGER", "direction": "DESC"}],
            ["m3", "m2", "m1", "m6", "m5", "m4"],
        ),
        ([{"field": "MANAGER", "direction": "DESC"}], ["m6", "m5", "m4", "m3", "m2", "m1"]),
    ],
)
async def test_rows_come_in_the_order_asked_for_and_missing_values_last(
    here: Town, order: Any, expected: list[str]
) -> None:
    assert _codes(await _page(here, order=order)) == expected


async def test_a_page_of_none_tells_only_whether_there_are_any(here: Town) -> None:
    page = await _page(here, first=0)
    assert page["edges"] == []
    assert page["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    }


@pytest.mark.parametrize("first", [-1, 501, 10**9])
async def test_a_page_is_0_to_500_rows(here: Town, first: int) -> None:
    answer = await here.asks("auditor")(QUERY, first=first)
    assert answer["data"] == {"scorecards": None}
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": "FIRST_OUT_OF_RANGE"}


async def test_a_cursor_is_good_for_its_own_list_order_and_bank_only(here: Town, there: Town) -> None:
    own = (await _page(here, first=2))["pageInfo"]["endCursor"]
    assert _codes(await _page(here, after=own)) == ["m4", "m5", "m3", "m6"]
    foreign = (await _page(there, first=2))["pageInfo"]["endCursor"]
    other_order = (await _page(here, first=2, order=[{"field": "POINTS"}]))["pageInfo"]["endCursor"]
    asker = here.asks("auditor")
    other_list = (await asker("{ managers(first: 2) { pageInfo { endCursor } } }"))["data"]["managers"]["pageInfo"]
    flipped = own[:20] + ("A" if own[20] != "A" else "B") + own[21:]
    for forged in (
        foreign,
        other_order,
        other_list["endCursor"],
        flipped,
        own[:-1],
        own[:-4],
        own + "A",
        own + "=",
        "",
        "MTIz",
        "!",
        "é",
        "A" * 9000,
    ):
        answer = await asker(QUERY, after=forged)
        assert answer["data"] == {"scorecards": None}, forged
        error = answer["errors"][0]
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "reason": "CURSOR_INVALID"}
        assert error["message"] == "This cursor is not one of this list in this order: start again without `after`."


async def test_an_order_names_a_field_once(here: Town) -> None:
    answer = await here.asks("auditor")(QUERY, order=[{"field": "RANK"}, {"field": "RANK", "direction": "DESC"}])
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": "ORDER_TWICE"}


@pytest.mark.parametrize(
    ("listed", "fields"),
    [
        ("branches", ("CODE", "KIND")),
        ("managers", ("BRANCH", "CODE", "NAME")),
        ("runs", ("FINISHED_AT", "PERIOD", "REQUESTED_AT")),
        ("deliveries", ("BUSINESS_DAY", "DELIVERED_AT", "FACT")),
    ],
)
async def test_every_list_pages_by_each_of_its_fields(here: Town, listed: str, fields: tuple[str, ...]) -> None:
    asker = here.asks("auditor")
    for field, direction in itertools.product(fields, ("ASC", "DESC")):
        query = f"""query($first: Int, $after: String) {{ {listed}(first: $first, after: $after,
          orderBy: [{{field: {field}, direction: {direction}}}]) {{
            totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ id }} }} }}"""
        whole = (await asker(query, first=500))["data"][listed]
        ids, after, more = [], None, True
        while more:
            page = (await asker(query, first=1, after=after))["data"][listed]
            ids += [node["id"] for node in page["nodes"]]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert ids == [node["id"] for node in whole["nodes"]]
        assert len(set(ids)) == whole["totalCount"] > 0


async def test_indicators_page_by_code(here: Town) -> None:
    asker = here.asks("auditor")
    query = """query($first: Int, $after: String) { indicators(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { code } } }"""
    codes: list[str] = []
    after, more = None, True
    while more:
        page = (await asker(query, first=1, after=after))["data"]["indicators"]
        codes += [node["code"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert codes == sorted(set(codes))
    assert len(codes) == page["totalCount"] > 1
