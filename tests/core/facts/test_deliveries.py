"""A delivery is taken in whole, once, and what was read before can still be read."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from core.errors import InputError
from core.facts.deliveries import STAGES, deliver
from core.facts.fact_table import FactTable
from core.facts.mapping import parse_mapping
from core.facts.snapshot import FactFileRef, Snapshot, as_of, current
from core.facts.store import FactStore
from tenants.binding import Door, Opener

FEES = "fee,customer,day,kind,amount\n"
BY_DAY = {"shape": "transactions", "columns": {"account": "account", "day": "day", "balance": "amount"}}
OCTOBER = date(2026, 10, 1)


def day(number: int, month: int = 9) -> date:
    return date(2026, month, number)


def rows_of(store: FactStore, bank: str, files: tuple[FactFileRef, ...]) -> list[tuple[Any, ...]]:
    """All rows of these files."""
    return [tuple(row.values()) for file in files for row in pq.read_table(store.path(bank, file.sha256)).to_pylist()]


async def facts(open_bank: Opener, store: FactStore, fact: str, part: str = "record") -> list[tuple[Any, ...]]:
    """Rows of one part of a fact table as it is now."""
    async with open_bank() as session:
        return rows_of(store, session.bank.code, (await current(session)).files(fact, part))


async def test_a_delivery_says_what_became_of_it(known: None, send: Any, open_bank: Opener) -> None:
    seen: list[tuple[str, int, int]] = []
    report = await send("balances", "account,balance\nA1,1.00\nA2,0\n", day(5), progress=lambda *at: seen.append(at))
    assert (report.status, report.fact, report.shape, report.business_day) == (
        "accepted",
        "balances",
        "snapshot",
        day(5),
    )
    assert (report.rows, report.supersedes, report.findings, report.counts) == (2, None, (), {})
    assert [stage for stage, _, _ in seen] == [stage for stage in STAGES if stage != "waiting"]
    assert all(total == len(STAGES) for _, _, total in seen)
    async with open_bank() as session:
        [row] = await session.rows("SELECT * FROM bank.deliveries WHERE delivery = $1", report.delivery)
        [trail] = await session.rows("SELECT * FROM bank.audit WHERE subject = $1", str(report.delivery))
    assert (row["status"], row["rows"], row["source"], row["delivered_by"]) == ("accepted", 2, "file.csv", "tester")
    assert (trail["action"], trail["person"]) == ("delivery:accept", "tester")


async def test_the_same_content_again_changes_nothing(known: None, send: Any, written: Any) -> None:
    first = await send("balances", "account,balance\nA1,1\n", day(5))
    before = await written()
    again = await send("balances", "account,balance\nA1,1\n", day(5), name="other.csv")
    assert (again.status, again.delivery, again.rows) == ("unchanged", first.delivery, 1)
    assert await written() == before


async def test_the_same_bytes_read_otherwise_are_other_content(known: None, send: Any) -> None:
    await send("balances", "account,balance,b2\nA1,1,2\n", day(5))
    other = await send(
        "balances", "account,balance,b2\nA1,1,2\n", day(5), columns={"account": "account", "balance": "b2"}
    )
    assert other.status == "accepted"


async def test_the_same_content_on_another_day_is_another_delivery(known: None, send: Any) -> None:
    first = await send("balances", "account,balance\nA1,1\n", day(5))
    other = await send("balances", "account,balance\nA1,1\n", day(6))
    assert (other.status, other.supersedes) == ("accepted", None)
    assert other.delivery != first.delivery


async def test_a_superseded_day_is_replaced_and_the_older_snapshot_still_reads_the_same(
    known: None, send: Any, open_bank: Opener, store: FactStore, spans_of: Any
) -> None:
    first = await send("balances", "account,balance\nA1,1\nA2,5\n", day(5))
    async with open_bank() as session:
        then = await current(session)
    other = await send("balances", "account,balance\nA1,2\n", day(5))
    assert (other.status, other.supersedes) == ("accepted", first.delivery)
    assert await spans_of() == [("open", "A1", day(5), OCTOBER, 200)]
    async with open_bank() as session:
        assert await as_of(session, first.delivery) == then
        assert await as_of(session, other.delivery) == await current(session) != then
        bank = session.bank.code
        statuses = await session.rows("SELECT status FROM bank.deliveries WHERE fact = 'balances' ORDER BY delivery")
    assert [row["status"] for row in statuses] == ["superseded", "accepted"]
    assert rows_of(store, bank, then.files("balances", "open")) == [
        ("A1", day(5), OCTOBER, 100),
        ("A2", day(5), OCTOBER, 500),
    ]


async def test_an_account_missing_from_a_snapshot_has_zero_from_that_day(known: None, send: Any, spans_of: Any) -> None:
    await send("balances", "account,balance\nA1,1\nA2,5\n", day(5))
    await send("balances", "account,balance\nA1,1\n", day(8))
    assert await spans_of() == [
        ("open", "A1", day(5), OCTOBER, 100),
        ("closed", "A2", day(5), day(8), 500),
    ]


async def test_transactions_add_up_from_day_to_day_and_over_the_month(known: None, send: Any, spans_of: Any) -> None:
    text = "account,day,amount\nA1,2026-08-30,1.50\nA1,2026-08-30,-0.50\nA1,2026-09-02,2\nA2,2026-09-01,3\n"
    await send("balances", text, day(5), **BY_DAY)
    await send("balances", "account,day,amount\nA1,2026-09-06,-3\n", day(6), **BY_DAY)
    assert await spans_of() == [
        ("open", "A1", day(30, 8), day(1), 100),
        ("closed", "A1", day(1), day(2), 100),
        ("closed", "A1", day(2), day(6), 300),
        ("open", "A2", day(1), OCTOBER, 300),
    ]


async def test_a_snapshot_is_not_changed_by_bookings_up_to_its_day(known: None, send: Any, spans_of: Any) -> None:
    await send("balances", "account,balance\nA1,10\n", day(5))
    text = "account,day,amount\nA1,2026-09-03,1\nA1,2026-09-05,2\nA1,2026-09-06,4\n"
    await send("balances", text, day(7), **BY_DAY)
    assert await spans_of() == [
        ("closed", "A1", day(3), day(5), 100),
        ("closed", "A1", day(5), day(6), 1000),
        ("open", "A1", day(6), OCTOBER, 1400),
    ]


async def test_a_balance_runs_over_months_without_deliveries(known: None, send: Any, open_bank: Opener) -> None:
    await send("balances", "account,balance\nA1,1\n", day(5, 6))
    await send("balances", "account,balance\nA1,1\n", day(5))
    async with open_bank() as session:
        files = (await current(session)).files("balances", "open")
    assert [(str(file.month), file.rows) for file in files] == [
        ("2026-06-01", 1),
        ("2026-07-01", 1),
        ("2026-08-01", 1),
        ("2026-09-01", 1),
    ]


async def test_sums_beyond_what_can_be_kept_are_refused(known: None, send: Any, written: Any) -> None:
    before = await written()
    rows = "A1,2026-09-05,9999999999999999.99\n" * 10
    report = await send("balances", f"account,day,amount\n{rows}", day(5), **BY_DAY)
    assert (report.status, report.counts) == ("refused", {"NUMBER_TOO_LARGE": 1})
    assert await written() == before


async def test_every_list_stays_in_force_as_that_of_its_day(
    known: None, send: Any, open_bank: Opener, store: FactStore
) -> None:
    await send("customers", "customer,kind\nC1,retail\nC2,retail\n", day(5))
    await send("customers", "customer,kind\nC3,retail\n", day(4))  # late, and of an earlier day
    await send("customers", "customer,kind\nC2,corporate\n", day(5))  # instead of the first
    async with open_bank() as session:
        bank, now = session.bank.code, await current(session)
    # day → whose list holds: before the first that one, on its day and until the next that one
    held = {n: [row[0] for row in rows_of(store, bank, now.list_on("customers", day(n)))] for n in (1, 3, 4, 5, 9)}
    assert held == {1: ["C3"], 3: ["C3"], 4: ["C3"], 5: ["C2"], 9: ["C2"]}


async def test_events_add_up_and_a_superseded_day_leaves(
    known: None, send: Any, open_bank: Opener, store: FactStore
) -> None:
    await send("fees", FEES + "F1,C1,2026-08-31,card,1\nF2,C1,2026-09-01,card,2\n", day(1))
    await send("fees", FEES + "F3,C1,2026-09-02,card,-4\n", day(2))
    await send("fees", FEES + "F2,C1,2026-09-01,card,8\n", day(1))
    found = await facts(open_bank, store, "fees")
    assert sorted((row[0], row[5]) for row in found) == [("F2", 800), ("F3", -400)]
    async with open_bank() as session:
        months = [str(file.month) for file in (await current(session)).files("fees", "record")]
    assert months == ["2026-09-01", "2026-09-01"]


async def test_a_day_without_counting_events_is_accepted_empty(known: None, send: Any, written: Any) -> None:
    report = await send("fees", FEES + "F1,C1,2026-09-01,salary,1\n", day(1), only={"kind": ["card"]})
    assert (report.status, report.rows) == ("accepted", 0)
    assert [file for file in (await written())["in_force"] if file[0] == "fees"] == []


async def test_a_file_is_shown_by_a_harmless_name_and_never_found_by_it(known: None, send: Any) -> None:
    for name in ("*.csv", "a'b\";--.csv", "new\nline.csv", "$(id).csv.gz", "%s{0}.csv", "账户.csv"):
        report = await send("balances", "account,balance\nA1,1\n", day(5), name=name)
        assert report.status in ("accepted", "unchanged")
        assert report.source == name.replace("\n", "\\n")


async def test_a_link_or_folder_is_no_delivery(
    known: None, open_bank: Opener, store: FactStore, tables: dict[str, FactTable], tmp_path: Path, written: Any
) -> None:
    (tmp_path / "real.csv").write_text("account,balance\nA1,1\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    before = await written()
    mapping = parse_mapping(
        "{fact: balances, shape: snapshot, currency: CNY, columns: {account: account, balance: balance}}"
    )
    for source in (tmp_path / "link.csv", tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InputError) as caught:
            await deliver(open_bank, store, tables, source, mapping, day(5), today=day(5))
        assert caught.value.code == "FILE_UNREADABLE"
    assert await written() == before


async def test_another_bank_sees_nothing_of_it(
    known: None, send: Any, door: Door, make_bank: Any, store: FactStore
) -> None:
    await send("balances", "account,balance\nA1,1\n", day(5))
    other = await make_bank("other")
    async with door.open(other, "tester") as session:
        assert (await current(session)).tables == {}
        assert await session.rows("SELECT 1 FROM bank.deliveries") == []
    assert list(store.folder(other.code).iterdir()) == []


async def test_of_two_deliveries_of_one_day_at_once_one_is_in_force(
    known: None,
    open_bank: Opener,
    store: FactStore,
    tables: dict[str, FactTable],
    tmp_path: Path,
    spans_of: Any,
) -> None:
    mapping = parse_mapping(
        "{fact: balances, shape: snapshot, currency: CNY, columns: {account: account, balance: balance}}"
    )
    waited: list[str] = []

    async def one(number: int) -> Any:
        source = tmp_path / f"{number}.csv"
        source.write_text(f"account,balance\nA1,{number}\n")
        return await deliver(
            open_bank, store, tables, source, mapping, day(5), today=day(5), progress=lambda at, *_: waited.append(at)
        )

    reports = await asyncio.gather(*(one(number) for number in (1, 2, 3)))
    assert [report.status for report in reports] == ["accepted"] * 3
    assert "waiting" in waited
    last = max(reports, key=lambda report: report.delivery)
    async with open_bank() as session:
        rows = await session.rows("SELECT delivery, status FROM bank.deliveries WHERE fact = 'balances' ORDER BY 1")
    assert [row["status"] for row in rows] == ["superseded", "superseded", "accepted"]
    assert await spans_of() == [("open", "A1", day(5), OCTOBER, (reports.index(last) + 1) * 100)]


async def test_the_same_file_delivered_twice_at_once_is_one_delivery(known: None, send: Any, open_bank: Opener) -> None:
    reports = await asyncio.gather(
        *(send("balances", "account,balance\nA1,1\n", day(5), name=f"{n}.csv") for n in (1, 2))
    )
    assert sorted(report.status for report in reports) == ["accepted", "unchanged"]
    async with open_bank() as session:
        assert len(await session.rows("SELECT 1 FROM bank.deliveries WHERE fact = 'balances'")) == 1


async def test_a_cancelled_delivery_leaves_nothing(known: None, send: Any, written: Any) -> None:
    before = await written()
    has_read = asyncio.Event()

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "read":
            has_read.set()

    task = asyncio.create_task(send("balances", "account,balance\nA1,1\n", day(5), progress=progress))
    await has_read.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await written() == before


async def test_a_snapshot_survives_json(known: None, send: Any, open_bank: Opener) -> None:
    await send("balances", "account,balance\nA1,1\n", day(5))
    async with open_bank() as session:
        snapshot = await current(session)
    assert list(snapshot.tables) == ["accounts", "balances"]
    assert Snapshot.of(orjson.loads(orjson.dumps(snapshot.body()))) == snapshot
