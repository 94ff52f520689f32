"""A mapping that cannot be used is refused with every problem and where it stands."""

from datetime import date
from typing import Any

import pytest

from core.errors import InputError
from core.facts.fact_table import FactTable
from core.facts.mapping import parse_mapping
from core.facts.plan import make_plan
from core.session import Bank

BANK = Bank(1, "b", "Bank", "银行", "CNY", 2, "Asia/Shanghai")
FEES = {"fee": "a", "customer": "b", "day": "c", "kind": "d", "amount": "e"}


def problems(error: InputError) -> list[str]:
    """Paths of the problems in their order."""
    assert error.code == "MAPPING_INVALID"
    assert all(f"{one['problem']}" in error.message for one in error.fields["problems"])
    return [one["path"] for one in error.fields["problems"]]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("fact: [", [""]),
        ("", [""]),
        ("- fees", [""]),
        ("fact: fees\nfact: loans\ncolumns: {a: b}", [""]),
        ("fact: fees\ncolumns: {a: &x {column: b}, c: *x, c: d}", [""]),
        ("fact: fees\ncolumns: {}", ["columns"]),
        ("columns: {a: b}\nextra: 1", ["fact", "extra"]),
        ("fact: fees\ncolumns: {a: {}, b: {column: x, constant: y}}", ["columns.a", "columns.b"]),
        ("fact: fees\ncolumns: {a: {constant: x, codes: {y: z}}}", ["columns.a"]),
        ("fact: fees\ncolumns: {a: {column: x, codes: {}}}", ["columns.a.codes"]),
        ("fact: fees\nshape: daily\ncolumns: {a: b}", ["shape"]),
        ("fact: fees\ncsv: {delimiter: ab}\ncolumns: {a: b}", ["csv.delimiter"]),
        ("fact: fees\ncsv: {delimiter: ';', quote: ';'}\ncolumns: {a: b}", ["csv"]),
        ("fact: fees\ncsv: {decimal: ',', thousands: ','}\ncolumns: {a: b}", ["csv"]),
        ("fact: fees\ncsv: {encoding: utf-7}\ncolumns: {a: b}", ["csv.encoding"]),
        ("fact: fees\ncsv: {encoding: no_such}\ncolumns: {a: b}", ["csv.encoding"]),
        ("fact: fees\ncsv: {skip: -1}\ncolumns: {a: b}", ["csv.skip"]),
        ("fact: fees\ndates: '%Y-%m'\ncolumns: {a: b}", ["dates.0"]),
        ("fact: fees\ndates: '%Y-%j'\ncolumns: {a: b}", ["dates.0"]),
        ("fact: fees\ndates: '%Y%m%d%'\ncolumns: {a: b}", ["dates.0"]),
        (
            "fact: f\ncolumns: {a: {column: x, negative: {column: s, codes: [O]}, positive: {column: s, codes: [O]}}}",
            ["columns.a"],
        ),
        (
            "fact: f\ncolumns: {a: {column: x, negative: {column: s, codes: [O]}, positive: {column: t, codes: [I]}}}",
            ["columns.a"],
        ),
        ("x" * 100_001, [""]),
    ],
)
def test_a_text_that_is_no_mapping_is_refused(text: str, paths: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        parse_mapping(text)
    assert problems(caught.value) == paths


def mapping(fact: str = "fees", columns: Any = None, **more: Any) -> Any:
    return parse_mapping({"fact": fact, "currency": "CNY", "columns": columns or FEES, **more})


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        (mapping("no_such"), ["fact"]),
        (mapping(shape="snapshot"), ["shape"]),
        (mapping("balances", {"account": "a", "balance": "b"}), ["shape", "columns.day"]),
        (mapping("balances", {"account": "a", "balance": "b"}, shape="transactions"), ["columns.day"]),
        (mapping(columns={**FEES, "color": "x"}), ["columns.color"]),
        (mapping(columns={"fee": "a", "customer": "b", "day": "c"}), ["columns.kind", "columns.amount"]),
        (mapping(columns={**FEES, "kind": {"column": "k", "format": "%Y%m%d"}}), ["columns.kind.format"]),
        (mapping(columns={**FEES, "amount": {"column": "k", "codes": {"a": "b"}}}), ["columns.amount.codes"]),
        (
            mapping(columns={**FEES, "kind": {"column": "k", "negative": {"column": "s", "codes": ["O"]}}}),
            ["columns.kind"],
        ),
        (mapping(columns={**FEES, "amount": {"constant": "1.005"}}), ["columns.amount.constant"]),
        (mapping(columns={**FEES, "amount": {"constant": "1" + "0" * 16}}), ["columns.amount.constant"]),
        (mapping(columns={**FEES, "day": {"constant": "0001-01-01"}}), ["columns.day.constant"]),
        (mapping(columns={**FEES, "day": {"constant": "31.12.2026"}}), ["columns.day.constant"]),
        (mapping(columns={**FEES, "kind": {"constant": ""}}), ["columns.kind.constant"]),
        (mapping(currency=None), ["currency"]),
        (
            mapping("customers", {"customer": "c", "kind": {"constant": "person"}}),
            ["columns.kind.constant"],
        ),
        (
            mapping("customers", {"customer": "c", "kind": {"column": "k", "codes": {"1": "retail", "2": "person"}}}),
            ["columns.kind.codes.2"],
        ),
        (
            mapping("customers", {"customer": {"constant": "C1"}, "kind": {"constant": "retail"}}),
            ["columns"],
        ),
        (
            mapping("customers", {"customer": 1, "kind": "k"}, csv={"header": False}),
            ["columns.kind.column"],
        ),
    ],
)
def test_a_mapping_that_does_not_fit_its_table_is_refused(
    given: Any, paths: list[str], tables: dict[str, FactTable]
) -> None:
    with pytest.raises(InputError) as caught:
        make_plan(tables, given, BANK, date(2026, 9, 5))
    assert problems(caught.value) == paths


def test_texts_of_the_mapping_stay_texts() -> None:
    read = parse_mapping("fact: fees\nonly: {s: [no, 01]}\ncolumns: {kind: {column: 3, codes: {01: card, off: x}}}")
    assert read.only == {"s": ["no", "01"]}
    assert (read.columns["kind"].column, read.columns["kind"].codes) == ("3", {"01": "card", "off": "x"})


def test_the_same_mapping_written_otherwise_has_the_same_canonical_text() -> None:
    short = parse_mapping("fact: fees\ncolumns: {fee: a, day: b}")
    long = parse_mapping({"columns": {"day": {"column": "b"}, "fee": {"column": "a"}}, "fact": "fees", "csv": {}})
    other = parse_mapping("fact: fees\ncolumns: {fee: a, day: c}")
    assert short.canonical == long.canonical
    assert short.canonical != other.canonical


def test_a_snapshot_needs_no_day_and_reads_each_column_once(tables: dict[str, FactTable]) -> None:
    sign = {"column": "b", "negative": {"column": "s", "codes": ["O"]}, "positive": {"column": "s", "codes": ["I"]}}
    plan = make_plan(
        tables,
        mapping("balances", {"account": "a", "balance": sign}, shape="snapshot", only={"a": "x", "t": "y"}),
        BANK,
        date(2026, 9, 5),
    )
    assert plan.constants == {"day": date(2026, 9, 5)}
    assert plan.source_columns == ["a", "b", "s", "t"]
