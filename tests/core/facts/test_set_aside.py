"""Rows set aside: the rest counts, and nothing becomes zero by it."""

import csv
import io
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.facts.store import FactStore
from core.facts.sweeping import sweep
from core.facts.terms import PLAIN, Terms
from core.settings.store import change_settings
from tenants.binding import Opener

ASIDE = Terms(set_aside=True)
OCTOBER = date(2026, 10, 1)
SNAPSHOT = "account,balance\n"
FEES = "fee,customer,day,kind,amount\n"
GOOD = "".join(f"G{n},C1,2026-09-05,card,1\n" for n in range(40))


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


async def test_wrong_rows_are_kept_apart_and_the_others_count(
    known: None, lenient: None, send: Any, open_bank: Opener, aside_of: Any, rows_in_force: Any
) -> None:
    text = FEES + "F1,C1,2026-09-05,card,1\nF2,C9,2026-99-05,card,x\nF3,C1,2026-09-05,card,-2\n"
    report = await send("fees", text, name="fees.csv")
    assert (report.status, report.rows, report.set_aside, report.is_refused) == ("accepted", 2, 1, False)
    assert report.counts == {"CUSTOMER_UNKNOWN": 1, "DATE_INVALID": 1, "NUMBER_INVALID": 1}
    assert [(row[0], row[5]) for row in await rows_in_force("fees")] == [("F1", 100), ("F3", -200)]
    head, row = cells(await aside_of(report.delivery))
    assert head == ["fee", "customer", "day", "kind", "amount", "rule", "message", "message_zh"]
    assert row[:5] == ["F2", "C9", "2026-99-05", "card", "x"]
    assert row[5] == "DATE_INVALID; NUMBER_INVALID; CUSTOMER_UNKNOWN"
    assert "'x' is not a number." in row[6]
    assert "“x”不是数字。" in row[7]
    async with open_bank() as session:
        [kept] = await session.rows("SELECT * FROM bank.deliveries WHERE delivery = $1", report.delivery)
        found = await session.rows(
            "SELECT code, severity FROM bank.findings WHERE delivery = $1 ORDER BY code", report.delivery
        )
        [trail] = await session.rows(
            "SELECT detail::text AS detail FROM bank.audit WHERE subject = $1", str(report.delivery)
        )
    assert (kept["status"], kept["rows"], kept["findings"], kept["set_aside"]) == ("accepted", 2, 3, 1)
    assert [tuple(one) for one in found] == [
        ("CUSTOMER_UNKNOWN", "warning"),
        ("DATE_INVALID", "warning"),
        ("NUMBER_INVALID", "warning"),
    ]
    assert '"set_aside": 1' in trail["detail"]


async def test_the_setting_decides_and_a_delivery_may_say_otherwise(known: None, send: Any, open_bank: Opener) -> None:
    text = FEES + GOOD + "F2,C1,2026-09-05,card,x\n"
    assert (await send("fees", text)).status == "refused"
    assert (await send("fees", text, terms=ASIDE, dry_run=True)).set_aside == 1
    async with open_bank() as session:
        await change_settings(session, {"bad_rows": "set_aside"})
    refused = await send("fees", text, terms=Terms(set_aside=False))
    assert (refused.status, refused.set_aside, refused.is_refused) == ("refused", 0, True)
    assert (await send("fees", text)).set_aside == 1


@pytest.mark.parametrize(
    ("good", "bad", "status"),
    [(95, 5, "accepted"), (94, 6, "refused"), (19, 1, "accepted"), (18, 1, "refused"), (0, 1, "refused")],
)
async def test_more_bad_rows_than_the_bank_leaves_out_refuse_the_file(
    good: int, bad: int, status: str, known: None, send: Any, written: Any
) -> None:
    # 5 percent is the default: 5 of 100 and 1 of 20 are 5.00 %, 6 of 100 and 1 of 19 (5.26 %) are more.
    before = await written()
    rows = [f"G{n},C1,2026-09-05,card,1\n" for n in range(good)] + [f"B{n},C1,2026-09-05,card,x\n" for n in range(bad)]
    report = await send("fees", FEES + "".join(rows), terms=ASIDE)
    assert (report.status, report.set_aside) == (status, bad if status == "accepted" else 0)
    if status == "refused":
        assert report.counts == {"NUMBER_INVALID": bad, "TOO_MANY_BAD": 1}
        said = report.findings[0].message
        assert ("at most 5 percent" in said, "no row is right" in said) == (good > 0, good == 0)
        assert await written() == before


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        ("fee,customer,day,kind,sum\nF1,C1,2026-09-05,card,1\n", ["COLUMN_MISSING"]),
        ((FEES + GOOD).encode() + b"\xff\n", ["ENCODING_INVALID"]),
        (FEES + GOOD + 'F1,C1,2026-09-05,"card,1\n', ["FILE_CUT"]),
        (FEES + GOOD + "F1,C1,2026-09", ["FILE_CUT"]),
        (FEES + GOOD + 'F1,C1,2026-09-05,"card"x,1\n', ["ROW_MALFORMED"]),
        (FEES, ["FILE_EMPTY"]),
    ],
)
async def test_what_is_wrong_with_the_whole_file_refuses_it_all_the_same(
    content: Any, rules: list[str], known: None, lenient: None, send: Any, written: Any
) -> None:
    before = await written()
    report = await send("fees", content)
    assert (report.status, list(report.counts)) == ("refused", rules)
    assert await written() == before


