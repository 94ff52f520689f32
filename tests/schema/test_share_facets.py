"""Lists of shares and targets: filtered, summed, grouped, in every order, from both ends."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from core.errors import Forbidden
from core.session import Bank
from core.statement import Arguments
from schema.customer_facets import CustomerFilter
from schema.facets import Facets
from schema.manager_facets import ManagerFilter
from schema.operators import StringFilter
from schema.share_facets import SHARES, ShareFilter
from schema.target_facets import TARGETS, TargetFilter
from tenants.callers import Caller
from tenants.permissions import Line, PermissionSet, Scope
from tests.schema.listed import found, walked

if TYPE_CHECKING:
    from tests.schema.conftest import Town

pytestmark = pytest.mark.usefixtures("by_plans")
ALL = "c1/m1 c1/m4 c2/m1 c2/m2 c3/m4"


@pytest.mark.parametrize(
    ("filter", "rows"),
    [
        ({}, ALL),
        ({"customerCode": {"gte": "c2"}}, "c2/m1 c2/m2 c3/m4"),
        ({"managerCode": {"in": ["m2", "m4"]}}, "c1/m4 c2/m2 c3/m4"),
        ({"share": {"lt": "1"}}, "c1/m1 c1/m4 c3/m4"),
        ({"share": {"gte": "0.999999"}}, "c2/m1 c2/m2 c3/m4"),
        ({"share": {"gt": "0.999999"}}, "c2/m1 c2/m2"),
        ({"share": {"eq": "0.6"}}, "c1/m1"),
        ({"share": {"gt": "0.5999999", "lt": "0.6000001"}}, "c1/m1"),
        ({"firstDay": {"eq": "2021-01-01"}}, "c1/m4 c2/m2"),
        ({"firstDay": {"lt": "2021-01-01"}}, "c1/m1 c2/m1 c3/m4"),
        ({"lastDay": {"isNull": True}}, "c1/m1 c1/m4 c2/m2"),
        ({"lastDay": {"lte": "2020-12-31"}}, "c2/m1"),
        ({"lastDay": {"lt": "2020-12-31"}}, ""),
        ({"manager": {"branch": {"under": "B1"}}}, "c1/m1 c2/m1 c2/m2"),
        ({"manager": {"name": {"startsWith": "HELD m4"}}}, "c1/m4 c3/m4"),
        ({"customer": {"name": {"startsWith": "B"}}}, "c2/m1 c2/m2"),
        ({"customer": {"holder": {"code": {"eq": "m2"}}}}, "c2/m1 c2/m2"),
        ({"not": {"customer": {"name": {"eq": "Anna"}}}}, "c2/m1 c2/m2 c3/m4"),
    ],
)
async def test_a_filter_finds_just_these_shares(held: Town, filter: Any, rows: str) -> None:
    assert await found(held.asks("auditor"), "shares", "customer manager", filter=("ShareFilter", filter)) == rows


@pytest.mark.parametrize(
    ("role", "filter", "rows"),
    [
        ("branch_head", {}, "c1/m1 c2/m1 c2/m2"),
        ("manager", {}, "c1/m1 c2/m1"),
        ("manager", {"customerCode": {"eq": "c2"}}, "c2/m1"),
        # He holds c2 no longer: the name is not his to read, so no filter tells it.
        ("manager", {"customer": {"name": {"eq": "Bo"}}}, ""),
        ("manager", {"customer": {"name": {"eq": "Anna"}}}, "c1/m1"),
        ("branch_head", {"customer": {"name": {"eq": "Bo"}}}, "c2/m1 c2/m2"),
    ],
)
async def test_shares_are_found_within_the_callers_rows(held: Town, role: str, filter: Any, rows: str) -> None:
    assert await found(held.asks(role), "shares", "customer manager", filter=("ShareFilter", filter)) == rows


async def test_arguments_and_filter_hold_together(held: Town) -> None:
    inside = 'customer: "c1", on: "2020-06-30"'
    everything: Any = ("ShareFilter", {"share": {"gt": "0"}})
    assert await found(held.asks("auditor"), "shares", "manager", inside=inside, filter=everything) == "m1"


async def test_sums_of_shares_are_exact(held: Town) -> None:
    answer = await held.asks("auditor")("""{ shares(first: 0, on: "2021-01-01") {
      aggregates { count share { sum avg min max } }
      groupBy(fields: [MANAGER_CODE]) { managerCode aggregates { count share { sum } } } } }""")
    # 0.6 + 0.4 + 1 + 0.999999 = 2.999999; / 4 = 0.74999975, rounded half away from zero
    assert answer["data"]["shares"] == {
        "aggregates": {
            "count": 4, "share": {"sum": "2.999999", "avg": "0.750000", "min": "0.400000", "max": "1.000000"},
        },
        "groupBy": [
            {"managerCode": manager, "aggregates": {"count": count, "share": {"sum": total}}}
            for manager, count, total in (("m1", 1, "0.600000"), ("m2", 1, "1.000000"), ("m4", 2, "1.399999"))
        ],
    }  # fmt: skip


async def test_a_managers_shares_are_filtered_ordered_and_summed(held: Town) -> None:
    query = """{ managers(filter: {code: {in: ["m1", "m4", "m5"]}}) { nodes { code
      shares(last: 1, orderBy: [{field: SHARE}], filter: {share: {lt: "1"}}) { totalCount nodes { customer share }
        aggregates { count share { sum } } } } } }"""
    nodes = (await held.asks("auditor")(query))["data"]["managers"]["nodes"]
    assert [(node["code"], node["shares"]["nodes"], node["shares"]["aggregates"]) for node in nodes] == [
        ("m1", [{"customer": "c1", "share": "0.600000"}], {"count": 1, "share": {"sum": "0.600000"}}),
        ("m4", [{"customer": "c3", "share": "0.999999"}], {"count": 2, "share": {"sum": "1.399999"}}),
        ("m5", [], {"count": 0, "share": {"sum": None}}),
    ]


TARGET = "manager indicator { code } period target"
DEPOSITS, INCOME = "deposits.daily_average", "intermediate_income.total"
Q2 = {"m1": f"m1/{DEPOSITS}/2026-Q2/400", "m4": f"m4/{DEPOSITS}/2026-Q2/-0.5"}
Q3 = {"m1": f"m1/{DEPOSITS}/2026-Q3/500", "m2": f"m2/{DEPOSITS}/2026-Q3/300.5"}
OF_INCOME = f"m1/{INCOME}/2026-Q3/20.000001"


@pytest.mark.parametrize(
    ("filter", "rows"),
    [
        ({}, [Q3["m1"], OF_INCOME, Q3["m2"], Q2["m1"], Q2["m4"]]),
        ({"period": {"eq": "2026-Q2"}}, [Q2["m1"], Q2["m4"]]),
        ({"indicatorCode": {"startsWith": "intermediate"}}, [OF_INCOME]),
        ({"managerCode": {"eq": "m1"}, "indicatorCode": {"eq": DEPOSITS}}, [Q3["m1"], Q2["m1"]]),
        ({"target": {"gt": "20"}}, [Q3["m1"], OF_INCOME, Q3["m2"], Q2["m1"]]),
        ({"target": {"eq": "20.000001"}}, [OF_INCOME]),
        ({"target": {"lt": "0"}}, [Q2["m4"]]),
        ({"target": {"in": ["400.00", "300.5"]}}, [Q3["m2"], Q2["m1"]]),
        ({"prorate": {"eq": False}}, [Q2["m4"]]),
        ({"manager": {"branch": {"under": "B11"}}, "not": {"target": {"gte": "400"}}}, [OF_INCOME, Q3["m2"]]),
    ],
)
async def test_a_filter_finds_just_these_targets(held: Town, filter: Any, rows: list[str]) -> None:
    assert await found(held.asks("auditor"), "targets", TARGET, filter=("TargetFilter", filter)) == " ".join(rows)
    assert await found(held.asks("manager"), "targets", TARGET, filter=("TargetFilter", filter)) == " ".join(
        row for row in rows if row.startswith("m1/")
    )


async def test_sums_of_targets_are_exact_and_by_indicator(held: Town) -> None:
    answer = await held.asks("auditor")("""{ targets(first: 0) { aggregates { target { max } }
      groupBy(fields: [INDICATOR_CODE]) { indicatorCode period aggregates { count target { sum avg min } } } } }""")
    # 400 - 0.5 + 500 + 300.5 = 1200; / 4 = 300
    assert answer["data"]["targets"] == {
        "aggregates": {"target": {"max": "500.000000"}},
        "groupBy": [
            {
                "indicatorCode": code, "period": None,
                "aggregates": {"count": count, "target": {"sum": total, "avg": mean, "min": least}},
            }
            for code, count, total, mean, least in (
                (DEPOSITS, 4, "1200.000000", "300.000000", "-0.500000"),
                (INCOME, 1, "20.000001", "20.000001", "20.000001"),
            )
        ],
    }  # fmt: skip


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    ("listed", "field", "shown"),
    [
        ("shares", "CUSTOMER", "customer"), ("shares", "FIRST_DAY", "firstDay"), ("shares", "MANAGER", "manager"),
        ("shares", "SHARE", "share"), ("targets", "INDICATOR", "indicator { code }"), ("targets", "MANAGER", "manager"),
        ("targets", "PERIOD", "period"), ("targets", "TARGET", "target"),
    ],
)  # fmt: skip
async def test_an_order_is_one_order_from_both_ends(
    held: Town, listed: str, field: str, shown: str, direction: str
) -> None:
    keys = {"shares": "customer manager firstDay", "targets": "manager indicator { code } period"}[listed]
    order = f"[{{field: {field}, direction: {direction}}}]"
    forwards, backwards = await walked(held.asks("auditor"), listed, f"of: {shown} {keys}", order)
    assert forwards == backwards
    assert len({str({**one, "of": 0}) for one in forwards}) == len(forwards) == 5
    values = [one["of"]["code"] if isinstance(one["of"], dict) else one["of"] for one in forwards]
    values = [float(value) for value in values] if field == "TARGET" else values
    assert values == sorted(values, reverse=direction == "DESC")


BANK = Bank(1, "b", "B", "B", "CNY", 2, "Asia/Shanghai")
BY_MANAGER = {"manager": ManagerFilter(code=StringFilter(eq="m1"))}


def caller(**scopes: Scope) -> Caller:
    """Somebody who may read these, each in its scope."""
    lines = tuple(Line(name, "read", frozenset({scope})) for name, scope in scopes.items())
    return Caller(BANK, "p", "m1", ("r",), (), PermissionSet(("r",), lines), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("facets", "filter", "scopes", "named"),
    [
        (
            SHARES,
            ShareFilter(**BY_MANAGER),
            {"share": Scope.BANK, "manager": Scope.OWN},
            "`manager` needs manager:read",
        ),
        (SHARES, ShareFilter(**BY_MANAGER), {"share": Scope.BRANCH, "manager": Scope.OWN}, "`manager` needs"),
        (SHARES, ShareFilter(customer=CustomerFilter()), {"share": Scope.BANK, "customer": Scope.OWN}, "customer:read"),
        (TARGETS, TargetFilter(**BY_MANAGER), {"target": Scope.TEAM, "manager": Scope.OWN}, "`manager` needs"),
        (TARGETS, TargetFilter(not_=TargetFilter(**BY_MANAGER)), {"target": Scope.TEAM}, "`manager` needs"),
    ],
)
def test_a_filter_by_what_is_not_readable_everywhere_is_refused(
    facets: Facets, filter: Any, scopes: dict[str, Scope], named: str
) -> None:
    with pytest.raises(Forbidden, match=named) as refused:
        facets.condition(caller(**scopes), filter)(Arguments())
    assert refused.value.code == "FACET_MASKED"


@pytest.mark.parametrize("scope", [Scope.OWN, Scope.TEAM, Scope.BRANCH, Scope.BANK])
def test_a_filter_by_what_is_readable_on_the_same_rows_is_a_condition(scope: Scope) -> None:
    held = caller(share=scope, manager=scope, customer=Scope.BANK)
    assert "m.manager" in SHARES.condition(held, ShareFilter(**BY_MANAGER, customer=CustomerFilter()))(Arguments())
