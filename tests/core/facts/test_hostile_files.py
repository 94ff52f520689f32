"""Hostile and broken files: refused with the rule that says why, quickly, in bounded memory, and nothing is kept."""

import csv
import gzip
import io
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import InputError
from core.facts.deliveries import deliver
from core.facts.findings import FindingList
from core.facts.mapping import parse_mapping
from core.facts.sent import RATIO
from core.facts.staging import stage
from core.settings.store import change_settings
from tests.core.facts.conftest import DAY, TODAY, own_names

CSV = parse_mapping({"fact": "x", "columns": {"a": "b"}}).csv
HEAD = b"account,balance\n"
MEBI = 1 << 20


def rows(count: int) -> bytes:
    numbers = random.Random(7)
    return HEAD + b"".join(b"A%d,%d.%02d\n" % (n % 3 + 1, numbers.randrange(10**9), n % 100) for n in range(count))


def parquet(count: int, **how: Any) -> bytes:
    sink = io.BytesIO()
    numbers = random.Random(7)
    table = pa.table({"account": ["A1"] * count, "balance": [str(numbers.randrange(10**9)) for _ in range(count)]})
    pq.write_table(table, sink, **how)
    return sink.getvalue()


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, "zstd", asbytes=True))


TABLE = parquet(5_000)
BROKEN = {
    "a row cut": (rows(2) + b"A3", "FILE_CUT"),
    "gzip cut": (gzip.compress(rows(9_000))[:-900], "FILE_UNREADABLE"),
    "gzip cut in its head": (gzip.compress(rows(9))[:6], "FILE_UNREADABLE"),
    "gzip without its sum": (gzip.compress(rows(9))[:-8], "FILE_UNREADABLE"),
    "gzip with a wrong sum": (gzip.compress(rows(9))[:-8] + bytes(8), "FILE_UNREADABLE"),
    "gzip with rubbish behind it": (gzip.compress(rows(9)) + b"rubbish", "FILE_UNREADABLE"),
    "zstd cut": (zstd(rows(9_000))[:-900], "FILE_UNREADABLE"),
    "zstd with rubbish behind it": (zstd(rows(9)) + b"rubbish", "FILE_UNREADABLE"),
    "Parquet cut in the middle": (TABLE[: len(TABLE) // 2], "FILE_UNREADABLE"),
    "Parquet without its last byte": (TABLE[:-1], "FILE_UNREADABLE"),
    "Parquet of four bytes": (b"PAR1", "FILE_UNREADABLE"),
    "Parquet without a middle": (b"PAR1PAR1", "FILE_UNREADABLE"),
    "a footer of two gigabytes": (TABLE[:-8] + b"\xff\xff\xff\x7fPAR1", "FILE_UNREADABLE"),
    "a footer of rubbish": (TABLE[:-108] + bytes(random.Random(1).randbytes(100)) + TABLE[-8:], "FILE_UNREADABLE"),
    "pages of rubbish": (TABLE[:40] + random.Random(1).randbytes(4_000) + TABLE[4_040:], "FILE_UNREADABLE"),
    "an encrypted footer": (TABLE[:-4] + b"PARE", "FILE_UNREADABLE"),
    "no bytes": (b"", "FILE_EMPTY"),
    "gzip of no bytes": (gzip.compress(b""), "FILE_EMPTY"),
    "gzip in gzip": (gzip.compress(gzip.compress(rows(9))), "ENCODING_INVALID"),
    "UTF-16 where UTF-8 was said": (rows(3).decode().encode("utf-16"), "ENCODING_INVALID"),
    "NUL bytes": (HEAD + bytes(100) + b",1\n", "TEXT_INVALID"),
    "nothing but NUL bytes": (bytes(10_000), "COLUMN_MISSING"),
    "a zip archive": (b"PK\x03\x04" + random.Random(1).randbytes(100), "ENCODING_INVALID"),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_broken_file_is_refused_and_leaves_nothing(case: str, known: None, send: Any, written: Any) -> None:
    content, rule = BROKEN[case]
    before = await written()
    report = await send("balances", content)
    rules = list(report.counts)
    assert report.status == "refused"
    assert rules == [rule]
    assert await written() == before
    again = await send("balances", content)
    assert again.delivery == report.delivery, "the same broken file again is the same refusal"


@pytest.mark.parametrize("end", ["A2", "A2,", 'A2,"1'])
async def test_a_file_that_ends_in_a_row_was_cut(end: str, known: None, send: Any) -> None:
    report = await send("balances", "account,balance\nA1,1\n" + end)
    assert list(report.counts) == (["REQUIRED"] if end == "A2," else ["FILE_CUT"])


async def test_a_last_row_without_a_line_end_is_whole_if_its_cells_are(known: None, send: Any) -> None:
    assert (await send("balances", "account,balance\nA1,1\nA2,2")).rows == 2


def staged(tmp_path: Path, write: Any) -> tuple[list[str], int]:
    """The rules a file breaks as it is staged, and how many bytes of ours that made."""
    source, findings = tmp_path / "sent", FindingList("sent")
    with source.open("wb") as file:
        write(file)
    stage(source, tmp_path / "copy", CSV, findings)
    return list(findings.counts), (tmp_path / "copy").stat().st_size


def test_a_bomb_of_gzip_stops_at_its_bound(tmp_path: Path) -> None:
    def write(file: Any) -> None:
        with gzip.GzipFile(fileobj=file, mode="wb") as packed:
            for _ in range(40):
                packed.write(b"a,b\n" * (MEBI // 4))

    # 40 MiB in some 40 kB: 200 times its size is less than the 16 MiB any file may hold.
    assert staged(tmp_path, write) == (["FILE_TOO_LARGE"], 16 * MEBI - 4)


def test_a_bomb_of_zstd_stops_at_its_bound(tmp_path: Path) -> None:
    def write(file: Any) -> None:
        with pa.CompressedOutputStream(pa.PythonFile(file, mode="w"), "zstd") as packed:
            for _ in range(40):
                packed.write(b"a,b\n" * (MEBI // 4))

    assert staged(tmp_path, write) == (["FILE_TOO_LARGE"], 16 * MEBI - 4)


def test_what_packs_well_but_is_small_is_no_bomb(tmp_path: Path) -> None:
    def write(file: Any) -> None:
        with gzip.GzipFile(fileobj=file, mode="wb") as packed:
            packed.write(b"a,b\n" * (4 * MEBI))

    assert staged(tmp_path, write) == ([], 16 * MEBI - 4)


@pytest.mark.parametrize("head", [b"a,b\n1,", b'a,b\n1,"', b""])
def test_a_field_of_two_gigabytes_is_refused_at_its_first_mebibyte(tmp_path: Path, head: bytes) -> None:
    def write(file: Any) -> None:
        file.write(head + b"x")
        file.truncate(2 << 30)

    rules, size = staged(tmp_path, write)
    assert rules == (["TEXT_TOO_LONG"] if head else ["FILE_UNREADABLE"])
    assert size <= 2 * MEBI


def test_ten_million_columns_are_refused_wherever_they_stand(tmp_path: Path) -> None:
    def header(file: Any) -> None:
        for _ in range(20):
            file.write(b"c," * (MEBI // 2))

    def row(file: Any) -> None:
        file.write(b"a,b\n")
        header(file)

    assert staged(tmp_path, header)[0] == ["FILE_UNREADABLE"]
    assert staged(tmp_path, row)[0] == ["TEXT_TOO_LONG"]


async def test_a_quoted_field_of_many_lines_ends_the_reading(known: None, send: Any, written: Any) -> None:
    before = await written()
    report = await send("balances", b'account,balance\nA1,"' + b"x" * 99 + b"\nyyyy" * 900_000 + b'"\nA2,1\n')
    assert list(report.counts) == ["TEXT_TOO_LONG"]
    assert await written() == before


async def test_parquet_of_too_many_rows_or_columns_is_refused(known: None, send: Any, written: Any) -> None:
    before = await written()
    sink = io.BytesIO()
    pq.write_table(pa.table({f"c{n}": ["x"] for n in range(2_001)}), sink)
    wide = await send("balances", sink.getvalue())
    assert wide.counts == {"FILE_UNREADABLE": 1}
    sink = io.BytesIO()
    pq.write_table(
        pa.table({"account": pa.repeat("A1", 9_000_000), "balance": pa.repeat("1", 9_000_000)}),
        sink,
        row_group_size=9_000_000,
    )
    assert len(sink.getvalue()) * RATIO < 9_000_000
    long = await send("balances", sink.getvalue())
    assert long.counts == {"FILE_TOO_LARGE": 1}
    assert await written() == before


async def test_a_huge_text_in_parquet_is_blotted_out(known: None, send: Any) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"account": ["A1", "é" * 5_000_000], "balance": ["1", "2"]}), sink, compression="zstd")
    report = await send("balances", sink.getvalue())
    assert [(f.rule, f.row, f.value) for f in report.findings] == [("TEXT_INVALID", 2, "?" * 100)]


LONG = "y" * 99_999
"""Just short enough to be read as what it is."""


def repeated(count: int) -> Any:
    """LONG in so many rows, said once: also here nobody holds it as often as it counts."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), [LONG])


def packed(**columns: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, compression="zstd")
    return sink.getvalue()


def fees(right: int, wrong: int, **more: Any) -> bytes:
    """Wrong fees, then right ones, with columns nobody maps."""
    count = right + wrong
    columns = {"fee": [f"F{n}" for n in range(count)], "customer": ["C1"] * count, "day": ["2026-09-05"] * count}
    return packed(**columns, kind=["card"] * count, amount=["x"] * wrong + ["1"] * right, **more)


# A dictionary holds a text once for all rows. All files are far below 16 MiB / 200.
BOMBS = {
    # 39 rows of 200 × 99,999 bytes are 780 MB; the 200 dictionaries alone are 20 MB.
    "dictionaries": fees(1, 39, **{f"u{n}": repeated(40) for n in range(200)}),
    # 100 dictionaries are 10 MB, which the footer may say; 39 rows of them are 390 MB.
    "a footer within its bound": fees(1, 39, **{f"u{n}": repeated(40) for n in range(100)}),
    # 400 rows of 99,999 bytes in a column that is read are 40 MB.
    "a column that is read": packed(
        fee=repeated(400), customer=["C1"] * 400, day=["2026-09-05"] * 400, kind=["card"] * 400, amount=["1"] * 400
    ),
}


@pytest.mark.parametrize("case", BOMBS)
async def test_a_few_kilobytes_of_parquet_never_become_hundreds_of_megabytes(
    case: str, known: None, open_bank: Any, send: Any, written: Any
) -> None:
    async with open_bank() as session:
        await change_settings(session, {"bad_rows": "set_aside", "set_aside_percent": "99"})
    before = await written()
    assert len(BOMBS[case]) * RATIO < 16 * MEBI
    report = await send("fees", BOMBS[case])
    assert (report.status, report.counts.get("FILE_TOO_LARGE")) == ("refused", 1)
    assert "more than 16 MiB of content" in next(f for f in report.findings if f.rule == "FILE_TOO_LARGE").message
    assert await written() == before


async def test_set_aside_rows_of_parquet_come_to_just_what_they_hold(
    known: None, lenient: None, send: Any, aside_of: Any
) -> None:
    """Portions of 8 MiB, in order: 150 rows of 100,000 bytes are 15 MB."""
    count = 150
    texts = [f"{n:05}" + "y" * 99_995 for n in range(count)]
    more = {"note": texts + ["short"] * 50, "bytes": [b"\x01"] * 200, "list": [["a"]] * 200}
    report = await send("fees", fees(50, count, **more))
    assert (report.status, report.set_aside) == ("accepted", count)
    rows = list(csv.DictReader(io.StringIO(await aside_of(report.delivery))))
    assert [row["note"] for row in rows] == texts
    assert {(row["bytes"], row["list"]) for row in rows} == {("\\x01", "?")}


async def test_an_engine_out_of_memory_says_that_the_file_is_too_large(
    known: None, open_bank: Any, store: Any, tables: Any, written: Any, tmp_path: Path
) -> None:
    before = await written()
    source = tmp_path / "big.csv"
    source.write_bytes(rows(200_000))
    with pytest.raises(InputError, match="too large: it takes more than the 2MB of memory") as refused:
        await deliver(
            open_bank, store, tables, source, parse_mapping(own_names("balances")), DAY, today=TODAY, memory="2MB"
        )
    assert refused.value.code == "FILE_TOO_LARGE"
    assert await written() == before


async def test_a_device_or_link_is_never_opened(known: None, send: Any, written: Any, tmp_path: Path) -> None:
    before = await written()
    (tmp_path / "inbox.csv").symlink_to("/etc/hostname")
    with pytest.raises(Exception, match="is a link, not a plain file"):
        stage(tmp_path / "inbox.csv", tmp_path / "copy", CSV, FindingList("x"))
    assert await written() == before


MEASURE = """
import resource, sys
from pathlib import Path
from core.facts.findings import FindingList
from core.facts.mapping import parse_mapping
from core.facts.staging import stage
csv = parse_mapping({"fact": "x", "columns": {"a": "b"}}).csv
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
findings = FindingList("x")
stage(Path(sys.argv[1]), Path(sys.argv[2]), csv, findings)
print(list(findings.counts)[0], (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("kind", ["plain", "gzip", "zstd"])
def test_two_gigabytes_take_no_memory_to_refuse(kind: str, tmp_path: Path) -> None:
    source = tmp_path / "bomb"
    if kind == "plain":
        with source.open("wb") as file:
            file.write(b"a,b\n1,")
            file.truncate(2 << 30)
    else:
        with pa.CompressedOutputStream(str(source), kind) as packed:
            for _ in range(300 if kind == "gzip" else 2_048):
                packed.write(b"a," * (MEBI // 2))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(source), str(tmp_path / "copy")],
        capture_output=True,
        text=True,
        env={**os.environ},
        timeout=60,
        check=True,
    )
    rule, mebibytes = done.stdout.split()
    assert rule in ("TEXT_TOO_LONG", "FILE_UNREADABLE")
    assert int(mebibytes) < 64


async def test_a_damaged_page_of_parquet_is_a_refusal_never_a_fault(known: None, send: Any, written: Any) -> None:
    whole, chance, before = parquet(300), random.Random(11), await written()
    unreadable = 0
    for _ in range(25):
        at = chance.randrange(4, len(whole) - 40)
        damaged = whole[:at] + bytes(chance.randrange(256) for _ in range(20)) + whole[at + 20 :]
        report = await send("balances", damaged, dry_run=True)  # its rows are one account's: refused when they are read
        assert report.is_refused
        unreadable += "FILE_UNREADABLE" in report.counts
    assert unreadable > 3
    assert await written() == before
