"""What is closed changes only for a reason, and an empty list says what it takes away."""

import uuid
from datetime import date
from typing import Any

import pytest

from core.facts.terms import Terms
from core.publications.store import publish_run
from tenants.binding import Opener
from tests.approved import add_approved, add_queued

OCTOBER = date(2026, 10, 1)
WHY = Terms(correction="系统重复入账，更正")
BOOKED = {"shape": "transactions", "columns": {"account": "account", "day": "day", "balance": "amount"}}
SPANS = {
    "shape": "spans",
    "columns": {"account": "account", "valid_from": "from", "valid_until": "until", "balance": "balance"},
}


def day(number: int, month: int = 9) -> date:
    return date(2026, month, number)


@pytest.fixture
async def closed(open_bank: Opener) -> None:
    """A published run of August 2026 and an older one of the first half-year: books are closed up to 31 August."""
    async with open_bank() as session:
        await add_approved(session, body='{"code": "s"}')
        for period in ("2026-08", "2026-H1"):
            run = str(uuid.uuid4())
            await add_queued(session, run, period)
            await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = $1", run)
            await session.execute(
                """UPDATE bank.runs SET status = 'complete', finished_at = now(), inputs_hash = '0', results_hash = '0'
                   WHERE run = $1""",
                run,
            )
            async with session.acting_as("approver") as approver:
                await publish_run(approver, run)


@pytest.mark.parametrize(
    ("text", "business_day", "mapping", "refused_for"),
    [
        ("account,balance\nA1,1\n", day(31, 8), {}, "2026-08-31"),  # the last closed day
        ("account,balance\nA1,1\n", day(1), {}, None),  # the first open one
        ("account,day,amount\nA1,2026-08-31,1\nA1,2026-09-02,1\n", day(2), BOOKED, "2026-08-31"),
        ("account,day,amount\nA1,2026-09-01,1\n", day(2), BOOKED, None),
        ("account,from,until,balance\nA1,2026-08-30,2026-09-01,1\n", day(2), SPANS, "2026-08-30"),
        ("account,from,until,balance\nA1,2026-09-01,,1\n", day(2), SPANS, None),
    ],
)
async def test_what_speaks_of_a_closed_day_needs_a_reason(
    text: str,
    business_day: date,
    mapping: dict[str, Any],
    refused_for: str | None,
    known: None,
    closed: None,
    send: Any,
    written: Any,
    open_bank: Opener,
) -> None:
    before = await written()
    for dry_run in (True, False):
        report = await send("balances", text, business_day, dry_run=dry_run, **mapping)
        found = [(one.rule, one.value) for one in report.findings]
        assert found == ([("PERIOD_CLOSED", refused_for)] if refused_for else [])
    if refused_for is None:
        assert report.status == "accepted"
        return
    assert report.status == "refused"
    assert await written() == before
    corrected = await send("balances", text, business_day, terms=WHY, **mapping)
    assert corrected.status == "accepted"
    async with open_bank() as session:
        [row] = await session.rows("SELECT * FROM bank.deliveries WHERE delivery = $1", corrected.delivery)
        [trail] = await session.rows(
            "SELECT detail ->> 'correction' AS reason FROM bank.audit WHERE subject = $1", str(corrected.delivery)
        )
    assert (row["reason"], trail["reason"], str(row["first_day"])) == (WHY.correction, WHY.correction, refused_for)


async def test_taking_back_what_was_said_of_a_closed_day_needs_a_reason_too(
    known: None, closed: None, send: Any
) -> None:
    """The file that takes the place of another must not slip past because it is silent about the closed day."""
    await send("balances", "account,day,amount\nA1,2026-08-31,1\n", day(2), terms=WHY, **BOOKED)
    silent = "account,day,amount\nA1,2026-09-02,1\n"
    refused = await send("balances", silent, day(2), **BOOKED)
    assert [(one.rule, one.value) for one in refused.findings] == [("PERIOD_CLOSED", "2026-08-31")]
    assert (await send("balances", silent, day(2), terms=WHY, **BOOKED)).status == "accepted"


async def test_events_and_lists_of_closed_days_need_a_reason(known: None, closed: None, send: Any) -> None:
    fees = "fee,customer,day,kind,amount\nF1,C1,2026-08-31,card,1\n"
    assert (await send("fees", fees, day(1))).counts == {"PERIOD_CLOSED": 1}
    assert (await send("fees", fees, day(1), terms=WHY)).status == "accepted"
    customers = "customer,kind\nC1,retail\n"
    assert (await send("customers", customers, day(31, 8))).counts == {"PERIOD_CLOSED": 1}
    assert (await send("customers", customers, day(1))).status == "accepted"


async def test_every_accepted_delivery_knows_its_first_day(known: None, send: Any, open_bank: Opener) -> None:
    await send("fees", "fee,customer,day,kind,amount\nF1,C1,2026-07-31,card,1\nF2,C1,2026-09-01,card,1\n", day(1))
    await send("balances", "account,balance\nA1,1\n", day(3))
    async with open_bank() as session:
        rows = await session.rows("SELECT fact, first_day FROM bank.deliveries ORDER BY delivery")
    assert [(row["fact"], str(row["first_day"])) for row in rows] == [
        ("accounts", "2026-08-01"),
        ("fees", "2026-07-31"),
        ("balances", "2026-09-03"),
    ]


async def test_an_empty_snapshot_is_refused_unless_it_is_meant(
    known: None, send: Any, written: Any, spans_of: Any
) -> None:
    await send("balances", "account,balance\nA1,1\nA2,2\nA3,0\n", day(5))
    before = await written()
    refused = await send("balances", "account,balance\n", day(8))
    assert (refused.status, refused.counts, refused.zeroes) == ("refused", {"FILE_EMPTY": 1}, 2)
    looked = await send("balances", "account,balance\n", day(8), dry_run=True)
    assert (looked.status, looked.is_refused, looked.zeroes) == ("dry_run", True, 2)
    told = await send("balances", "account,balance\n", day(8), dry_run=True, terms=WHY)
    assert (told.status, told.zeroes, told.findings) == ("dry_run", 2, ())
    assert await written() == before
    meant = await send("balances", "account,balance\n", day(8), terms=WHY)
    assert (meant.status, meant.zeroes) == ("accepted", 2)
    assert await spans_of() == [("closed", "A1", day(5), day(8), 100), ("closed", "A2", day(5), day(8), 200)]


@pytest.mark.parametrize(
    ("business_day", "zeroes"),
    [
        (day(1), 0),  # before anything was known
        (day(5), 2),  # in place of the day's own list
        (day(6), 1),  # A2 has gone by then
        (day(15, 10), 1),  # what is known runs on over months
    ],
)
async def test_an_empty_snapshot_counts_the_balances_of_its_day(
    business_day: date, zeroes: int, known: None, send: Any
) -> None:
    await send("balances", "account,balance\nA1,1\nA2,2\n", day(5))
    await send("balances", "account,balance\nA1,1\n", day(6))
    report = await send("balances", "account,balance\n", business_day, dry_run=True, terms=WHY)
    assert (report.findings, report.zeroes) == ((), zeroes)


async def test_a_file_without_even_a_header_is_never_meant(known: None, send: Any) -> None:
    assert (await send("balances", "", day(8), terms=WHY)).counts == {"FILE_EMPTY": 1}
