"""What a file says is what is kept, in any dialect; and nothing lenient in between."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.facts.engine import Engine
from core.facts.fact_table import Column, ColumnType, FactKind, FactTable
from core.facts.findings import FindingList
from core.facts.mapping import parse_mapping
from core.facts.plan import ReadPlan, make_plan
from core.facts.reading import CHECKED, TYPED, find_columns, read_quickly, read_slowly
from core.facts.staging import Staged, stage
from core.facts.validation import is_faultless, load_register, registers_of, report
from core.indicators.indicator import Labels
from core.session import Bank

LABELS = Labels("x", "x")
THINGS = FactTable(
    name="things",
    kind=FactKind.STATE,
    labels=LABELS,
    key=("code",),
    columns=(
        Column("code", ColumnType.CODE, LABELS),
        Column("day", ColumnType.DAY, LABELS, required=False),
        Column("money", ColumnType.MONEY, LABELS, required=False),
        Column("number", ColumnType.INTEGER, LABELS, required=False),
        Column("rate", ColumnType.DECIMAL6, LABELS, required=False),
        Column("flag", ColumnType.FLAG, LABELS, required=False),
        Column("manager", ColumnType.CODE, LABELS, required=False, refers="managers"),
    ),
)


def plan_of(mapping: dict[str, Any], digits: int = 2) -> ReadPlan:
    bank = Bank(1, "b", "Bank", "银行", "CNY", digits, "Asia/Shanghai")
    columns = {"code": "code", **mapping.pop("columns", {})}
    read = parse_mapping({"fact": "things", "currency": "CNY", "columns": columns, **mapping})
    return make_plan({"things": THINGS}, read, bank, date(2026, 9, 5))


class Reader:
    """Reads bytes both ways, quickly and slowly, and holds them against each other."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.engine = folder, Engine([folder], folder)

    def read(self, content: str | bytes, plan: ReadPlan, managers: str = "") -> tuple[list[Any], list[Any]]:
        """(rows as kept, findings as (rule, row, value)); rows are empty where there are findings."""
        self.engine.close()
        self.engine = Engine([self.folder], self.folder)
        source, findings = self.folder / "sent.csv", FindingList("sent.csv")
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        staged: Staged = stage(source, self.folder / "copy.csv", plan.mapping.csv, findings)
        places = find_columns(plan, staged, findings)
        assert not findings, findings.found
        fits = read_quickly(self.engine, plan, staged, places)
        for name in registers_of(plan):
            (self.folder / "known.csv").write_text(f"{name[:-1]}\n{managers}")
            load_register(self.engine, name, [self.folder / "known.csv"])
        names = ", ".join(plan.table.names)
        rows = self.engine.rows(f"SELECT {names} FROM {TYPED}") if fits and is_faultless(self.engine, plan) else []
        slow = read_slowly(self.engine, plan, staged, places, findings)
        assert slow is not None
        report(self.engine, plan, slow.cells, findings)
        found = [(f.rule, f.row, f.value) for f in findings.kept()]
        assert bool(rows) != bool(found)
        if rows:
            assert self.engine.rows(f"SELECT {names} FROM {CHECKED} ORDER BY record") == rows
        return rows, found


@pytest.fixture
def reader(tmp_path: Path) -> Any:
    reader = Reader(tmp_path)
    yield reader
    reader.engine.close()


