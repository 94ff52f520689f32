"""Files of a bank's own lists: branches, customers, managers, shares, targets."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.errors import InputError
from core.facts.deliveries import deliver
from core.facts.delivery_report import DeliveryReport
from core.facts.mapping import parse_mapping
from core.facts.store import FactStore
from core.facts.terms import Terms
from core.publications.store import publish_run
from core.registers.catalogue import REGISTERS, needed_to_deliver
from core.registers.tables import register_tables
from tenants.binding import Opener
from tests.approved import add_approved, add_queued

TODAY = date(2026, 10, 20)
TABLES = register_tables(["deposits.daily_average"])
Send = Callable[..., Awaitable[DeliveryReport]]

BRANCHES = "branch,parent,kind,name,name_zh\nB0,,head_office,Head office,总行\nB1,B0,branch,Harbour,港口支行\n"
CUSTOMERS = "customer,name\nC1,甲公司\nC2,Ou\n"
MANAGERS = (
    "manager,name,branch,position,level,valid_from,valid_until\n"
    "M1,李伟,B1,manager,3,2026-01-01,\nM2,Wang,B1,chief,,2026-01-01,2026-07-01\n"
)


@pytest.fixture
def send(open_bank: Opener, tmp_path: Path) -> Send:
    """send(name, text, …): hand in a file whose columns have our names."""

    async def send_text(name: str, text: str, *, correction: str = "", **more: Any) -> DeliveryReport:
        source = tmp_path / f"{name}.csv"
        source.write_text(text, encoding="utf-8")
        header = text.split("\n")[0].split(",")
        mapping = parse_mapping({"fact": name, "dates": "%Y-%m-%d", "columns": {column: column for column in header}})
        terms = Terms(correction=correction)
        store = FactStore(tmp_path / "facts")
        return await deliver(open_bank, store, TABLES, source, mapping, TODAY, today=TODAY, terms=terms, **more)

    return send_text


@pytest.fixture
async def staffed(send: Send) -> None:
    """Two branches, two customers, two managers."""
    for name, text in (("branches", BRANCHES), ("customer_names", CUSTOMERS), ("managers", MANAGERS)):
        report = await send(name, text)
        assert (report.status, report.findings) == ("accepted", ())


async def rows(open_bank: Opener, statement: str) -> list[tuple[object, ...]]:
    async with open_bank() as session:
        return [tuple(row) for row in await session.rows(statement)]


SHARES = "SELECT customer, manager, share_ppm, valid_from, valid_until FROM bank.shares ORDER BY 1, 4, 2"


async def test_a_bank_s_own_lists_come_as_files(staffed: None, open_bank: Opener) -> None:
    assert await rows(open_bank, "SELECT branch, parent, kind, name, name_zh FROM bank.branches ORDER BY 1") == [
        ("B0", None, "head_office", "Head office", "总行"),
        ("B1", "B0", "branch", "Harbour", "港口支行"),
    ]
    assert await rows(open_bank, "SELECT customer, name FROM bank.customers ORDER BY 1") == [
        ("C1", "甲公司"),
        ("C2", "Ou"),
    ]
    posts = "SELECT manager, branch, position, level, valid_from, valid_until FROM bank.postings ORDER BY 1"
    assert await rows(open_bank, posts) == [
        ("M1", "B1", "manager", "3", date(2026, 1, 1), date.max),
        ("M2", "B1", "chief", "", date(2026, 1, 1), date(2026, 7, 1)),
    ]


async def test_the_same_file_again_changes_nothing(staffed: None, send: Send) -> None:
    for name, text in (("branches", BRANCHES), ("customer_names", CUSTOMERS), ("managers", MANAGERS)):
        report = await send(name, text)
        assert (report.status, dict(report.changes)) == ("accepted", {"unchanged": 2}), name


async def test_a_later_file_changes_what_it_names_and_leaves_the_rest(
    staffed: None, send: Send, open_bank: Opener
) -> None:
    report = await send("customer_names", "customer,name\nC2,欧\nC3,New\n")
    assert dict(report.changes) == {"added": 1, "changed": 1}
    assert await rows(open_bank, "SELECT name FROM bank.customers ORDER BY customer") == [
        ("甲公司",),
        ("欧",),
        ("New",),
    ]


async def test_a_hand_over_ends_the_share_before(staffed: None, send: Send, open_bank: Opener) -> None:
    head = "customer,manager,share,valid_from\n"
    await send("shares", head + "C1,M1,1,2026-01-01\n")
    report = await send("shares", head + "C1,M2,0.6,2026-05-15\nC1,M1,0.3,2026-05-15\n")
    assert dict(report.changes) == {"added": 2, "ended": 1}
    assert await rows(open_bank, SHARES) == [
        ("C1", "M1", 1_000_000, date(2026, 1, 1), date(2026, 5, 15)),
        ("C1", "M1", 300_000, date(2026, 5, 15), date.max),
        ("C1", "M2", 600_000, date(2026, 5, 15), date.max),
    ]


async def test_days_inside_a_share_are_cut_out_of_it(staffed: None, send: Send, open_bank: Opener) -> None:
    await send("shares", "customer,manager,share,valid_from\nC1,M1,0.5,2026-01-01\n")
    await send("shares", "customer,manager,share,valid_from,valid_until\nC1,M2,1,2026-03-01,2026-04-01\n")
    assert await rows(open_bank, SHARES) == [
        ("C1", "M1", 500_000, date(2026, 1, 1), date(2026, 3, 1)),
        ("C1", "M2", 1_000_000, date(2026, 3, 1), date(2026, 4, 1)),
        ("C1", "M1", 500_000, date(2026, 4, 1), date.max),
    ]


async def test_a_dry_run_counts_and_writes_nothing(staffed: None, send: Send, open_bank: Opener) -> None:
    report = await send("shares", "customer,manager,share,valid_from\nC1,M1,1,2026-01-01\n", dry_run=True)
    assert (report.status, dict(report.changes)) == ("dry_run", {"added": 1})
    assert await rows(open_bank, SHARES) == []
    assert await rows(open_bank, "SELECT 1 FROM bank.deliveries WHERE fact = 'shares'") == []


BAD = [
    ("shares", "C1,M1,1.000001,2026-01-01,", {"SHARE_OUT_OF_RANGE": 1}),
    ("shares", "C1,M1,0,2026-01-01,", {"SHARE_OUT_OF_RANGE": 1}),
    ("shares", "C1,M1,-0.5,2026-01-01,", {"SHARE_OUT_OF_RANGE": 1}),
    ("shares", "C1,M1,0.0000001,2026-01-01,", {"NUMBER_TOO_PRECISE": 1}),
    ("shares", "C1,M1,1,2026-01-01,2026-01-01", {"DAYS_REVERSED": 1}),
    ("shares", "C1,M1,0.2,2026-01-01,\nC1,M1,0.2,2026-02-01,", {"SHARES_OVERLAP": 1}),
    # 0.6 + 0.400001 on 1 March, the first day they meet
    ("shares", "C1,M1,0.6,2026-01-01,\nC1,M2,0.400001,2026-03-01,", {"SHARES_EXCEED_ONE": 1}),
    ("shares", "C9,M1,1,2026-01-01,\nC1,M9,1,2026-01-01,", {"CUSTOMER_UNKNOWN": 1, "MANAGER_UNKNOWN": 1}),
    ("managers", "M3,New,B9,,,2026-01-01,", {"BRANCH_UNKNOWN": 1}),
    ("managers", "M3,New,B1,,,2026-01-01,\nM3,Neu,B1,,,2026-06-01,", {"NAME_DIFFERS": 1, "POSTS_OVERLAP": 1}),
    ("branches", "B2,B3,,Two,\nB3,B2,,Three,", {"BRANCH_CIRCLE": 2}),
    ("branches", "B0,B1,,Head,", {"BRANCH_CIRCLE": 1}),
    ("branches", "B2,B9,,Two,", {"BRANCH_UNKNOWN": 1}),
    ("targets", "M1,deposits.daily_average,2026-Q5,100,", {"PERIOD_INVALID": 1}),
    ("targets", "M1,deposits.typo,2026-Q3,100,", {"CODE_UNKNOWN": 1}),
    ("targets", "M1,deposits.daily_average,2026-Q3,1e5,", {"NUMBER_INVALID": 1}),
]
HEADS = {
    "branches": "branch,parent,kind,name,name_zh",
    "managers": "manager,name,branch,position,level,valid_from,valid_until",
    "shares": "customer,manager,share,valid_from,valid_until",
    "targets": "manager,indicator,period,target,prorate",
}


@pytest.mark.parametrize(("name", "lines", "counts"), BAD)
async def test_a_file_with_wrong_rows_is_refused_and_changes_nothing(
    name: str, lines: str, counts: dict[str, int], staffed: None, send: Send, open_bank: Opener
) -> None:
    everything = """SELECT (SELECT count(*) FROM bank.branches), (SELECT count(*) FROM bank.managers),
                           (SELECT count(*) FROM bank.postings), (SELECT count(*) FROM bank.shares),
                           (SELECT count(*) FROM bank.targets)"""
    before = await rows(open_bank, everything)
    report = await send(name, f"{HEADS[name]}\n{lines}\n")
    assert (report.status, dict(report.counts)) == ("refused", counts)
    assert all(finding.row for finding in report.findings)
    assert await rows(open_bank, everything) == before
    assert await rows(open_bank, f"SELECT status FROM bank.deliveries WHERE delivery = {report.delivery}") == [
        ("refused",)
    ]


@pytest.fixture
async def closed(staffed: None, open_bank: Opener) -> None:
    """A published run of the first half-year: books are closed up to 30 June."""
    run = str(uuid.uuid4())
    async with open_bank() as session:
        await add_approved(session)
        await add_queued(session, run, "2026-H1")
        await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = $1", run)
        await session.execute(
            """UPDATE bank.runs SET status = 'complete', finished_at = now(), inputs_hash = '0', results_hash = '0'
               WHERE run = $1""",
            run,
        )
        async with session.acting_as("approver") as approver:
            await publish_run(approver, run)


# The last closed day and the first open one; a target belongs to the last day of its period.
CLOSED = [
    ("shares", "C1,M1,1,2026-06-30,", "2026-06-30"),
    ("shares", "C1,M1,1,2026-06-30,2026-07-02\nC2,M1,1,2026-07-01,", "2026-06-30"),
    ("managers", "M2,Wang,B1,chief,,2026-06-30,", "2026-06-30"),
    ("targets", "M1,deposits.daily_average,2026-H1,100,", "2026-06-30"),
    ("targets", "M1,deposits.daily_average,2026-Q1,100,\nM1,deposits.daily_average,2026,100,", "2026-03-31"),
]
OPEN = [
    ("shares", "C1,M1,1,2026-07-01,"),
    ("managers", "M2,Wang,B1,chief,,2026-07-01,"),
    ("targets", "M1,deposits.daily_average,2026-07,100,\nM1,deposits.daily_average,2026,100,"),
]
LISTS = """SELECT (SELECT json_agg(s ORDER BY s::text) FROM bank.shares s)::text,
                  (SELECT json_agg(p ORDER BY p::text) FROM bank.postings p)::text,
                  (SELECT json_agg(t ORDER BY t::text) FROM bank.targets t)::text"""


@pytest.mark.parametrize(("name", "lines", "first"), CLOSED)
async def test_closed_days_of_a_list_change_only_for_a_reason(
    name: str, lines: str, first: str, closed: None, send: Send, open_bank: Opener
) -> None:
    before, text = await rows(open_bank, LISTS), f"{HEADS[name]}\n{lines}\n"
    for is_dry in (True, False):
        report = await send(name, text, dry_run=is_dry)
        assert (report.is_refused, dict(report.counts)) == (True, {"PERIOD_CLOSED": 1})
        assert (report.findings[0].value, "2026-06-30" in report.findings[0].message) == (first, True)
        assert await rows(open_bank, LISTS) == before
    meant = await send(name, text, correction="绩效协议补签")
    assert (meant.status, meant.findings) == ("accepted", ())
    assert await rows(open_bank, LISTS) != before
    kept = f"SELECT reason, first_day FROM bank.deliveries WHERE delivery = {meant.delivery}"
    assert await rows(open_bank, kept) == [("绩效协议补签", date.fromisoformat(first))]


@pytest.mark.parametrize(("name", "lines"), OPEN)
async def test_days_after_a_closed_period_change_without_one(name: str, lines: str, closed: None, send: Send) -> None:
    report = await send(name, f"{HEADS[name]}\n{lines}\n")
    assert (report.status, report.findings) == ("accepted", ())


async def test_shares_of_exactly_one_are_lawful(staffed: None, send: Send) -> None:
    text = "customer,manager,share,valid_from\nC1,M1,0.6,2026-01-01\nC1,M2,0.4,2026-01-01\n"
    assert (await send("shares", text)).status == "accepted"


async def test_targets_come_as_a_file_with_six_decimals(staffed: None, send: Send, open_bank: Opener) -> None:
    head = HEADS["targets"]
    await send(
        "targets", f"{head}\nM1,deposits.daily_average,2026-Q3,1000.123456,false\nM2,deposits.daily_average,2026,-5,\n"
    )
    found = await rows(open_bank, "SELECT manager, period, target::text, prorate FROM bank.targets ORDER BY 1")
    assert found == [("M1", "2026-Q3", "1000.123456", False), ("M2", "2026", "-5.000000", True)]


async def test_a_register_is_no_fact_of_another_name(send: Send) -> None:
    with pytest.raises(InputError) as refused:
        await send("grades", "grade\nA\n")
    assert refused.value.code == "MAPPING_INVALID"


def test_each_register_needs_a_permission_of_its_own() -> None:
    assert {name: needed_to_deliver(name) for name in (*REGISTERS, "fees")} == {
        "branches": "branch:set",
        "customer_names": "customer:set",
        "managers": "manager:set",
        "shares": "share:set",
        "targets": "target:set",
        "fees": "delivery:import",
    }
