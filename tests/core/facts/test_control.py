"""Control totals: the sender's own count and sums of the file as sent, exactly, or the file is refused."""

import gzip
import io
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import InputError
from core.facts.terms import ControlTotals, Terms
from tenants.binding import Opener

SNAPSHOT = "account,balance\nA1,1.50\nA2,-4\n"
FEES = "fee,customer,day,kind,amount\n"


def total(rows: int | None = None, **sums: str) -> Terms:
    return Terms(control=ControlTotals(rows, {name: Decimal(text) for name, text in sums.items()}))


@pytest.mark.parametrize(
    ("terms", "findings"),
    [
        (total(2, balance="-2.50"), []),
        (total(2), []),
        (total(balance="-2.5"), []),
        (total(3), [("CONTROL_ROWS", "2", "3")]),
        (total(2, balance="-2.49"), [("CONTROL_SUM", "-2.50", "-2.49")]),
        (total(1, balance="-2.501"), [("CONTROL_ROWS", "2", "1"), ("CONTROL_SUM", "-2.50", "-2.501")]),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "gzip", "parquet"])
async def test_totals_match_to_the_last_fen_or_refuse_the_file(
    kind: str, terms: Terms, findings: list[Any], known: None, send: Any, written: Any
) -> None:
    sink = io.BytesIO()
    amounts = pa.array([Decimal("1.50"), Decimal("-4.00")], pa.decimal128(10, 2))
    pq.write_table(pa.table({"account": ["A1", "A2"], "balance": amounts}), sink)
    content = {"csv": SNAPSHOT.encode(), "gzip": gzip.compress(SNAPSHOT.encode()), "parquet": sink.getvalue()}[kind]
    before = await written()
    dry = await send("balances", content, terms=terms, dry_run=True)
    assert (dry.is_refused, await written() == before) == (bool(findings), True)
    report = await send("balances", content, terms=terms)
    assert [(f.rule, f.row) for f in report.findings] == [(rule, None) for rule, _, _ in findings]
    for finding, (_, found, given) in zip(report.findings, findings, strict=True):
        assert finding.value == found
        assert given in finding.message
        assert given in finding.message_zh
    assert report.status == ("refused" if findings else "accepted")
    assert (await written() == before) == bool(findings)


async def test_rows_that_are_wrong_or_passed_over_are_in_the_totals(known: None, send: Any) -> None:
    rows = (
        "F1,C1,2026-09-05,card,1.25\n"
        "F2,C9,2026-09-05,card,2\n"  # an unknown customer: 2.00 can be read
        "F3,C1,2026-09-05,card,x\n"  # nothing to add
        "F4,C1,2026-09-05,salary,4\n"  # passed over
        "F5,C1\n"  # too short
    )
    more = "".join(f"G{n},C1,2026-09-05,card,0\n" for n in range(95))
    only = {"kind": ["card"]}
    for aside in (True, False):
        terms = Terms(control=ControlTotals(100, {"amount": Decimal("7.25")}), set_aside=aside)
        report = await send("fees", FEES + rows + more, only=only, terms=terms)
        assert report.status == ("accepted" if aside else "refused")
        assert set(report.counts) == {"CUSTOMER_UNKNOWN", "NUMBER_INVALID", "ROW_MALFORMED"}
    wrong = Terms(control=ControlTotals(99, {"amount": Decimal("3.25")}), set_aside=True)
    report = await send("fees", FEES + rows + more, only=only, terms=wrong)
    assert report.status == "refused"
    assert {"CONTROL_ROWS", "CONTROL_SUM"} < set(report.counts)


async def test_a_sum_has_the_signs_the_mapping_gives(known: None, send: Any) -> None:
    columns = {
        "account": "account",
        "day": "day",
        "balance": {"column": "amount", "negative": {"column": "type", "codes": ["D"]}},
    }
    text = "account,day,amount,type\nA1,2026-09-05,5,D\nA1,2026-09-05,7.01,C\n"
    report = await send("balances", text, shape="transactions", columns=columns, terms=total(2, balance="2.01"))
    assert report.status == "accepted"


async def test_a_file_cut_between_two_rows_is_found_by_its_totals(known: None, send: Any, written: Any) -> None:
    before = await written()
    report = await send("balances", SNAPSHOT[: SNAPSHOT.index("A2")], terms=total(2))
    assert (report.status, report.counts) == ("refused", {"CONTROL_ROWS": 1})
    assert await written() == before


async def test_totals_are_kept_with_the_delivery(known: None, send: Any, open_bank: Opener) -> None:
    accepted = await send("balances", SNAPSHOT, terms=total(2, balance="-2.50"))
    refused = await send("balances", SNAPSHOT, terms=total(9))
    async with open_bank() as session:
        rows = await session.rows(
            "SELECT control::text AS control FROM bank.deliveries WHERE delivery = ANY($1) ORDER BY delivery",
            [accepted.delivery, refused.delivery],
        )
    assert [orjson.loads(row["control"]) for row in rows] == [
        {"rows": 2, "sums": {"balance": "-2.50"}},
        {"rows": 9, "sums": {}},
    ]


async def test_the_same_file_with_other_totals_is_looked_at_again(known: None, send: Any) -> None:
    first = await send("balances", SNAPSHOT, terms=total(2))
    assert (await send("balances", SNAPSHOT, terms=total(2))).status == "unchanged"
    assert (await send("balances", SNAPSHOT, terms=total(3))).status == "refused"
    assert (await send("balances", SNAPSHOT, terms=total(2, balance="-2.5"))).supersedes == first.delivery


@pytest.mark.parametrize("name", ["account", "day", "amount", "="])
async def test_a_total_of_no_number_is_a_mistake_of_the_sender(name: str, known: None, send: Any, written: Any) -> None:
    before = await written()
    with pytest.raises(InputError) as caught:
        await send("balances", SNAPSHOT, terms=Terms(control=ControlTotals(None, {name: Decimal(1)})))
    assert caught.value.code == "CONTROL_INVALID"
    assert "rows, balance" in caught.value.message
    assert await written() == before