def money(reader: Reader, text: str, digits: int = 2, **csv: Any) -> Any:
    """The kept minor units of one amount, or the rule it breaks."""
    plan = plan_of({"columns": {"money": "money"}, "csv": {"delimiter": ";", **csv}}, digits)
    rows, found = reader.read(f"code;money\na;{text}\n", plan)
    return rows[0][2] if rows else found[0][0]


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("700.00", 70_000),
        ("3372.7", 337_270),
        ("0", 0),
        ("-0.01", -1),
        ("+5", 500),
        ("-0", 0),
        (" 1.10 ", 110),
        ("\u30001.1\u00a0", 110),
        ("007", 700),
        ("1.1000", 110),
        ("9999999999999999.99", 10**18 - 1),
        ("-9999999999999999.99", 1 - 10**18),
        ("10000000000000000.00", "NUMBER_TOO_LARGE"),
        ("1" * 60, "NUMBER_TOO_LARGE"),
        ("1.005", "NUMBER_TOO_PRECISE"),
        ("0.001", "NUMBER_TOO_PRECISE"),
        ("1e3", "NUMBER_INVALID"),
        ("1.", "NUMBER_INVALID"),
        (".5", "NUMBER_INVALID"),
        ("--5", "NUMBER_INVALID"),
        ("1 000", "NUMBER_INVALID"),
        ("1_000", "NUMBER_INVALID"),
        ("1,000", "NUMBER_INVALID"),
        ("0x10", "NUMBER_INVALID"),
        ("NaN", "NUMBER_INVALID"),
        ("inf", "NUMBER_INVALID"),
        ("１２", "NUMBER_INVALID"),
        ("=1+1", "NUMBER_INVALID"),
        ("٣", "NUMBER_INVALID"),
    ],
)
def test_an_amount_is_exact_or_refused(reader: Reader, text: str, fen: int | str) -> None:
    assert money(reader, text) == fen


@pytest.mark.parametrize(("digits", "minor"), [(0, "NUMBER_TOO_PRECISE"), (1, 125), (3, 12_500)])
def test_decimals_are_those_of_the_currency(reader: Reader, digits: int, minor: int | str) -> None:
    assert money(reader, "12.5", digits) == minor


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "fen"),
    [
        ("1.234.567,89", ",", ".", 123_456_789),
        ("1234567,8", ",", ".", 123_456_780),
        ("-1 234,50", ",", " ", -123_450),
        ("1'234.50", ".", "'", 123_450),
        ("1,234,567", ".", ",", 123_456_700),
        ("1\u00a0234", ".", "\u00a0", 123_400),
        ("12,34", ".", ",", "NUMBER_INVALID"),
        ("1,2345", ".", ",", "NUMBER_INVALID"),
        (",123", ".", ",", "NUMBER_INVALID"),
        ("1.5", ",", "", "NUMBER_INVALID"),
        ("1234,567.8", ".", ",", "NUMBER_INVALID"),
    ],
)
def test_numbers_are_grouped_by_threes_or_not_at_all(
    reader: Reader, text: str, decimal: str, thousands: str, fen: int | str
) -> None:
    assert money(reader, text, decimal=decimal, thousands=thousands) == fen


