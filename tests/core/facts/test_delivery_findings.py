"""Every kind of bad input is told with its place and value, and nothing of the file is kept."""

from datetime import date
from typing import Any

import pytest

from core.facts.findings import RULES
from tenants.binding import Opener

SNAPSHOT = "account,balance\nA1,1.00\n"
FEES = "fee,customer,day,kind,amount\n"
LOANS = "loan,customer,granted_on,amount,classification\n"
SIGNED = {
    "shape": "transactions",
    "columns": {
        "account": "account",
        "day": "day",
        "balance": {
            "column": "amount",
            "negative": {"column": "type", "codes": ["OUT"]},
            "positive": {"column": "type", "codes": ["IN"]},
        },
    },
}
BY_DAY = {"shape": "transactions", "columns": {"account": "account", "day": "day", "balance": "balance"}}
SPANS = {"account": "account", "valid_from": "from", "valid_until": "until", "balance": "balance"}
SNAPSHOT_BY_DAY = {"columns": {"account": "account", "day": "day", "balance": "balance"}}

# fact, file, mapping, expected: (rule, row, line, our column, the file's column, value)
BAD: dict[str, tuple[str, str | bytes, dict[str, Any], list[tuple[Any, ...]]]] = {
    "a missing column": (
        "balances",
        "account,amount\nA1,1\n",
        {},
        [("COLUMN_MISSING", None, None, "balance", "balance", "balance")],
    ),
    "a column that stands twice": (
        "balances",
        "account,balance,balance\nA1,1,2\n",
        {},
        [("COLUMN_DUPLICATE", None, None, "balance", "balance", "balance")],
    ),
    "a short row and a long row": (
        "balances",
        SNAPSHOT + "A2\n\nA3,1,2\n",
        {},
        [("ROW_MALFORMED", 2, 3, None, None, "A2"), ("ROW_MALFORMED", 3, 5, None, None, "A3,1,2")],
    ),
    "an open quote": (
        "balances",
        SNAPSHOT + 'A2,"1.00\nA3,1.00\n',
        {},
        [("FILE_CUT", 2, 4, None, None, "")],
    ),
    "an empty cell and a blank one": (
        "balances",
        SNAPSHOT + "A2,\n \u3000,1\n",
        {},
        [("REQUIRED", 2, 3, "balance", "balance", ""), ("REQUIRED", 3, 4, "account", "account", "")],
    ),
    "a text that means nothing": (
        "balances",
        SNAPSHOT + "A2,n/a\n",
        {"csv": {"nulls": ["n/a"]}},
        [("REQUIRED", 2, 3, "balance", "balance", "")],
    ),
    "text in a number": (
        "balances",
        SNAPSHOT + "A2,abc\nA3,1e3\n",
        {},
        [
            ("NUMBER_INVALID", 2, 3, "balance", "balance", "abc"),
            ("NUMBER_INVALID", 3, 4, "balance", "balance", "1e3"),
        ],
    ),
    "more decimals than a fen": (
        "balances",
        SNAPSHOT + "A2,1.005\n",
        {},
        [("NUMBER_TOO_PRECISE", 2, 3, "balance", "balance", "1.005")],
    ),
    "ten to the eighteenth fen": (
        "balances",
        SNAPSHOT + "A2,10000000000000000\n",
        {},
        [("NUMBER_TOO_LARGE", 2, 3, "balance", "balance", "10000000000000000")],
    ),
    "a date of year 0 and the 31st of February": (
        "fees",
        FEES + "F1,C1,0000-01-01,card,1\nF2,C1,2026-02-31,card,1\n",
        {},
        [
            ("DATE_INVALID", 1, 2, "day", "day", "0000-01-01"),
            ("DATE_INVALID", 2, 3, "day", "day", "2026-02-31"),
        ],
    ),
    "a row after the delivery's day": (
        "fees",
        FEES + "F1,C1,2026-09-05,card,1\nF2,C1,2026-09-06,card,1\n",
        {},
        [("DAY_AFTER_DELIVERY", 2, 3, "day", "day", "2026-09-06")],
    ),
    "a snapshot with another day's row": (
        "balances",
        "account,day,balance\nA1,2026-09-05,1\nA2,2026-09-04,1\n",
        SNAPSHOT_BY_DAY,
        [("DAY_NOT_OF_SNAPSHOT", 2, 3, "day", "day", "2026-09-04")],
    ),
    "an unknown code": (
        "loans",
        LOANS + "L1,C1,2026-01-01,1,normal\nL2,C1,2026-01-01,1,NORMAL\n",
        {},
        [("CODE_UNKNOWN", 2, 3, "classification", "classification", "NORMAL")],
    ),
    "a code the mapping does not translate": (
        "customers",
        "customer,kind\nC1,1\nC2,3\n",
        {"columns": {"customer": "customer", "kind": {"column": "kind", "codes": {"1": "retail", "2": "corporate"}}}},
        [("CODE_UNKNOWN", 2, 3, "kind", "kind", "3")],
    ),
    "a sign that is neither": (
        "balances",
        "account,day,amount,type\nA1,2026-09-01,1,IN\nA1,2026-09-01,1,VOID\n",
        SIGNED,
        [("CODE_UNKNOWN", 2, 3, "balance", "type", "VOID")],
    ),
    "an unknown customer": (
        "loans",
        LOANS + "L1,C9,2026-01-01,1,normal\n",
        {},
        [("CUSTOMER_UNKNOWN", 1, 2, "customer", "customer", "C9")],
    ),
    "an unknown account": (
        "balances",
        SNAPSHOT + "a1,5\n",
        {},
        [("ACCOUNT_UNKNOWN", 2, 3, "account", "account", "a1")],
    ),
    "a key that stands twice": (
        "balances",
        SNAPSHOT + "A2,1\nA1,2\nA1,3\n",
        {},
        [
            ("DUPLICATE_KEY", 3, 4, "account, day", None, "A1, 2026-09-05"),
            ("DUPLICATE_KEY", 4, 5, "account, day", None, "A1, 2026-09-05"),
        ],
    ),
    "an amount below zero where none may be": (
        "loans",
        LOANS + "L1,C1,2026-01-01,0,normal\nL2,C1,2026-01-01,-0.01,normal\n",
        {},
        [("OUT_OF_RANGE", 2, 3, "amount", "amount", "-0.01")],
    ),
    "a mapping in another currency": (
        "balances",
        SNAPSHOT,
        {"currency": "USD"},
        [("CURRENCY_NOT_OF_BANK", None, None, None, None, "USD")],
    ),
    "a row in another currency": (
        "balances",
        "account,balance,ccy\nA1,1,CNY\nA2,1,USD\nA3,1,\n",
        {"currency": {"column": "ccy"}},
        [
            ("CURRENCY_NOT_OF_BANK", 2, 3, None, "ccy", "USD"),
            ("CURRENCY_NOT_OF_BANK", 3, 4, None, "ccy", ""),
        ],
    ),
    "no bytes at all": ("balances", "", {}, [("FILE_EMPTY", None, None, None, None, "")]),
    "a header alone": ("fees", FEES, {}, [("FILE_EMPTY", None, None, None, None, "")]),
    "blank lines alone": ("balances", "account,balance\n\n\n", {}, [("FILE_EMPTY", None, None, None, None, "")]),
    "a list of which no row counts": (
        "balances",
        "account,balance,s\nA1,1,x\n",
        {"only": {"s": "y"}},
        [("FILE_EMPTY", None, None, None, None, "")],
    ),
    "a header without end": (
        "balances",
        '"account,balance\nA1,1\n',
        {},
        [("FILE_UNREADABLE", None, 1, None, None, "")],
    ),
    "bytes of another encoding": (
        "balances",
        SNAPSHOT.encode() + "账户,1\n".encode("gb18030"),
        {},
        [("ENCODING_INVALID", None, 3, None, None, "d5")],
    ),
    "a cut character at the end": (
        "balances",
        SNAPSHOT.encode() + "A账".encode()[:-1],
        {},
        [("ENCODING_INVALID", None, 3, None, None, "e8 b4")],
    ),
    "UTF-16 without its mark": (
        "balances",
        SNAPSHOT.encode("utf-16-le"),
        {"csv": {"encoding": "utf-16"}},
        [("ENCODING_INVALID", None, 1, None, None, "61 00 63 00")],
    ),
    "a picture read as UTF-16": (
        "balances",
        b"\x89PNG\r\n\x1a\n",
        {"csv": {"encoding": "utf-16"}},
        [("ENCODING_INVALID", None, 1, None, None, "89 50 4e 47")],
    ),
    "half a character of UTF-16": (
        "balances",
        b"\xff",
        {"csv": {"encoding": "utf-16"}},
        [("ENCODING_INVALID", None, 1, None, None, "ff")],
    ),
    "surplus cells, empty in the rows that fit": (
        "balances",
        SNAPSHOT + "A2,2,\nA3,3,,\nA3,4,,x\nA3,5, \nA3,y,\n",
        {},
        [
            ("ROW_MALFORMED", 4, 5, None, None, "A3,4,,x"),
            ("ROW_MALFORMED", 5, 6, None, None, "A3,5, "),
            ("NUMBER_INVALID", 6, 7, "balance", "balance", "y"),
            ("DUPLICATE_KEY", 6, 7, "account, day", None, "A3, 2026-09-05"),
        ],
    ),
    "control characters and 201 characters": (
        "balances",
        f"account,balance\nA\x001,1\n{'x' * 201},1\n",
        {},
        [
            ("TEXT_INVALID", 1, 2, "account", "account", "A\\x001"),
            ("TEXT_INVALID", 2, 3, "account", "account", "x" * 100),
        ],
    ),
    "two faults in one row": (
        "fees",
        FEES + "F1,C1,x,card,y\n",
        {},
        [("DATE_INVALID", 1, 2, "day", "day", "x"), ("NUMBER_INVALID", 1, 2, "amount", "amount", "y")],
    ),
    "stretches that overlap and one that ends before it begins": (
        "balances",
        "account,from,until,balance\n"
        "A1,2026-08-01,2026-08-10,1\nA1,2026-08-09,,2\nA2,2026-08-05,2026-08-05,3\nA3,2026-09-06,,4\n",
        {"shape": "spans", "columns": SPANS},
        [
            ("SPANS_OVERLAP", 2, 3, "valid_from", None, "A1, 2026-08-09"),
            ("DAYS_REVERSED", 3, 4, "valid_until", "until", "2026-08-05"),
            ("DAY_AFTER_DELIVERY", 4, 5, "valid_from", "from", "2026-09-06"),
        ],
    ),
    "a line break in a quoted cell before the fault": (
        "loans",
        LOANS + 'L1,"C\n1",2026-01-01,1,normal\nL2,C1,2026-01-01,x,normal\n',
        {},
        [
            ("TEXT_INVALID", 1, 3, "customer", "customer", "C\\n1"),
            ("NUMBER_INVALID", 2, 4, "amount", "amount", "x"),
        ],
    ),
}


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_file_is_refused_with_the_place_of_each_fault(
    case: str, known: None, send: Any, written: Any, open_bank: Opener
) -> None:
    fact, content, mapping, expected = BAD[case]
    before = await written()
    report = await send(fact, content, **mapping)
    found = [(f.rule, f.row, f.line, f.column, f.source_column, f.value) for f in report.findings]
    assert found == expected
    assert report.status == "refused"
    assert {rule: sum(1 for f in expected if f[0] == rule) for rule in {f[0] for f in expected}} == report.counts
    assert await written() == before
    async with open_bank() as session:
        stored = await session.rows(
            "SELECT code, fields ->> 'row' AS row, fields ->> 'value' AS value, message, message_zh FROM bank.findings"
            " WHERE delivery = $1 ORDER BY finding",
            report.delivery,
        )
        [row] = await session.rows("SELECT status, findings FROM bank.deliveries WHERE delivery = $1", report.delivery)
    assert [(r["code"], r["row"], r["value"]) for r in stored] == [
        (f[0], None if f[1] is None else str(f[1]), f[5]) for f in expected
    ]
    assert all(r["message"] and r["message_zh"] != r["message"] for r in stored)
    assert (row["status"], row["findings"]) == ("refused", len(expected))


