"""Parquet and packed files are the same deliveries as plain text: same rows, same findings, recognised by content."""

import gzip
import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SNAPSHOT = "account,balance\nA1,1.50\nA2,-2\n"
EVERY = b"account,balance\nA1,1.50\nA2,-2\n"


def parquet(**columns: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def moment(day: int) -> datetime:
    return datetime(2026, 9, day, 23, 59)  # noqa: DTZ001 - as most files have them, without a zone


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, "zstd", asbytes=True))


def balances(amounts: Any, **more: Any) -> bytes:
    return parquet(account=["A1", "A2"], balance=amounts, **more)


PACKED = {
    "gzip": gzip.compress(EVERY),
    "gzip of two members": gzip.compress(EVERY[:20]) + gzip.compress(EVERY[20:]),
    "zstd": zstd(EVERY),
    "zstd of two frames": zstd(EVERY[:20]) + zstd(EVERY[20:]),
    "decimals": balances(pa.array([Decimal("1.50"), Decimal("-2.00")], pa.decimal128(12, 2))),
    "long decimals": balances(pa.array([Decimal("1.50"), Decimal("-2")], pa.decimal128(38, 20))),
    "texts": balances(["1.50", "-2"]),
    "a dictionary": balances(pa.array(["1.50", "-2"]).dictionary_encode()),
    "columns nobody asked for": balances(
        ["1.50", "-2"], list=[[1], []], struct=[{"x": 1.5}, None], float=[1.5, None], file_row_no=[1, 2]
    ),
    "names apart by case": balances(["1.50", "-2"], ACCOUNT=["x", "y"], Balance=[1.5, 2]),
    "Parquet in gzip": gzip.compress(balances(["1.50", "-2"])),
}


@pytest.mark.parametrize("case", PACKED)
async def test_however_it_is_packed_the_rows_are_the_same(case: str, known: None, send: Any, spans_of: Any) -> None:
    report = await send("balances", PACKED[case], name="data.txt")
    assert (report.status, report.rows, report.findings) == ("accepted", 2, ())
    assert [(row[1], row[4]) for row in await spans_of()] == [("A1", 150), ("A2", -200)]


async def test_other_bytes_with_the_same_rows_are_other_content(known: None, send: Any) -> None:
    first = await send("balances", EVERY)
    assert (await send("balances", gzip.compress(EVERY))).supersedes == first.delivery


async def test_the_mapping_may_insist_on_a_kind_of_file(known: None, send: Any, written: Any) -> None:
    before = await written()
    text, file = await send("balances", EVERY, file="parquet"), await send("balances", balances(["1"] * 2), file="csv")
    assert text.counts == {"FILE_UNREADABLE": 1}
    assert "not a Parquet file" in text.findings[0].message
    assert (file.status, set(file.counts) & {"ENCODING_INVALID", "COLUMN_MISSING", "FILE_UNREADABLE"} != set()) == (
        "refused",
        True,
    )
    assert await written() == before


async def test_integers_of_whole_units_are_amounts(known: None, send: Any, spans_of: Any) -> None:
    assert (await send("balances", balances(pa.array([1, -2], pa.int32())))).status == "accepted"
    assert [row[4] for row in await spans_of()] == [100, -200]