@pytest.mark.parametrize(
    ("text", "formats", "day"),
    [
        ("2026-09-05", ["%Y-%m-%d"], date(2026, 9, 5)),
        ("930229", ["%y%m%d"], None),
        ("960229", ["%y%m%d"], date(1996, 2, 29)),
        ("5.9.2026", ["%-d.%-m.%Y"], date(2026, 9, 5)),
        ("05.09.2026", ["%-d.%-m.%Y"], None),
        ("2026-9-5", ["%Y-%m-%d"], None),
        ("2026年09月05日", ["%Y年%m月%d日"], date(2026, 9, 5)),
        ("2026/09/05", ["%Y-%m-%d", "%Y/%m/%d"], date(2026, 9, 5)),
        ("05 Sep 2026", ["%d %b %Y"], date(2026, 9, 5)),
        ("05-SEP-26", ["%d-%b-%y"], date(2026, 9, 5)),
        ("05 september 2026", ["%d %B %Y"], date(2026, 9, 5)),
        ("05-SEPT-26", ["%d-%b-%y"], None),
        ("05-SEPTEMBER-26", ["%d-%b-%y"], None),
        ("5-SEP-26", ["%d-%b-%y"], None),
        ("31-FEB-26", ["%d-%b-%y"], None),
        ("05-SEP-26t", ["%d-%b-%yT"], None),
        ("2026-09-05 23:59:59", ["%Y-%m-%d %H:%M:%S"], date(2026, 9, 5)),
        ("2026-09-05 23:59:59.9", ["%Y-%m-%d %H:%M:%S.%f"], date(2026, 9, 5)),
        ("2026-09-05 00:00:00.000", ["%Y-%m-%d %H:%M:%S.%f"], date(2026, 9, 5)),
        ("2026-09-05 23:59:59.999999", ["%Y-%m-%d %H:%M:%S.%f"], date(2026, 9, 5)),
        ("2026-09-05 23:59:59.999999999", ["%Y-%m-%d %H:%M:%S.%f"], date(2026, 9, 5)),
        ("2026-09-05 23:59:59.9999999999", ["%Y-%m-%d %H:%M:%S.%f"], None),
        ("2026-09-05 23:59:59.", ["%Y-%m-%d %H:%M:%S.%f"], None),
        ("2026-09-05 23:59:59", ["%Y-%m-%d %H:%M:%S.%f"], None),
        ("2026-09-05 24:00:00.000", ["%Y-%m-%d %H:%M:%S.%f"], None),
        ("2026-9-5 23:59:59.000", ["%Y-%m-%d %H:%M:%S.%f"], None),
        ("2026-02-31 23:59:59.000", ["%Y-%m-%d %H:%M:%S.%f"], None),
        ("20260905235959123", ["%Y%m%d%H%M%S%f"], date(2026, 9, 5)),
        ("05-SEP-26 (7.5) 100%f", ["%d-%b-%y (%-H.%f) 100%%f"], date(2026, 9, 5)),
        ("1900-01-01", ["%Y-%m-%d"], date(1900, 1, 1)),
        ("9998-12-31", ["%Y-%m-%d"], date(9998, 12, 31)),
        ("1899-12-31", ["%Y-%m-%d"], None),
        ("9999-01-01", ["%Y-%m-%d"], None),
        ("0000-01-01", ["%Y-%m-%d"], None),
        ("2026-02-31", ["%Y-%m-%d"], None),
        ("2026-09-05x", ["%Y-%m-%d"], None),
        ("20260905", ["%Y-%m-%d"], None),
    ],
)
def test_a_date_is_what_its_format_writes(reader: Reader, text: str, formats: list[str], day: date | None) -> None:
    rows, found = reader.read(f"code,day\na,{text}\n", plan_of({"columns": {"day": "day"}, "dates": formats}))
    assert (rows[0][1] if rows else None) == day
    assert [one[0] for one in found] == ([] if day else ["DATE_INVALID"])


def test_integers_rates_and_flags_are_kept_scaled(reader: Reader) -> None:
    plan = plan_of(
        {"columns": {"number": "n", "rate": "r", "flag": {"column": "f", "codes": {"Y": "true", "N": "false"}}}}
    )
    rows, _ = reader.read("code,n,r,f\na,12,0.0345,Y\nb,-7,-1,N\nc,,,\n", plan)
    assert [(row[0], *row[3:6]) for row in rows] == [
        ("a", 12, 34_500, True),
        ("b", -7, -1_000_000, False),
        ("c", None, None, None),
    ]
    plan = plan_of({"columns": {"number": "n", "rate": "r", "flag": "f"}})
    _, found = reader.read("code,n,r,f\na,1.0,0.0000001,Y\n", plan)
    assert found == [("NUMBER_INVALID", 1, "1.0"), ("NUMBER_TOO_PRECISE", 1, "0.0000001"), ("CODE_UNKNOWN", 1, "Y")]


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", "code,money\n账户,1\n".encode()),
        ("utf-8", b"\xef\xbb\xbf" + "code,money\n账户,1\n".encode()),
        ("utf-8-sig", b"\xef\xbb\xbf" + "code,money\n账户,1\n".encode()),
        ("gb18030", "code,money\n账户,1\n".encode("gb18030")),
        ("gbk", "code,money\n账户,1\n".encode("gbk")),
        ("big5", "code,money\n賬戶,1\n".encode("big5")),
        ("utf-16", "code,money\n账户,1\n".encode("utf-16")),
        ("latin-1", "code,money\nÿé,1\n".encode("latin-1")),
        ("cp1250", "code,money\nšř,1\n".encode("cp1250")),
        ("ascii", b"code,money\nab,1\n"),
    ],
)
def test_every_encoding_gives_the_same_text(reader: Reader, encoding: str, content: bytes) -> None:
    rows, _ = reader.read(content, plan_of({"columns": {"money": "money"}, "csv": {"encoding": encoding}}))
    expected = content.decode(encoding).splitlines()[1].partition(",")[0]
    assert rows == [(expected, None, 100, None, None, None, None)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(reader: Reader, end: str) -> None:
    text = end.join(["code,money", '"a"" b",1', "", "c,2"])
    rows, _ = reader.read(text, plan_of({"columns": {"money": "money"}}))
    assert [(row[0], row[2]) for row in rows] == [('a" b', 100), ("c", 200)]


def test_mixed_line_ends_are_read(reader: Reader) -> None:
    rows, _ = reader.read("code,money\r\na,1\nb,2\r\n", plan_of({"columns": {"money": "money"}}))
    assert [row[0] for row in rows] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "csv", "columns"),
    [
        ("code\tmoney\n'a\tb'\t1\n", {"delimiter": "\t", "quote": "'"}, {"money": "money"}),
        ('code|money\n"a\tb"|1\n', {"delimiter": "|"}, {"money": "money"}),
        ("about\nthis file\ncode;money\na\tb;1\n", {"delimiter": ";", "quote": "", "skip": 2}, {"money": "money"}),
        ("a\tb;1\n", {"delimiter": ";", "header": False}, {"code": 1, "money": 2}),
        (' code , money \n"a\tb",1\n', {}, {"money": "money"}),
        ('"co\nde",money\n"a\tb",1\n', {}, {"code": "co\nde", "money": "money"}),
        ('code,"m,1"\n"a\tb",1\n', {}, {"money": "m,1"}),
    ],
)
def test_dialects_are_read(reader: Reader, content: str, csv: dict[str, Any], columns: dict[str, Any]) -> None:
    plan = plan_of({"columns": columns, "csv": csv})
    source, findings = reader.folder / "sent.csv", FindingList("sent.csv")
    source.write_text(content)
    staged = stage(source, reader.folder / "copy.csv", plan.mapping.csv, findings)
    assert read_quickly(reader.engine, plan, staged, find_columns(plan, staged, findings))
    read_slowly(reader.engine, plan, staged, find_columns(plan, staged, findings), findings)
    assert not findings
    for table in (TYPED, CHECKED):
        assert reader.engine.rows(f"SELECT money FROM {table}") == [(100,)]


