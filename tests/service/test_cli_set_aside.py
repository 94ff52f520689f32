"""`meritgraph import` with terms, and `set-aside`: rows left out, fetched, corrected, brought again."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

MAPPING = "fact: fees\ncurrency: CNY\ncolumns: {fee: fee, customer: customer, day: day, kind: kind, amount: amount}\n"
HEADER = "fee,customer,day,kind,amount\n"
GOOD = "".join(f"S{n},C000001,2026-02-28,card,1.00\n" for n in range(30))


def bring(cli: Command, file: Path, *more: str, day: str = "2026-02-28") -> Any:
    mapping = file.parent / "mapping.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    given = (
        "--bank",
        "harbour",
        "--mapping",
        mapping,
        "--day",
        day,
        "--as",
        "steward",
        "--json",
        "--correction",
        "late",
    )
    return cli("import", file, *given, *more)


def test_rows_set_aside_are_fetched_corrected_and_brought_again(cli: Command, demo: Any, tmp_path: Path) -> None:
    file, rows = tmp_path / "fees.csv", tmp_path / "rows.csv"
    file.write_text(HEADER + GOOD + "S99,C000001,2026-02-28,card,=4\n", encoding="utf-8")
    assert bring(cli, file, "--refuse").exit == 3
    first = bring(cli, file, "--set-aside", "--control", "rows=31", "--control", "amount=30.00")
    assert (first.exit, first.json["status"], first.json["set_aside"]) == (0, "accepted", 1), first.err
    number = str(first.json["delivery"])
    fetch = ("set-aside", number, "--bank", "harbour", "--as")
    assert cli(*fetch, "designer").exit == 5
    done = cli(*fetch, "steward", "--to", rows)
    assert (done.exit, done.err) == (0, "")
    again = cli(*fetch, "steward", "--to", rows)
    assert (again.exit, "[FILE_UNWRITABLE]" in again.err) == (2, True), "no file is written over"
    assert f"{rows} is there already: choose another name." in again.err
    assert "S99,C000001,2026-02-28,card,'=4,NUMBER_INVALID" in cli(*fetch, "steward").out
    with rows.open(encoding="utf-8-sig", newline="") as kept:
        _, row = csv.reader(kept)
    assert row[:6] == ["S99", "C000001", "2026-02-28", "card", "'=4", "NUMBER_INVALID"]
    rows.write_text(rows.read_text(encoding="utf-8").replace("'=4", "4"), encoding="utf-8")
    whole = bring(cli, rows, "--completes", number)
    assert (whole.exit, whole.json["rows"], whole.json["supersedes"]) == (0, 31, int(number)), whole.err
    late = bring(cli, rows, "--completes", number, day="2026-02-27")
    assert (late.exit, "NOT_COMPLETABLE" in late.err + late.out) == (6, True)


def test_a_delivery_without_rows_set_aside_has_no_such_file(cli: Command, demo: Any) -> None:
    for number in ("1", "999999"):
        done = cli("set-aside", number, "--bank", "harbour", "--as", "steward")
        assert (done.exit, "[NOT_FOUND]" in done.err) == (4, True)


@pytest.mark.parametrize(
    "given", [["rows"], ["rows=x"], ["rows=1.5"], ["rows=-1"], ["rows=1", "rows=1"], ["amount=1e3"], ["day=1"]]
)
def test_a_control_total_that_says_nothing_is_refused(
    given: list[str], cli: Command, demo: Any, tmp_path: Path
) -> None:
    file = tmp_path / "fees.csv"
    file.write_text(HEADER + "T1,C000001,2026-02-26,card,1\n", encoding="utf-8")
    done = bring(cli, file, *(word for one in given for word in ("--control", one)), day="2026-02-26")
    assert (done.exit, "CONTROL_INVALID" in done.err + done.out) == (2, True)


def test_totals_that_do_not_match_refuse_the_file(cli: Command, demo: Any, tmp_path: Path) -> None:
    file = tmp_path / "fees.csv"
    file.write_text(HEADER + "T1,C000001,2026-02-26,card,1\n", encoding="utf-8")
    done = bring(cli, file, "--control", "rows=2", "--dry-run", day="2026-02-26")
    assert (done.exit, done.json["counts"]) == (3, {"CONTROL_ROWS": 1})
