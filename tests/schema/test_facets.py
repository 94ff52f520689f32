"""Lists filtered, summed and grouped: over one run's six scorecards, as CARDS of the fixtures says them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import core.facets
from tests.schema.conftest import RUN

if TYPE_CHECKING:
    from tests.schema.conftest import Town

FIND = """query($run: ID!, $filter: ScorecardFilter) {
  scorecards(runId: $run, filter: $filter, orderBy: [{field: MANAGER}]) { totalCount nodes { manager { code } } } }"""


async def found(here: Town, filter: Any, role: str = "assessor") -> str:
    """Codes of the managers whose cards a filter finds."""
    answer = await here.asks(role)(FIND, run=RUN, filter=filter)
    assert "errors" not in answer, answer
    nodes = answer["data"]["scorecards"]["nodes"]
    assert answer["data"]["scorecards"]["totalCount"] == len(nodes)
    return " ".join(node["manager"]["code"] for node in nodes)


@pytest.mark.parametrize(
    ("filter", "codes"),
    [
        ({}, "m1 m2 m3 m4 m5 m6"),
        ({"points": {"gte": "100"}}, "m1 m2"),
        ({"points": {"gt": "100.0000"}}, "m1"),
        ({"points": {"gt": "99.99999"}}, "m1 m2"),
        ({"points": {"gte": "99.99999"}}, "m1 m2"),
        ({"points": {"lt": "90.00001"}}, "m3 m4 m5"),
        ({"points": {"lte": "90"}}, "m3 m4 m5"),
        ({"points": {"eq": "90.00001"}}, ""),
        ({"points": {"in": ["90", "80.00", "1.23456"]}}, "m3 m4 m5"),
        ({"points": {"in": []}}, ""),
        ({"points": {"lt": "999999999999999999"}}, "m1 m2 m3 m4 m5"),
        ({"points": {"gt": "999999999999999999"}}, ""),
        ({"points": {"gt": "-999999999999999999"}}, "m1 m2 m3 m4 m5"),
        ({"points": {"isNull": True}}, "m6"),
        ({"points": {"isNull": False, "lt": "85"}}, "m3"),
        ({"rank": {"in": [1, 5]}}, "m1 m3"),
        ({"grade": {"eq": "C1"}}, "m4 m5"),
        ({"grade": {"startsWith": "C"}}, "m3 m4 m5"),
        ({"grade": {"startsWith": ""}}, "m1 m2 m3 m4 m5"),
        ({"grade": {"contains": "3"}}, "m1 m3"),
        ({"not": {"grade": {"startsWith": "C"}}}, "m1 m2 m6"),
        ({"and": [{"grade": {"startsWith": "C"}}, {"rank": {"lt": 5}}]}, "m4 m5"),
        ({"or": [{"rank": {"eq": 1}}, {"points": {"isNull": True}}]}, "m1 m6"),
        ({"or": []}, ""),
        ({"and": []}, "m1 m2 m3 m4 m5 m6"),
        ({"branch": {"under": "B1"}}, "m1 m2 m3"),
        ({"branch": {"under": "B11"}}, "m1 m2"),
        ({"branch": {"under": "nowhere"}}, ""),
        ({"manager": {"code": {"in": ["m2", "m4"]}}}, "m2 m4"),
        ({"manager": {"branch": {"under": "B2"}}}, "m4 m5 m6"),
        ({"pay": {"gt": "2222.22"}}, "m3 m4 m5"),
        ({"pay": {"gte": "2222.22", "lt": "4444.440001"}}, "m2 m3 m4"),
    ],
)
async def test_a_filter_finds_just_these(here: Town, filter: Any, codes: str) -> None:
    assert await found(here, filter) == codes


async def test_a_filter_stays_within_the_callers_rows(here: Town) -> None:
    assert await found(here, {"not": {"rank": {"eq": 99}}}, "branch_head") == "m1 m2 m3"
    assert await found(here, {"or": [{"rank": {"gte": 1}}, {"points": {"isNull": True}}]}, "manager") == "m1"


SUMS = """query($run: ID!, $filter: ScorecardFilter) { scorecards(runId: $run, filter: $filter, first: 0) {
  aggregates { count points { sum avg min max } pay { sum { amount currency } avg { amount } } }
  groupBy(fields: [GRADE]) { grade position aggregates { count points { sum } } } } }"""


async def test_sums_are_exact_and_over_the_whole_list(here: Town) -> None:
    answer = await here.asks("assessor")(SUMS, run=RUN, filter={"branch": {"under": "B1"}})
    # 110 + 100 + 80 = 290; 290 / 3 = 96.666 666 6…; 1,111.11 + 2,222.22 + 3,333.33 = 6,666.66; / 3 = 2,222.22
    assert answer["data"]["scorecards"] == {
        "aggregates": {
            "count": 3,
            "points": {"sum": "290.0000", "avg": "96.666667", "min": "80.0000", "max": "110.0000"},
            "pay": {"sum": {"amount": "6666.66", "currency": "CNY"}, "avg": {"amount": "2222.22"}},
        },
        "groupBy": [
            {"grade": grade, "position": None, "aggregates": {"count": 1, "points": {"sum": points}}}
            for grade, points in (("A3", "110.0000"), ("B2", "100.0000"), ("C3", "80.0000"))
        ],
    }


async def test_sums_of_nothing_are_null_and_groups_of_nothing_none(here: Town) -> None:
    answer = await here.asks("assessor")(SUMS, run=RUN, filter={"or": []})
    nothing = {"sum": None, "avg": None}
    assert answer["data"]["scorecards"] == {
        "aggregates": {"count": 0, "points": {**nothing, "min": None, "max": None}, "pay": nothing},
        "groupBy": [],
    }


async def test_what_is_masked_on_some_rows_is_not_filtered_or_summed_by(here: Town) -> None:
    ask = here.asks("scored_designer")  # everybody's scorecard, his own pay
    refused = await ask(FIND, run=RUN, filter={"not": {"pay": {"gt": "1"}}})
    assert refused["data"] == {"scorecards": None}
    assert refused["errors"][0]["extensions"] == {
        "code": "FORBIDDEN",
        "reason": "FACET_MASKED",
    }
    summed = await ask(SUMS, run=RUN, filter=None)
    assert summed["data"]["scorecards"]["aggregates"]["pay"] is None
    assert summed["data"]["scorecards"]["aggregates"]["count"] == 6
    assert summed["errors"][0]["path"] == ["scorecards", "aggregates", "pay"]


BACKWARD = """query($run: ID!, $last: Int, $before: String, $after: String, $first: Int) {
  scorecards(runId: $run, first: $first, after: $after, last: $last, before: $before) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { manager { code } } } }"""


async def test_pages_from_the_end_are_the_list_backwards(here: Town) -> None:
    ask = here.asks("assessor")

    async def page(**how: Any) -> tuple[str, Any]:
        shown = (await ask(BACKWARD, run=RUN, **how))["data"]["scorecards"]
        return " ".join(node["manager"]["code"] for node in shown["nodes"]), shown["pageInfo"]

    whole, _ = await page(first=50)
    assert whole == "m1 m2 m4 m5 m3 m6"
    last, info = await page(last=2)
    assert (last, info["hasPreviousPage"], info["hasNextPage"]) == ("m3 m6", True, False)
    middle, info = await page(last=3, before=info["startCursor"])
    assert (middle, info["hasPreviousPage"], info["hasNextPage"]) == ("m2 m4 m5", True, True)
    first, info = await page(last=3, before=info["startCursor"])
    assert (first, info["hasPreviousPage"]) == ("m1", False)


async def test_first_and_last_together_are_refused(here: Town) -> None:
    answer = await here.asks("assessor")(BACKWARD, run=RUN, first=1, last=1)
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": "FIRST_AND_LAST"}


async def test_a_filter_has_at_most_200_conditions(here: Town) -> None:
    ask = here.asks("assessor")
    one = {"points": {"gt": "1"}}  # three: the filter itself, its field, its operator
    answer = await ask(FIND, run=RUN, filter={"or": [one] * 66})
    assert len(answer["data"]["scorecards"]["nodes"]) == 5
    answer = await ask(FIND, run=RUN, filter={"or": [one] * 67})
    assert answer["errors"][0]["message"] == "A filter has at most 200 conditions."
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": "FILTER_INVALID"}


async def test_a_list_has_at_most_a_thousand_groups(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "query($run: ID!) { scorecards(runId: $run) { groupBy(fields: [GRADE]) { grade } } }"
    monkeypatch.setattr(core.facets, "MOST_GROUPS", 5)  # A3 B2 C1 C3 and none
    answer = await here.asks("assessor")(query, run=RUN)
    assert len(answer["data"]["scorecards"]["groupBy"]) == 5
    monkeypatch.setattr(core.facets, "MOST_GROUPS", 4)
    answer = await here.asks("assessor")(query, run=RUN)
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": "GROUPS_TOO_MANY"}


async def test_a_branch_that_cannot_be_is_above_nothing(here: Town) -> None:
    assert await found(here, {"branch": {"under": "\0"}}) == ""
