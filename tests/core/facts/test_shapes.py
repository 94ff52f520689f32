"""Balances told as changes and as spans, alone and mixed with snapshots and transactions."""

import asyncio
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from core.errors import InputError

OCTOBER = date(2026, 10, 1)
CHANGES = {"shape": "changes", "columns": {"account": "account", "day": "day", "balance": "balance"}}
BOOKED = {"shape": "transactions", "columns": {"account": "account", "day": "day", "balance": "amount"}}
SPANS = {
    "shape": "spans",
    "columns": {"account": "account", "valid_from": "from", "valid_until": "until", "balance": "balance"},
}


def day(number: int, month: int = 9) -> date:
    return date(2026, month, number)


async def test_a_change_holds_from_its_day_on_and_nobody_else_is_touched(known: None, send: Any, spans_of: Any) -> None:
    await send("balances", "account,balance\nA1,1\nA2,5\n", day(1))
    text = "account,day,balance\nA1,2026-09-03,2\nA1,2026-09-05,0\nA3,2026-09-04,7\n"
    assert (await send("balances", text, day(5), **CHANGES)).status == "accepted"
    assert await spans_of() == [
        ("closed", "A1", day(1), day(3), 100),
        ("closed", "A1", day(3), day(5), 200),
        ("open", "A2", day(1), OCTOBER, 500),
        ("open", "A3", day(4), OCTOBER, 700),
    ]


async def test_of_two_files_of_changes_the_later_business_day_is_believed(
    known: None, send: Any, spans_of: Any
) -> None:
    await send("balances", "account,day,balance\nA1,2026-09-03,9\n", day(6), **CHANGES)
    await send("balances", "account,day,balance\nA1,2026-09-03,2\n", day(5), **CHANGES)
    assert await spans_of() == [("open", "A1", day(3), OCTOBER, 900)]


async def test_two_changes_of_one_account_and_day_are_refused(known: None, send: Any) -> None:
    text = "account,day,balance\nA1,2026-09-03,9\nA1,2026-09-03,9\n"
    assert (await send("balances", text, day(5), **CHANGES)).counts == {"DUPLICATE_KEY": 1}


async def test_a_stretch_holds_between_its_days_over_months_and_gaps_are_zero(
    known: None, send: Any, spans_of: Any
) -> None:
    text = "account,from,until,balance\nA1,2026-08-20,2026-09-03,1\nA1,2026-09-05,,2\nA2,2026-08-31,2026-09-01,3\n"
    await send("balances", text, day(10), **SPANS)
    assert await spans_of() == [
        ("open", "A1", day(20, 8), day(1), 100),
        ("closed", "A1", day(1), day(3), 100),
        ("open", "A1", day(5), OCTOBER, 200),
        ("open", "A2", day(31, 8), day(1), 300),
    ]


async def test_spans_tell_an_account_up_to_their_business_day_and_then_the_others_do(
    known: None, send: Any, spans_of: Any
) -> None:
    await send("balances", "account,from,until,balance\nA1,2026-09-02,2026-12-31,1\n", day(10), **SPANS)
    booked = "account,day,amount\nA1,2026-09-01,4\nA1,2026-09-05,8\nA1,2026-09-12,16\n"
    await send("balances", booked, day(12), **BOOKED)
    await send("balances", "account,balance\nA2,7\n", day(6))
    # 4 on the 1st; spans alone from the 2nd to the 10th; the 12th's booking on top of what they left.
    assert await spans_of() == [
        ("closed", "A1", day(1), day(2), 400),
        ("closed", "A1", day(2), day(12), 100),
        ("open", "A1", day(12), OCTOBER, 1700),
        ("open", "A2", day(6), OCTOBER, 700),
    ]


async def test_the_order_of_arrival_never_matters(known: None, send: Any, spans_of: Any) -> None:
    files: list[tuple[str, date, dict[str, Any]]] = [
        ("account,balance\nA1,1\nA2,2\n", day(3), {}),
        ("account,day,balance\nA1,2026-09-02,5\nA2,2026-09-03,6\n", day(4), CHANGES),
        ("account,day,amount\nA1,2026-09-04,1\nA3,2026-08-31,1\n", day(5), BOOKED),
        ("account,from,until,balance\nA2,2026-09-01,2026-09-02,9\n", day(2), SPANS),
    ]
    found = []
    for order in list(permutations(files))[::5]:
        for text, business_day, mapping in order:
            report = await send("balances", text, business_day, **mapping)
            assert report.status in ("accepted", "unchanged"), report.findings
        found.append(await spans_of())
    assert all(one == found[0] for one in found)
    assert found[0] == [
        ("closed", "A1", day(2), day(3), 500),
        ("closed", "A1", day(3), day(4), 100),
        ("open", "A1", day(4), OCTOBER, 200),
        ("closed", "A2", day(1), day(2), 900),
        ("open", "A2", day(3), OCTOBER, 600),
        ("open", "A3", day(31, 8), day(1), 100),
        ("closed", "A3", day(1), day(3), 100),
    ]


async def test_a_corrected_file_of_spans_takes_all_of_the_former_back(known: None, send: Any, spans_of: Any) -> None:
    await send("balances", "account,from,until,balance\nA1,2026-08-20,,1\nA2,2026-09-01,,1\n", day(10), **SPANS)
    again = await send("balances", "account,from,until,balance\nA2,2026-09-09,,2\n", day(10), **SPANS)
    assert again.supersedes is not None
    assert await spans_of() == [("open", "A2", day(9), OCTOBER, 200)]


async def test_two_shapes_of_one_day_delivered_at_once_both_land(known: None, send: Any, spans_of: Any) -> None:
    reports = await asyncio.gather(
        send("balances", "account,balance\nA1,1\nA2,2\n", day(5), name="list.csv"),
        send("balances", "account,day,balance\nA1,2026-09-05,3\n", day(5), name="changes.csv", **CHANGES),
    )
    assert [report.status for report in reports] == ["accepted", "accepted"]
    assert await spans_of() == [("open", "A1", day(5), OCTOBER, 300), ("open", "A2", day(5), OCTOBER, 200)]


async def test_spans_need_their_own_columns(known: None, send: Any) -> None:
    with pytest.raises(InputError) as caught:
        await send("balances", "account,day,balance\n", day(5), shape="spans", columns=CHANGES["columns"])
    assert [problem["path"] for problem in caught.value.fields["problems"]] == ["columns.day", "columns.valid_from"]
