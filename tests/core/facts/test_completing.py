"""Rows set aside come back corrected: as the file shows them, once, and only to the delivery that lacks them."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict
from core.facts.spreadsheets import as_sent, harmless
from core.facts.terms import Terms
from tenants.binding import Opener

OCTOBER = date(2026, 10, 1)
SNAPSHOT = "account,balance\n"
FEES = "fee,customer,day,kind,amount\n"
BY_DAY = {"shape": "transactions", "columns": {"account": "account", "day": "day", "balance": "balance"}}


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


async def test_a_complete_list_keeps_the_earlier_row_of_what_is_set_aside(
    known: None, lenient: None, send: Any, rows_in_force: Any
) -> None:
    loans = "loan,customer,granted_on,amount,classification\n"
    await send("loans", loans + "L1,C1,2026-01-01,1,normal\nL2,C1,2026-01-01,2,normal\n", date(2026, 9, 4))
    report = await send("loans", loans + "L1,C1,2026-01-01,3,normal\nL2,C1,2026-01-01,4,BAD\nL3,C1,2026-01-01,5,loss\n")
    assert (report.status, report.rows, report.set_aside) == ("accepted", 2, 1)
    newest = [row[:5:4] for row in await rows_in_force("loans")]
    assert {("L1", 300), ("L2", 200), ("L3", 500)} <= set(newest)
    done = await send("loans", loans + "L2,C1,2026-01-01,4,loss\n", terms=Terms(completes=report.delivery))
    assert (done.status, done.rows, done.supersedes) == ("accepted", 3, report.delivery)
    assert {("L1", 300), ("L2", 400), ("L3", 500)} <= {row[:5:4] for row in await rows_in_force("loans")}


async def test_what_stands_in_for_a_row_may_be_completed_and_the_others_not(
    known: None, lenient: None, send: Any, rows_in_force: Any
) -> None:
    kinds = "customer,kind\n"
    await send("customers", kinds + "C1,retail\nC2,retail\nC3,retail\n", date(2026, 9, 4))
    first = await send("customers", kinds + "C1,corporate\nC2,x\nC3,y\n")
    assert (first.rows, first.set_aside) == (1, 2)
    held = await send(
        "customers", kinds + "C1,retail\nC2,corporate\n", terms=Terms(completes=first.delivery, set_aside=False)
    )
    assert (held.status, held.counts) == ("refused", {"DUPLICATE_KEY": 1})
    second = await send("customers", kinds + "C2,corporate\nC3,z\n", terms=Terms(completes=first.delivery))
    assert (second.status, second.rows, second.set_aside) == ("accepted", 2, 1)
    newest = [row[:2] for row in await rows_in_force("customers")]
    assert newest.count(("C3", "retail")) == 2, "of the 4th, and standing in on the 5th"
    third = await send("customers", kinds + "C3,corporate\n", terms=Terms(completes=second.delivery))
    assert (third.status, third.rows, third.set_aside) == ("accepted", 3, 0)
    newest = [row[:2] for row in await rows_in_force("customers")]
    assert [newest.count((f"C{n}", "corporate")) for n in (1, 2, 3)] == [1, 1, 1]


async def test_corrected_rows_make_the_delivery_whole_and_count_once(
    known: None, lenient: None, send: Any, aside_of: Any, rows_in_force: Any, open_bank: Opener, written: Any
) -> None:
    sent = "流水;客户;日;种;额\nF1;C1;05.09.2026;card;1,50\nF2;C1;31.02.2026;card;-2.000,25\nF3;C1;05.09.2026;card;4\n"
    columns = {"fee": "流水", "customer": "客户", "day": "日", "kind": "种", "amount": "额"}
    mapping = {
        "columns": columns,
        "dates": "%d.%m.%Y",
        "csv": {"delimiter": ";", "encoding": "gb18030", "decimal": ",", "thousands": "."},
    }
    first = await send("fees", sent.encode("gb18030"), **mapping)
    assert (first.status, first.rows, first.set_aside) == ("accepted", 2, 1)
    text = await aside_of(first.delivery)
    assert cells(text)[1][:5] == ["F2", "C1", "31.02.2026", "card", "-2.000,25"]
    corrected = ("\ufeff" + text.replace("31.02.2026", "05.09.2026")).encode()
    terms = Terms(completes=first.delivery)
    before = await written()
    dry = await send("fees", corrected, terms=terms, dry_run=True, **mapping)
    assert (dry.status, dry.rows, dry.supersedes) == ("dry_run", 3, first.delivery)
    assert await written() == before
    done = await send("fees", corrected, terms=terms, **mapping)
    assert (done.status, done.rows, done.supersedes, done.set_aside) == ("accepted", 3, first.delivery, 0)
    assert [(row[0], row[5]) for row in await rows_in_force("fees")] == [("F1", 150), ("F2", -200025), ("F3", 400)]
    again = await send("fees", corrected, terms=terms, **mapping)
    assert (again.status, again.delivery) == ("unchanged", done.delivery)
    async with open_bank() as session:
        [row] = await session.rows("SELECT completes, status FROM bank.deliveries WHERE delivery = $1", done.delivery)
    assert tuple(row) == (first.delivery, "accepted")


async def test_a_corrected_row_may_not_repeat_one_that_counted(
    known: None, lenient: None, send: Any, written: Any
) -> None:
    fees = await send("fees", FEES + "F1,C1,2026-09-05,card,1\nF2,C1,2026-09-05,card,x\n")
    balances = await send("balances", SNAPSHOT + "A1,1\nA2,x\n")
    before = await written()
    for fact, text, number in (
        ("fees", FEES + "F1,C1,2026-09-05,card,2\n", fees.delivery),
        ("balances", SNAPSHOT + "A1,2\n", balances.delivery),
    ):
        report = await send(fact, text, terms=Terms(completes=number, set_aside=False))
        assert (report.status, report.counts) == ("refused", {"DUPLICATE_KEY": 1})
    assert await written() == before


async def test_a_completed_snapshot_says_every_balance(known: None, lenient: None, send: Any, spans_of: Any) -> None:
    await send("balances", SNAPSHOT + "A1,1\nA2,5\n", date(2026, 9, 4))
    first = await send("balances", SNAPSHOT + "A1,2\nA2,x\nA3,y\nA4,1\n")
    assert first.set_aside == 3
    second = await send("balances", SNAPSHOT + "A2,6\nA3,z\n", terms=Terms(completes=first.delivery))
    assert (second.status, second.rows, second.set_aside) == ("accepted", 2, 1)
    at = date(2026, 9, 5)
    assert [row for row in await spans_of() if row[3] == OCTOBER] == [
        ("open", "A1", at, OCTOBER, 200),
        ("open", "A2", at, OCTOBER, 600),
    ]
    third = await send("balances", SNAPSHOT + "A3,-1\n", terms=Terms(completes=second.delivery))
    assert (third.rows, third.set_aside) == (3, 0)
    assert ("open", "A3", at, OCTOBER, -100) in await spans_of()


async def test_transactions_are_completed_without_counting_twice(
    known: None, lenient: None, send: Any, spans_of: Any
) -> None:
    rows = "account,day,balance\nA1,2026-09-05,1\nA1,2026-09-05,1\nA1,2026-09-04,x\n"
    first = await send("balances", rows, **BY_DAY)
    done = await send(
        "balances", "account,day,balance\nA1,2026-09-04,5\n", terms=Terms(completes=first.delivery), **BY_DAY
    )
    assert (done.rows, done.status) == (3, "accepted")
    assert await spans_of() == [
        ("closed", "A1", date(2026, 9, 4), date(2026, 9, 5), 500),
        ("open", "A1", date(2026, 9, 5), OCTOBER, 700),
    ]


async def test_only_the_delivery_in_force_with_rows_set_aside_is_completed(
    known: None, lenient: None, send: Any, written: Any
) -> None:
    whole = await send("fees", FEES + "F1,C1,2026-09-04,card,1\n", date(2026, 9, 4))
    some = await send("fees", FEES + "F2,C1,2026-09-05,card,1\nF3,C1,2026-09-05,card,x\n")
    text, before = FEES + "F3,C1,2026-09-05,card,2\n", await written()
    for number, day in ((whole.delivery, date(2026, 9, 4)), (some.delivery, date(2026, 9, 4)), (999_999, None)):
        with pytest.raises(Conflict) as caught:
            await send("fees", text, day or date(2026, 9, 5), terms=Terms(completes=number))
        assert caught.value.code == "NOT_COMPLETABLE"
    with pytest.raises(Conflict):
        await send("balances", SNAPSHOT + "A1,1\n", terms=Terms(completes=some.delivery))
    assert await written() == before


async def test_rows_of_parquet_are_set_aside_and_come_back_as_text(
    known: None, lenient: None, send: Any, aside_of: Any, rows_in_force: Any
) -> None:
    table = pa.table(
        {
            "fee": ["F1", "F2"],
            "customer": ["C1", "C1"],
            "day": [date(2026, 9, 5), date(2026, 9, 6)],
            "kind": ["card", "card"],
            "amount": pa.array([Decimal("-1.50"), Decimal("2.25")], pa.decimal128(10, 2)),
            "note": ["=1+1", "=2+2"],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    mapping = {"dates": "%d.%m.%Y", "csv": {"decimal": ","}}
    first = await send("fees", sink.getvalue(), **mapping)
    assert (first.status, first.set_aside, first.counts) == ("accepted", 1, {"DAY_AFTER_DELIVERY": 1})
    text = await aside_of(first.delivery)
    assert cells(text)[1][:7] == ["F2", "C1", "06.09.2026", "card", "2,25", "'=2+2", "DAY_AFTER_DELIVERY"]
    corrected = text.replace("06.09.2026", "05.09.2026")
    done = await send("fees", corrected, terms=Terms(completes=first.delivery), **mapping)
    assert (done.status, done.rows) == ("accepted", 2)
    assert [(row[0], row[3], row[5]) for row in await rows_in_force("fees")] == [
        ("F1", date(2026, 9, 5), -150),
        ("F2", date(2026, 9, 5), 225),
    ]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-1-1", "'-1-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        (" =x", "' =x"),
        ("＝1", "'＝1"),
        ("'=x", "''=x"),
        ("-12.50", "-12.50"),
        ("+5", "+5"),
        ("-1,234.50", "-1,234.50"),
        ("-1.234,50", "-1.234,50"),
        ("'abc", "'abc"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_spreadsheet_computes_no_cell_and_numbers_stay_numbers(cell: str, shown: str) -> None:
    assert harmless(cell) == shown
    assert as_sent(shown) == cell


@given(st.text(alphabet="'=+-@＝\t\r\n 1.,a"))
def test_marks_are_undone_whatever_the_text(cell: str) -> None:
    assert as_sent(harmless(cell)) == cell