def test_every_rule_is_shown_by_a_case() -> None:
    shown = {finding[0] for _, _, _, expected in BAD.values() for finding in expected}
    elsewhere = {"DAY_IN_FUTURE", "MANAGER_UNKNOWN", "PERIOD_CLOSED", "SPANS_OVERLAP"}
    elsewhere |= {"CODE_UNSAFE", "COLUMN_TYPE", "CONTROL_ROWS", "CONTROL_SUM", "FILE_TOO_LARGE", "KEY_UNREADABLE"}
    elsewhere |= {"TEXT_TOO_LONG", "TOO_MANY_BAD"}
    elsewhere |= {"BRANCH_CIRCLE", "BRANCH_UNKNOWN", "DAYS_REVERSED", "NAME_DIFFERS", "PERIOD_INVALID", "POSTS_OVERLAP"}
    elsewhere |= {"SHARES_EXCEED_ONE", "SHARES_OVERLAP", "SHARE_OUT_OF_RANGE"}
    assert shown | elsewhere == set(RULES)


async def test_a_business_day_after_today_is_refused(known: None, send: Any, written: Any) -> None:
    before = await written()
    report = await send("balances", SNAPSHOT, date(2026, 10, 21))
    assert [(f.rule, f.row, f.value) for f in report.findings] == [("DAY_IN_FUTURE", None, "2026-10-21")]
    assert report.status == "refused"
    assert await written() == before