@pytest.mark.parametrize(
    ("days", "rule"),
    [
        (pa.array([date(2026, 9, 5), date(2026, 9, 4)]), None),
        (pa.array([moment(5), moment(4)], pa.timestamp("ms")), None),
        (pa.array([moment(5), moment(4)], pa.timestamp("ns")), None),
        (["2026-09-05", "2026-09-04"], None),
        (pa.array([moment(5), moment(4)], pa.timestamp("us", "UTC")), "COLUMN_TYPE"),
        (pa.array([time(1), time(2)]), "COLUMN_TYPE"),
        ([1.5, 2.5], "COLUMN_TYPE"),
        (pa.array([date(1899, 12, 31), date(2026, 9, 4)]), "DATE_INVALID"),
    ],
)
async def test_a_day_is_a_date_or_a_text(days: Any, rule: str | None, known: None, send: Any) -> None:
    content = parquet(fee=["F1", "F2"], customer=["C1", "C1"], day=days, kind=["card"] * 2, amount=["1", "2"])
    report = await send("fees", content)
    assert list(report.counts) == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("amounts", "rule", "words"),
    [
        (pa.array([1.5, 2.0], pa.float64()), "COLUMN_TYPE", "floating-point"),
        (pa.array([1.5, 2.0], pa.float32()), "COLUMN_TYPE", "floating-point"),
        (pa.array([Decimal("1.5"), Decimal("2")], pa.decimal256(50, 2)), "COLUMN_TYPE", "more than 38 digits"),
        (pa.array([b"1", b"2"]), "COLUMN_TYPE", "BLOB"),
        (pa.array([True, False]), "COLUMN_TYPE", "BOOLEAN"),
        ([[1], [2]], "COLUMN_TYPE", "a list or a structure"),
    ],
)
async def test_an_amount_that_is_not_exact_is_refused_by_its_type(
    amounts: Any, rule: str, words: str, known: None, send: Any, written: Any
) -> None:
    before = await written()
    report = await send("balances", balances(amounts))
    assert [(f.rule, f.row, f.column, f.value) for f in report.findings] == [(rule, None, "balance", "balance")]
    assert words in report.findings[0].message
    assert await written() == before


@pytest.mark.parametrize(
    ("amount", "kind", "rule"),
    [
        ("1.505", pa.decimal128(12, 3), "NUMBER_TOO_PRECISE"),
        ("10000000000000000", pa.decimal128(38, 0), "NUMBER_TOO_LARGE"),
        ("-99999999999999999999999999999999999999", pa.decimal128(38, 0), "NUMBER_TOO_LARGE"),
        (None, pa.decimal128(12, 2), "REQUIRED"),
    ],
)
async def test_a_typed_cell_is_checked_as_its_text_would_be(
    amount: str | None, kind: Any, rule: str, known: None, send: Any
) -> None:
    amounts = pa.array([Decimal(1), Decimal(amount) if amount else None], kind)
    report = await send("balances", balances(amounts))
    assert [(f.rule, f.row, f.line, f.column) for f in report.findings] == [(rule, 2, None, "balance")]


async def test_codes_and_flags_of_other_types_are_texts(known: None, send: Any) -> None:
    content = parquet(account=pa.array([1, 2]), balance=["1", "2"], status=[True, False])
    report = await send("balances", content, only={"status": "true"})
    assert [(f.rule, f.row, f.value) for f in report.findings] == [("ACCOUNT_UNKNOWN", 1, "1")]


async def test_findings_of_parquet_name_the_row(known: None, send: Any) -> None:
    content = parquet(account=["A1", "A9", "A2", "A1"], balance=["1", "2", "x", "3"])
    report = await send("balances", content)
    assert [(f.rule, f.row, f.line, f.value) for f in report.findings] == [
        ("ACCOUNT_UNKNOWN", 2, None, "A9"),
        ("NUMBER_INVALID", 3, None, "x"),
        ("DUPLICATE_KEY", 4, None, "A1, 2026-09-05"),
    ]


async def test_a_column_of_parquet_that_is_missing_or_doubled_is_named(known: None, send: Any) -> None:
    table = pa.table([pa.array(["A1"]), pa.array(["1"]), pa.array(["2"])], names=["account", "balance", "balance"])
    sink = io.BytesIO()
    pq.write_table(table, sink)
    assert (await send("balances", sink.getvalue())).counts == {"COLUMN_DUPLICATE": 1}
    assert (await send("balances", parquet(account=["A1"]))).counts == {"COLUMN_MISSING": 1}


async def test_an_empty_table_is_an_empty_file(known: None, send: Any) -> None:
    empty = parquet(account=pa.array([], pa.string()), balance=pa.array([], pa.string()))
    assert (await send("balances", empty)).counts == {"FILE_EMPTY": 1}
