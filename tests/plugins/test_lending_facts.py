"""The fact tables of risk are delivered like any other: right ones are kept, wrong ones refused with their place."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest

from core.branches.tree import NewBranch, add_branches
from core.customers.store import add_customers
from core.facts.deliveries import deliver
from core.facts.delivery_report import DeliveryReport
from core.facts.mapping import parse_mapping
from core.facts.snapshot import current
from core.facts.store import FactStore
from core.managers.staff import NewManager, add_managers
from core.plugins.host import Host
from plugins.risk.facts import FACT_TABLES
from tenants.binding import Opener

LAST = date(2026, 9, 30)
RIGHT = {
    "control_reviews": ("v1,m1,,2026-09-30,100", "v2,m1,audit,2026-09-30,85.5"),
    "foreclosed_assets": ("d1,x1,c1,2026-09-30,80.00,", "d2,x1,c1,2026-09-30,20.00,150.00"),
    "loan_classes": ("k1,l1,c1,2026-09-30,loss",),
    "loan_exits": ("e1,l1,c1,2026-09-30,special_mention,100.00",),
    "operation_checks": ("o1,m1,2026-09-30,true", "o2,m1,2026-09-30,false"),
    "recoveries": ("r1,c1,,2026-09-30,written_off,-3.00",),
    "three_checks": ("q1,c1,,before,2026-09-30,", "q2,c1,l1,after,2026-09-30,2026-10-02"),
}
WRONG = [
    ("control_reviews", "v1,m1,,2026-09-30,100.000001", ("OUT_OF_RANGE", "score", "100.000001")),
    ("control_reviews", "v1,m1,,2026-09-30,-1", ("OUT_OF_RANGE", "score", "-1")),
    ("control_reviews", "v1,m9,,2026-09-30,60", ("MANAGER_UNKNOWN", "manager", "m9")),
    ("foreclosed_assets", "d1,x1,c1,2026-09-30,80.00,-1", ("OUT_OF_RANGE", "book_value", "-1")),
    ("loan_classes", "k1,l1,c1,2026-09-30,fine", ("CODE_UNKNOWN", "classification", "fine")),
    ("operation_checks", "o1,m1,2026-09-30,", ("REQUIRED", "compliant", "")),
    ("operation_checks", "o1,m1,2026-10-01,true", ("DAY_AFTER_DELIVERY", "day", "2026-10-01")),
    ("recoveries", "r1,c9,,2026-09-30,written_off,3", ("CUSTOMER_UNKNOWN", "customer", "c9")),
    ("three_checks", "q1,c1,,later,2026-09-30,", ("CODE_UNKNOWN", "stage", "later")),
]

Send = Callable[..., Awaitable[DeliveryReport]]


@pytest.fixture
async def send(open_bank: Opener, tmp_path: Path) -> Send:
    """send(fact, rows): deliver them to a bank with manager m1 and customer c1."""
    tables = Host.installed().catalogue(["risk"]).fact_tables
    async with open_bank() as session:
        await add_branches(session, [NewBranch("b1", None, "head_office", "Head office", "总行")])
        await add_managers(session, [NewManager("m1", "One", "b1", "manager", "", date(2026, 1, 1))])
        await add_customers(session, [("c1", "Customer")])

    async def deliver_rows(fact: str, *rows: str) -> DeliveryReport:
        names = tables[fact].names
        source = tmp_path / f"{fact}.csv"
        source.write_text("\n".join([",".join(names), *rows]) + "\n", encoding="utf-8")
        mapping = parse_mapping({"fact": fact, "currency": "CNY", "columns": {name: name for name in names}})
        store = FactStore(tmp_path / "facts")
        return await deliver(open_bank, store, tables, source, mapping, LAST, today=date(2026, 10, 20))

    return deliver_rows


async def test_every_table_takes_what_a_bank_would_send(send: Send, open_bank: Opener) -> None:
    assert set(RIGHT) == {table.name for table in FACT_TABLES}
    for fact, rows in RIGHT.items():
        report = await send(fact, *rows)
        assert (report.status, report.findings) == ("accepted", ()), fact
    async with open_bank() as session:
        kept = await current(session)
    assert {fact: sum(file.rows for file in files) for fact, files in kept.tables.items()} == {
        fact: len(rows) for fact, rows in RIGHT.items()
    }


@pytest.mark.parametrize(("fact", "row", "found"), WRONG, ids=lambda each: each if isinstance(each, str) else "")
async def test_a_row_that_cannot_be_is_refused_and_nothing_kept(
    send: Send, open_bank: Opener, fact: str, row: str, found: tuple[str, str, str]
) -> None:
    report = await send(fact, row)
    assert report.status == "refused"
    assert [(one.rule, one.column, one.value) for one in report.findings] == [found]
    async with open_bank() as session:
        assert (await current(session)).tables == {}