async def test_today_itself_is_accepted(known: None, send: Any) -> None:
    assert (await send("balances", SNAPSHOT, date(2026, 10, 20))).status == "accepted"


async def test_the_first_thousand_findings_are_kept_and_all_are_counted(
    known: None, send: Any, open_bank: Opener
) -> None:
    report = await send("balances", "account,balance\n" + "".join(f"A1,x{n}\n" for n in range(1_001)))
    assert report.counts == {"DUPLICATE_KEY": 1_000, "NUMBER_INVALID": 1_001}
    assert len(report.findings) == 1_000
    # rows 1 to 500 break one or two rules: 1 + 2 × 499 = 999, so row 501 gives one more
    assert [f.row for f in report.findings[:3]] == [1, 2, 2]
    assert report.findings[-1].row == 501
    async with open_bank() as session:
        [kept] = await session.rows("SELECT count(*) AS n FROM bank.findings WHERE delivery = $1", report.delivery)
    assert kept["n"] == 1_000


async def test_an_event_delivered_before_is_refused_whoever_brings_it_again(known: None, send: Any) -> None:
    first = await send("fees", FEES + "F1,C1,2026-09-04,card,1\n", date(2026, 9, 4))
    again = await send("fees", FEES + "F2,C1,2026-09-05,card,1\nF1,C2,2026-09-05,card,2\n", date(2026, 9, 5))
    assert (first.status, again.status) == ("accepted", "refused")
    assert [(f.rule, f.row, f.column, f.value) for f in again.findings] == [("DUPLICATE_KEY", 2, "fee", "F1")]
    corrected = await send("fees", FEES + "F1,C1,2026-09-04,card,3\n", date(2026, 9, 4))
    assert (corrected.status, corrected.supersedes) == ("accepted", first.delivery)