def test_markup_and_signed_numbers_are_plain_text(reader: Reader) -> None:
    codes = ["+1", "-1.50", "-", "<b>", "'; DROP TABLE typed; --", "$p0", "{0}", "%s", "a=1", "'=1+1"]
    rows, _ = reader.read(
        "code\tmoney\n" + "".join(f"{code}\t1\n" for code in codes), plan_of({"csv": {"delimiter": "\t"}})
    )
    assert [row[0] for row in rows] == codes


@pytest.mark.parametrize("code", ["=cmd|'/c calc'!A1", "@SUM(A1)", "+1+cmd", "-1-1", "＝1+1", "＠x", "--", "=1"])
def test_a_code_that_a_spreadsheet_would_compute_is_wrong(reader: Reader, code: str) -> None:
    _, found = reader.read(f"code\tmoney\n{code}\t-1\n", plan_of({"csv": {"delimiter": "\t"}}))
    assert found == [("CODE_UNSAFE", 1, code)]


def test_hostile_column_names_are_only_texts(reader: Reader) -> None:
    name = 'x"); DROP TABLE typed; --'
    rows, _ = reader.read(
        f"{name}|money\na|1\n", plan_of({"columns": {"code": name}, "csv": {"delimiter": "|", "quote": ""}})
    )
    assert rows[0][0] == "a"


def test_rows_that_do_not_count_are_not_checked_either(reader: Reader) -> None:
    plan = plan_of({"columns": {"money": "money"}, "only": {"kind": ["x", ""]}})
    rows, _ = reader.read("code,money,kind\na,1,x\nb,oops,y\nc,2, \n", plan)
    assert [row[0] for row in rows] == ["a", "c"]


def test_constants_stand_in_every_row(reader: Reader) -> None:
    plan = plan_of(
        {"columns": {"money": {"constant": "1.25"}, "day": {"constant": "2026-01-31"}, "flag": {"constant": "true"}}}
    )
    rows, _ = reader.read("code\na\nb\n", plan)
    assert [row[:3] + row[5:6] for row in rows] == [
        ("a", date(2026, 1, 31), 125, True),
        ("b", date(2026, 1, 31), 125, True),
    ]