async def test_a_row_of_another_width_is_set_aside_with_what_it_has(
    known: None, lenient: None, send: Any, aside_of: Any
) -> None:
    report = await send("fees", FEES + GOOD + "F1,C1\nF2,C1,2026-09-05,card,1,surplus\n")
    assert (report.status, report.set_aside) == ("accepted", 2)
    _, short, long = cells(await aside_of(report.delivery))
    assert short[:6] == ["F1", "C1", "", "", "", "ROW_MALFORMED"]
    assert "2 cells instead of 5" in short[6]
    assert long[:6] == ["F2", "C1", "2026-09-05", "card", "1", "ROW_MALFORMED"]


async def test_of_rows_with_one_key_none_counts(known: None, lenient: None, send: Any, rows_in_force: Any) -> None:
    report = await send("fees", FEES + GOOD + "F1,C1,2026-09-05,card,1\nF1,C1,2026-09-05,card,2\n")
    assert (report.status, report.set_aside, report.counts) == ("accepted", 2, {"DUPLICATE_KEY": 1})
    assert len(await rows_in_force("fees")) == 40


async def test_an_account_whose_row_is_set_aside_keeps_its_balance(
    known: None, lenient: None, send: Any, spans_of: Any
) -> None:
    await send("balances", SNAPSHOT + "A1,1\nA2,5\nA3,9\n", date(2026, 9, 5))
    report = await send("balances", SNAPSHOT + "A1,2\nA2,x\n", date(2026, 9, 6))
    assert (report.status, report.rows, report.set_aside) == ("accepted", 1, 1)
    at = date(2026, 9, 5)
    assert await spans_of() == [
        ("closed", "A1", at, date(2026, 9, 6), 100),
        ("open", "A1", date(2026, 9, 6), OCTOBER, 200),
        ("open", "A2", at, OCTOBER, 500),
        ("closed", "A3", at, date(2026, 9, 6), 900),
    ]
    # The day before is corrected afterwards: what was set aside on the 6th follows it.
    await send("balances", SNAPSHOT + "A1,1\nA2,7\nA3,9\n", at)
    assert ("open", "A2", at, OCTOBER, 700) in await spans_of()


async def test_a_snapshot_row_about_nobody_refuses_the_file(
    known: None, lenient: None, send: Any, written: Any
) -> None:
    await send("balances", SNAPSHOT + "A1,1\nA2,5\n", date(2026, 9, 5))
    before = await written()
    for bad in (",5\n", "A\x002,5\n", "A2\n"):
        report = await send("balances", SNAPSHOT + "A1,1\nA3,2\n" + bad, date(2026, 9, 6))
        assert (report.status, report.counts["KEY_UNREADABLE"]) == ("refused", 1)
    assert await written() == before


async def test_the_same_file_again_is_unchanged_until_its_rows_are_right(
    known: None, lenient: None, send: Any, open_bank: Opener
) -> None:
    text = FEES + "F1,C1,2026-09-05,card,1\nF2,C7,2026-09-05,card,1\n"
    first = await send("fees", text)
    again = await send("fees", text)
    assert (again.status, again.delivery, again.set_aside) == ("unchanged", first.delivery, 1)
    async with open_bank() as session:
        await session.copy_in("customers", ["customer", "name"], [("C7", "客户 7")])
    third = await send("fees", text)
    assert (third.status, third.rows, third.set_aside) == ("accepted", 2, 0)


async def test_a_dry_run_sets_nothing_aside(
    known: None, lenient: None, send: Any, written: Any, open_bank: Opener
) -> None:
    before = await written()
    report = await send("fees", FEES + GOOD + "F1,C1,x,card,1\n", dry_run=True)
    assert (report.status, report.rows, report.set_aside, report.is_refused) == ("dry_run", 40, 1, False)
    assert await written() == before
    async with open_bank() as session:
        assert await session.rows("SELECT 1 FROM bank.findings") == []


async def test_another_delivery_takes_the_place_of_one_with_rows_set_aside(
    known: None, lenient: None, send: Any, rows_in_force: Any
) -> None:
    first = await send("fees", FEES + "F1,C1,2026-09-05,card,1\nF2,C1,2026-09-05,card,x\n")
    second = await send("fees", FEES + "F2,C1,2026-09-05,card,3\n", terms=PLAIN)
    assert (second.supersedes, [row[0] for row in await rows_in_force("fees")]) == (first.delivery, ["F2"])


async def test_a_sweep_keeps_the_rows_set_aside(
    known: None, lenient: None, send: Any, open_bank: Opener, store: FactStore, tmp_path: Path
) -> None:
    await send("fees", FEES + "F1,C1,2026-09-05,card,1\nF2,C1,2026-09-05,card,x\n")
    old = time.time() - 3 * 86_400
    files = [path for path in store.folder(open_bank.bank.code).iterdir() if path.suffix in (".csv", ".parquet")]
    for path in files:
        os.utime(path, (old, old))
    async with open_bank() as session:
        assert await sweep(session, store) == 0
    assert any(path.suffix == ".csv" for path in files)
    assert all(path.exists() for path in files)