async def test_the_same_bad_file_twice_is_one_refused_delivery(known: None, send: Any, open_bank: Opener) -> None:
    first = await send("balances", SNAPSHOT + "A2,x\n")
    again = await send("balances", SNAPSHOT + "A2,x\n")
    assert (first.status, again.status, again.delivery) == ("refused", "refused", first.delivery)
    async with open_bank() as session:
        assert len(await session.rows("SELECT 1 FROM bank.findings")) == 1


async def test_a_file_whose_sums_are_too_large_names_the_accounts(
    known: None, send: Any, open_bank: Opener, written: Any
) -> None:
    # 10^18 - 1 fen is the most a row may say: 9 of them are below 2^63 = 9.22 × 10^18, 10 are above.
    rows = "A1,2026-09-04,9999999999999999.99\n" * 9 + "A1,2026-09-05,9999999999999999.99\n" * 11
    rows += "A2,2026-09-05,9999999999999999.99\n" * 9 + "A3,2026-09-03,-9999999999999999.99\n" * 10
    before = await written()
    dry = await send("balances", f"account,day,balance\n{rows}", dry_run=True, **BY_DAY)
    async with open_bank() as session:
        assert await session.rows("SELECT 1 FROM bank.deliveries WHERE fact = 'balances'") == []
    real = await send("balances", f"account,day,balance\n{rows}", **BY_DAY)
    assert (dry.status, dry.rows, real.status) == ("dry_run", 0, "refused")
    for report in (dry, real):
        assert report.counts == {"NUMBER_TOO_LARGE": 2}
        assert [(f.rule, f.row, f.column, f.source_column, f.value) for f in report.findings] == [
            ("NUMBER_TOO_LARGE", None, "balance", "balance", "A1"),
            ("NUMBER_TOO_LARGE", None, "balance", "balance", "A3"),
        ]
        assert ["2026-09-05" in report.findings[0].message, "2026-09-03" in report.findings[1].message_zh] == [True] * 2
    assert await written() == before


async def test_a_dry_run_adds_to_the_balances_that_are_in_force(known: None, send: Any, written: Any) -> None:
    most = "A1,{},9999999999999999.99\n"
    text = "account,day,balance\n" + most.format("2026-09-04") * 9
    assert (await send("balances", text, date(2026, 9, 4), **BY_DAY)).status == "accepted"
    before = await written()
    more = "account,day,balance\n" + most.format("2026-09-05")
    report = await send("balances", more, dry_run=True, **BY_DAY)
    assert [(f.rule, f.value) for f in report.findings] == [("NUMBER_TOO_LARGE", "A1")]
    good = await send("balances", "account,day,balance\nA1,2026-09-05,1\n", dry_run=True, **BY_DAY)
    assert (good.status, good.rows, good.findings) == ("dry_run", 1, ())
    assert await written() == before


async def test_a_dry_run_tells_the_findings_and_writes_nothing(known: None, send: Any, open_bank: Opener) -> None:
    report = await send("balances", SNAPSHOT + "A2,x\n", dry_run=True)
    good = await send("balances", SNAPSHOT, dry_run=True)
    assert (report.status, report.delivery, report.counts) == ("dry_run", None, {"NUMBER_INVALID": 1})
    assert (good.status, good.delivery, good.rows, good.findings) == ("dry_run", None, 1, ())
    async with open_bank() as session:
        assert await session.rows("SELECT 1 FROM bank.deliveries WHERE fact = 'balances'") == []
        assert await session.rows("SELECT 1 FROM bank.findings") == []