def test_signs_come_from_codes(reader: Reader) -> None:
    sign = {
        "negative": {"column": "type", "codes": ["VYDAJ", "VYBER"]},
        "positive": {"column": "type", "codes": ["PRIJEM"]},
    }
    plan = plan_of({"columns": {"money": {"column": "money", **sign}}})
    rows, _ = reader.read("code,money,type\na,1.5,VYDAJ\nb,2,VYBER\nc,3,PRIJEM\nd,-4,VYDAJ\n", plan)
    assert [row[2] for row in rows] == [-150, -200, 300, 400]


@pytest.mark.parametrize(
    ("sign", "signs"),
    [
        ({"negative": {"column": "type", "codes": ["OUT", " FEE "]}}, [-1, -1, 1, 1]),
        ({"positive": {"column": "type", "codes": ["IN"]}}, [-1, -1, 1, -1]),
    ],
)
def test_of_two_signs_the_absent_one_takes_every_other_text(
    reader: Reader, sign: dict[str, Any], signs: list[int]
) -> None:
    plan = plan_of({"columns": {"money": {"column": "money", **sign}}})
    rows, _ = reader.read("code,money,type\na,1,OUT\nb,-1,FEE\nc,1,IN\nd,1,\ne,,OUT\n", plan)
    amounts = [100, -100, 100, 100]
    assert [row[2] for row in rows] == [amount * sign for amount, sign in zip(amounts, signs, strict=True)] + [None]


@pytest.mark.parametrize(
    "row", ["b,2,", "b,2,,", 'b,2,""', "b,2,,,,", '"b","2",', "b,2", "b,2,x", "b,2, ", "b,2,,x", "b", "b,", ",2", ",,"]
)
@pytest.mark.parametrize("columns", [("money",), ()])
def test_both_ways_of_reading_agree_which_rows_fit(reader: Reader, row: str, columns: tuple[str, ...]) -> None:
    plan = plan_of({"columns": {name: name for name in columns}})
    header = ",".join(["code", *columns])
    source, findings = reader.folder / "sent.csv", FindingList("sent.csv")
    source.write_text(f"{header}\n{row}\n")
    staged = stage(source, reader.folder / "copy.csv", plan.mapping.csv, findings)
    places = find_columns(plan, staged, findings)
    fits = read_quickly(reader.engine, plan, staged, places)
    read_slowly(reader.engine, plan, staged, places, findings)
    assert fits == ("ROW_MALFORMED" not in findings.counts)
    surplus = row.split(",")[len(columns) + 1 :]
    assert fits == (row.count(",") >= len(columns) and set(surplus) <= {"", '""'})


def test_a_manager_nobody_registered_is_found(reader: Reader) -> None:
    plan = plan_of({"columns": {"manager": "m"}})
    assert reader.read("code,m\na,M1\nb,\n", plan, "M1\n")[1] == []
    assert reader.read("code,m\na,M1\nb,M2\n", plan, "M1\n")[1] == [("MANAGER_UNKNOWN", 2, "M2")]


def test_a_long_file_keeps_its_rows_in_order_across_pieces(reader: Reader) -> None:
    text = "code,money\n" + "".join(f"账户{n:07d},{n}.{n % 100:02d}\n" for n in range(150_000))
    plan = plan_of({"columns": {"money": "money"}, "csv": {"encoding": "gb18030"}})
    rows, _ = reader.read(text.encode("gb18030"), plan)
    assert [row[0] for row in rows] == [f"账户{n:07d}" for n in range(150_000)]
    assert sum(row[2] for row in rows) == sum(n * 100 + n % 100 for n in range(150_000))


def test_the_engine_reaches_nothing_outside_its_folder(
    reader: Reader, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("other") / "secret.csv"
    secret.write_text("a\n1\n")
    for statement in (
        f"SELECT * FROM read_csv('{secret}')",
        f"COPY (SELECT 1) TO '{secret.parent}/x.parquet'",
        "SET enable_external_access = true",
        f"ATTACH '{secret.parent}/x.db'",
    ):
        with pytest.raises(Exception, match=r"Permission|Cannot|locked"):
            reader.engine.rows(statement)
    assert list(secret.parent.iterdir()) == [secret]
