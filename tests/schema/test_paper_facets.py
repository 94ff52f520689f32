"""Lists of paper: deliveries, findings, the audit trail, arrivals, entries, feeds, schemes, documents."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from core.errors import Forbidden
from core.session import Bank
from core.statement import Arguments
from schema.arrival_facets import ARRIVALS, ArrivalFilter
from schema.delivery_facets import DeliveryFilter
from schema.entry_facets import ENTRIES, EntryFilter
from schema.facets import Facets
from schema.feed_facets import FeedFilter
from schema.operators import StringFilter
from tenants.callers import Caller
from tenants.permissions import Line, PermissionSet, Scope
from tests.schema.listed import found, walked
from tests.schema.papers import FINDINGS, MANY, file_papers

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, Town

pytestmark = pytest.mark.usefixtures("by_plans")


@pytest.fixture(scope="module")
async def town(build_town: BuildTown) -> Town:
    """A bank with paper in every tray; no test writes to it."""
    town = await build_town("TRAY")
    await file_papers(town)
    return town


TABLES: dict[str, list[tuple[Any, str]]] = {
    "deliveries": [
        ({}, "1 2 3 4 5"),
        ({"fact": {"eq": "fees"}}, "1 4"),
        ({"fact": {"startsWith": "b"}, "status": {"eq": "ACCEPTED"}}, "3"),
        ({"status": {"in": ["REFUSED", "SUPERSEDED"]}}, "1 2"),
        ({"number": {"gt": 900_003}}, "4 5"),
        ({"rows": {"gte": 5, "lt": 12}}, "2 4"),
        ({"findingCount": {"gt": 0}}, "1 3"),
        ({"businessDay": {"lte": "2026-09-29"}}, "2 3 5"),
        ({"firstDay": {"isNull": True}}, "1"),
        ({"deliveredAt": {"gte": "2026-10-07T08:00:00Z", "lt": "2026-10-08T08:00:00Z"}}, "3"),
        ({"deliveredBy": {"eq": "inbox"}, "not": {"rows": {"eq": 0}}}, "4"),
        ({"correction": {"isNull": False}}, "3"),
        ({"correction": {"contains": "book"}}, "3"),
        ({"supersedes": {"eq": 900_002}}, "3"),
        ({"contentHash": {"eq": "c900004"}}, "4"),
        ({"findings": {"code": {"eq": "ROUNDED"}}}, "3"),
        ({"findings": {"severity": {"eq": "error"}}}, "1 3"),
        ({"not": {"findings": {}}}, "2 4 5"),
        ({"or": [{"shape": {"eq": "snapshot"}}, {"source": {"startsWith": "v"}}]}, "2 3 5"),
    ],
    "arrivals": [
        ({}, "1 2 3 4"),
        ({"name": {"startsWith": "fees"}}, "1"),
        ({"origin": {"eq": "UPLOAD"}}, "2 3"),
        ({"status": {"in": ["DONE", "WAITING"]}}, "2 3 4"),
        ({"result": {"eq": "DRY_RUN"}}, "3"),
        ({"dryRun": {"eq": False}}, "1 2 4"),
        ({"not": {"result": {"in": ["ACCEPTED", "DRY_RUN"]}}}, "1 4"),
        ({"bytes": {"gte": str(MANY)}}, "2"),
        ({"bytes": {"lt": "9.5"}}, "3 4"),
        ({"businessDay": {"isNull": True}}, "3"),
        ({"finishedAt": {"isNull": True}}, "4"),
        ({"feedCode": {"eq": "fees"}}, "1 4"),
        ({"feed": {"every": {"eq": "WORKDAY"}}}, "2"),
        ({"delivery": {"status": {"eq": "ACCEPTED"}}}, "2"),
        ({"delivery": {"findings": {"subject": {"eq": "row 2"}}}}, "1 2"),
    ],
    "entries": [
        ({}, "1 2 3 4"),
        ({"fact": {"eq": "visits"}}, "3"),
        ({"status": {"eq": "WAITING"}}, "3"),
        ({"status": {"in": ["APPROVED", "REFUSED"]}, "madeBy": {"eq": "ann"}}, "1 4"),
        ({"decidedBy": {"isNull": True}}, "3"),
        ({"decision": {"eq": "no"}}, "2"),
        ({"reason": {"contains": "down"}}, "1"),
        ({"businessDay": {"lt": "2026-10-03"}}, "2 3"),
        ({"reverses": {"eq": 900_001}}, "4"),
        ({"reversedBy": {"isNull": False}}, "1"),
        ({"delivery": {"fact": {"eq": "fees"}}}, "1 4"),
        ({"delivery": {"fact": {"eq": "visits"}}}, ""),
    ],
}


@pytest.mark.parametrize(
    ("listed", "filter", "numbers"), [(listed, *case) for listed, cases in TABLES.items() for case in cases]
)
async def test_a_filter_finds_just_these(town: Town, listed: str, filter: Any, numbers: str) -> None:
    kind = {"deliveries": "DeliveryFilter", "arrivals": "ArrivalFilter", "entries": "EntryFilter"}[listed]
    inside = "orderBy: [{field: NUMBER}]"
    rows = await found(town.asks("auditor"), listed, "number", inside=inside, filter=(kind, filter))
    assert rows.replace("90000", "") == numbers


@pytest.mark.parametrize(
    ("listed", "shown", "kind", "filter", "rows"),
    [
        ("feeds", "code", "FeedFilter", {}, "balances fees late-fees"),
        ("feeds", "code", "FeedFilter", {"fact": {"eq": "fees"}, "every": {"eq": "NEVER"}}, "late-fees"),
        ("feeds", "code", "FeedFilter", {"since": {"lt": "2026-01-01"}}, "balances fees"),
        ("feeds", "code", "FeedFilter", {"until": {"isNull": False}}, ""),
        ("feeds", "code", "FeedFilter", {"label": {"startsWith": "A"}, "dueDays": {"eq": 3}}, "late-fees"),
        ("schemes", "code", "SchemeFilter", {"versions": {"status": {"eq": "DRAFT"}}}, "late"),
        ("schemes", "code", "SchemeFilter", {"versions": {"madeBy": {"eq": "designer"}}}, "late s"),
        ("schemes", "code", "SchemeFilter", {"not": {"versions": {"version": {"gt": 1}}}}, "s"),
        ("schemes", "code", "SchemeFilter", {"code": {"startsWith": "l"}, "labelZh": {"eq": "办法"}}, "late"),
        ("documents", "name", "DocumentFilter", {"registeredBy": {"eq": "ann"}}, "Beta Gamma"),
        ("documents", "name", "DocumentFilter", {"name": {"gt": "Alpha"}, "sha256": {"isNull": False}}, "Beta Gamma"),
        ("documents", "name", "DocumentFilter", {"registeredAt": {"gt": "2020-01-01T00:00:00Z"}}, "Alpha Beta Gamma"),
    ],
)
async def test_a_filter_finds_just_these_codes(
    town: Town, listed: str, shown: str, kind: str, filter: Any, rows: str
) -> None:
    role = "administrator" if listed == "documents" else "auditor"
    assert await found(town.asks(role), listed, shown, filter=(kind, filter)) == rows


@pytest.mark.parametrize(
    ("inside", "filter", "rows"),
    [
        ("", {"subject": {"startsWith": "p-"}}, "x/p-10 run:start/p-2 run:publish/p-1 run:start/p-1"),
        ("", {"subject": {"startsWith": "p-"}, "person": {"eq": "ben"}}, "run:publish/p-1"),
        ('person: "ann"', {"subject": {"in": ["p-1", "p-10"]}}, "x/p-10 run:start/p-1"),
        (
            'subject: "p-1", since: "2020-01-01T00:00:00Z"',
            {"not": {"action": {"contains": "start"}}},
            "run:publish/p-1",
        ),
        ('person: "ann", until: "2020-01-01T00:00:00Z"', {}, ""),
        ('action: "x", orderBy: [{field: NUMBER}]', {"at": {"gt": "2020-01-01T00:00:00Z"}}, "x/p-10"),
        ('person: "\\u0000"', {"subject": {"startsWith": "p-"}}, ""),
    ],
)
async def test_the_trails_own_arguments_and_a_filter_hold_together(
    town: Town, inside: str, filter: Any, rows: str
) -> None:
    of: Any = ("AuditRecordFilter", filter)
    assert await found(town.asks("auditor"), "auditTrail", "action subject", inside=inside, filter=of) == rows


async def test_findings_are_filtered_ordered_and_counted_below_their_delivery_and_run(town: Town) -> None:
    query = """{ deliveries(filter: {number: {in: [900003, 900004]}}, orderBy: [{field: NUMBER}]) { nodes {
        findings(last: 2, orderBy: [{field: SUBJECT, direction: DESC}], filter: {severity: {eq: "warning"}}) {
          totalCount pageInfo { hasPreviousPage } nodes { subject message fields { name value } }
          groupBy(fields: [CODE, SEVERITY]) { code severity aggregates { count } } } } }
      run(id: "run-complete") {
        findings(filter: {subject: {gt: "m1"}}) { nodes { subject } aggregates { count } } } }"""
    data = (await town.asks("auditor")(query))["data"]
    shown = {"message": "look", "fields": [{"name": "row", "value": "3"}]}
    assert data["deliveries"]["nodes"] == [
        {
            "findings": {
                "totalCount": 2,
                "pageInfo": {"hasPreviousPage": False},
                "nodes": [{"subject": "row 2", **shown}, {"subject": "row 1", **shown}],
                "groupBy": [{"code": "ROUNDED", "severity": "warning", "aggregates": {"count": 2}}],
            }
        },
        {"findings": {"totalCount": 0, "pageInfo": {"hasPreviousPage": False}, "nodes": [], "groupBy": []}},
    ]
    assert data["run"]["findings"] == {"nodes": [{"subject": "m4"}], "aggregates": {"count": 1}}


async def test_findings_of_a_run_are_counted_within_the_callers_rows(town: Town) -> None:
    query = """{ run(id: "run-complete") { findings(filter: {code: {startsWith: "TARGET"}}) {
      nodes { subject } aggregates { count } groupBy(fields: [SUBJECT]) { subject } } } }"""
    shown = (await town.asks("branch_head")(query))["data"]["run"]["findings"]
    assert shown == {"nodes": [{"subject": "m1"}], "aggregates": {"count": 1}, "groupBy": [{"subject": "m1"}]}


async def test_sums_and_groups_of_paper_are_exact(town: Town) -> None:
    query = """{
      deliveries(first: 0) { aggregates { count rows { sum avg min max } findingCount { sum } }
        groupBy(fields: [FACT, STATUS]) { fact status deliveredBy aggregates { count rows { sum } } } }
      arrivals(first: 0) { aggregates { bytes { sum avg } } groupBy(fields: [RESULT]) { result aggregates { count } } }
      entries(first: 0) { groupBy(fields: [STATUS, DECIDED_BY]) { status decidedBy aggregates { count } } }
      auditTrail(person: "ann") { groupBy(fields: [ACTION]) { action aggregates { count } } }
      feeds { groupBy(fields: [FACT]) { fact aggregates { count } } }
      schemes(filter: {code: {eq: "late"}}) {
        nodes { versions { groupBy(fields: [STATUS]) { status aggregates { count } } } } }
    }"""
    data = (await town.asks("auditor")(query))["data"]
    # 3 + 10 + 12 + 5 + 0 = 30 rows in 5 deliveries; 1 + 2 findings
    assert data["deliveries"]["aggregates"] == {
        "count": 5,
        "rows": {"sum": "30", "avg": "6.000000", "min": "0", "max": "12"},
        "findingCount": {"sum": "3"},
    }
    assert [
        (one["fact"], one["status"], one["deliveredBy"], one["aggregates"]["rows"]["sum"])
        for one in data["deliveries"]["groupBy"]
    ] == [
        ("balances", "ACCEPTED", None, "12"),
        ("balances", "SUPERSEDED", None, "10"),
        ("fees", "ACCEPTED", None, "5"),
        ("fees", "REFUSED", None, "3"),
        ("visits", "ACCEPTED", None, "0"),
    ]
    # 100 + 3,000,000,000 + 7 + 9 = 3,000,000,116 bytes in 4 files
    assert data["arrivals"]["aggregates"]["bytes"] == {"sum": "3000000116", "avg": "750000029.000000"}
    assert _groups(data["arrivals"], "result") == [("ACCEPTED", 1), ("DRY_RUN", 1), ("REFUSED", 1), (None, 1)]
    assert _groups(data["entries"], "status", "decidedBy") == [
        ("APPROVED", "chief", 2), ("REFUSED", "chief", 1), ("WAITING", None, 1),
    ]  # fmt: skip
    assert _groups(data["auditTrail"], "action") == [("document:register", 2), ("run:start", 2), ("x", 1)]
    assert _groups(data["feeds"], "fact") == [("balances", 1), ("fees", 2)]
    assert _groups(data["schemes"]["nodes"][0]["versions"], "status") == [("APPROVED", 1), ("DRAFT", 2)]


def _groups(shown: Any, *names: str) -> list[tuple[Any, ...]]:
    return [(*(one[name] for name in names), one["aggregates"]["count"]) for one in shown["groupBy"]]


ORDERS = {
    "arrivals": ("number", {"ARRIVED_AT": "arrivedAt", "BUSINESS_DAY": "businessDay", "BYTES": "bytes",
                            "FINISHED_AT": "finishedAt", "NAME": "name", "NUMBER": "number"}),
    "auditTrail": ("number", {"ACTION": "action", "AT": "at", "NUMBER": "number", "PERSON": "person",
                              "SUBJECT": "subject"}),
    "deliveries": ("number", {"BUSINESS_DAY": "businessDay", "DELIVERED_AT": "deliveredAt", "FACT": "fact",
                              "FINDING_COUNT": "findingCount", "NUMBER": "number", "ROWS": "rows"}),
    "documents": ("sha256", {"NAME": "name", "REGISTERED_AT": "registeredAt", "SHA256": "sha256"}),
    "entries": ("number", {"BUSINESS_DAY": "businessDay", "DECIDED_AT": "decidedAt", "FACT": "fact",
                           "MADE_AT": "madeAt", "NUMBER": "number"}),
    "feeds": ("code", {"CODE": "code", "FACT": "fact", "LABEL": "label", "SINCE": "since"}),
    "schemes": ("code", {"CODE": "code", "LABEL": "label"}),
}  # fmt: skip


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    ("listed", "unique", "field", "shown"),
    [(listed, unique, *key) for listed, (unique, keys) in ORDERS.items() for key in keys.items()],
)
async def test_an_order_is_one_order_from_both_ends(
    town: Town, listed: str, unique: str, field: str, shown: str, direction: str
) -> None:
    role = "administrator" if listed == "documents" else "auditor"
    size = 9 if listed == "auditTrail" else 2
    order = f"[{{field: {field}, direction: {direction}}}]"
    forwards, backwards = await walked(town.asks(role), listed, f"of: {shown} key: {unique}", order, size)
    assert forwards == backwards
    assert len({one["key"] for one in forwards}) == len(forwards) >= 2
    values = [int(one["of"]) if field == "BYTES" else one["of"] for one in forwards if one["of"] is not None]
    assert values == sorted(values, reverse=direction == "DESC")
    assert [one["of"] for one in forwards[len(values) :]] == [None] * (len(forwards) - len(values))


@pytest.mark.parametrize(
    ("parent", "below", "field", "values"),
    [
        ("run(id: \"run-complete\")", "findings", "FOUND", ["m1", "m4"]),
        ("run(id: \"run-complete\")", "findings", "SUBJECT", ["m1", "m4"]),
        ("scheme(code: \"late\")", "versions", "VERSION", [1, 2, 3]),
        ("scheme(code: \"late\")", "versions", "MADE_AT", [1, 2, 3]),
        ("scheme(code: \"late\")", "versions", "APPROVED_AT", [1, 2, 3]),
        ("scheme(code: \"late\")", "versions", "SUBMITTED_AT", [1, 2, 3]),
    ],
)  # fmt: skip
async def test_lists_below_a_parent_are_read_from_both_ends(
    town: Town, parent: str, below: str, field: str, values: list[Any]
) -> None:
    shown = "subject" if below == "findings" else "version"
    pages = [f"first: 1, orderBy: [{{field: {field}}}]", f"last: 1, orderBy: [{{field: {field}}}]"]
    body = " ".join(f"p{n}: {below}({page}) {{ nodes {{ {shown} }} }}" for n, page in enumerate(pages))
    [data] = (await town.asks("auditor")(f"{{ {parent} {{ {body} }} }}"))["data"].values()
    assert [data[f"p{n}"]["nodes"][0][shown] for n in range(2)] == [values[0], values[-1]]


async def test_findings_of_a_file_come_in_its_order_and_from_its_end(town: Town) -> None:
    query = """query($last: Int, $before: String) { deliveries(filter: {number: {eq: 900003}}) { nodes {
      findings(last: $last, before: $before) { pageInfo { startCursor } nodes { subject } } } } }"""
    ask, before, shown = town.asks("data_steward"), None, []
    for _ in FINDINGS:
        [node] = (await ask(query, last=1, before=before))["data"]["deliveries"]["nodes"]
        shown += [one["subject"] for one in node["findings"]["nodes"]]
        before = node["findings"]["pageInfo"]["startCursor"]
    assert shown == [subject for *_, subject in reversed(FINDINGS)]


async def test_rows_beside_a_row_are_written_with_it(town: Town) -> None:
    query = """{ arrivals(orderBy: [{field: NUMBER}]) { nodes { id bytes stage dryRun
        feed { code label(locale: "zh-CN") every }
        delivery { number correction supersedes { number status supersedes { number } } } outcome { result } } }
      entries(filter: {number: {eq: 900001}}) {
        nodes { rows { cells { value } } reversedBy delivery { id fact } } } }"""
    data = (await town.asks("auditor")(query))["data"]
    arrivals = data["arrivals"]["nodes"]
    assert [one["bytes"] for one in arrivals] == ["100", str(MANY), "7", "9"]
    assert [one["dryRun"] for one in arrivals] == [False, False, True, False]
    assert arrivals[1]["feed"] == {"code": "balances", "label": "Balances", "every": "WORKDAY"}
    assert arrivals[1]["delivery"] == {
        "number": 900_003,
        "correction": "late booking",
        "supersedes": {"number": 900_002, "status": "SUPERSEDED", "supersedes": None},
    }
    assert (arrivals[2]["feed"], arrivals[2]["delivery"], arrivals[3]["outcome"]) == (None, None, None)
    [entry] = data["entries"]["nodes"]
    assert entry == {
        "rows": [{"cells": [{"value": "1.00"}]}],
        "reversedBy": 900_004,
        "delivery": {"id": town.id("Delivery", "900004"), "fact": "fees"},
    }


async def test_the_other_bank_has_none_of_it(town: Town, there: Town) -> None:
    everything = {"number": {"gte": 900_002}}
    assert await found(town.asks("auditor"), "deliveries", "fact", filter=("DeliveryFilter", everything)) != ""
    assert await found(there.asks("auditor"), "deliveries", "fact", filter=("DeliveryFilter", everything)) == ""


BANK = Bank(1, "b", "B", "B", "CNY", 2, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("facets", "filter", "held", "named"),
    [
        (ARRIVALS, ArrivalFilter(feed=FeedFilter()), "arrival", "`feed` needs feed:read"),
        (ARRIVALS, ArrivalFilter(feed_code=StringFilter(eq="x")), "arrival", "`feed_code` needs feed:read"),
        (ARRIVALS, ArrivalFilter(not_=ArrivalFilter(delivery=DeliveryFilter())), "arrival", "`delivery` needs"),
        (ENTRIES, EntryFilter(or_=[EntryFilter(delivery=DeliveryFilter())]), "entry", "`delivery` needs delivery:read"),
    ],
)
def test_a_filter_by_what_is_not_readable_everywhere_is_refused(
    facets: Facets, filter: Any, held: str, named: str
) -> None:
    lines = (Line(held, "read", frozenset({Scope.BANK})),)
    caller = Caller(BANK, "p", None, ("r",), (), PermissionSet(("r",), lines), date(2026, 1, 1))
    with pytest.raises(Forbidden, match=named) as refused:
        facets.condition(caller, filter)(Arguments())
    assert refused.value.code == "FACET_MASKED"


@pytest.mark.parametrize(
    ("field", "role"), [("Arrival.feed", "data_steward"), ("Entry.delivery", "data_steward"), ("Delivery", "auditor")]
)
async def test_a_role_that_reads_both_filters_by_both(town: Town, field: str, role: str) -> None:
    query = "query($name: String!) { __type(name: $name) { inputFields { name } } }"
    answer = await town.asks(role)(query, name=f"{field.partition('.')[0]}Filter")
    fields = answer["data"]["__type"]["inputFields"]
    assert (field.partition(".")[2] or "findings") in {one["name"] for one in fields}
