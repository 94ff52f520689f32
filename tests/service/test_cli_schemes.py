"""`meritgraph scheme` and `import`: what a bank's people hand in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
Command = Callable[..., Any]

ACCOUNTS = "fact: accounts\ncolumns: {account: account, customer: customer, kind: kind, category: category}\n"
SCHEME = """
code: half_sheet
labels: {en: Half a sheet, zh: 半张表}
base_total: "100"
sections:
  - code: deposits
    labels: {en: Deposits, zh: 存款}
    lines:
      - {indicator: deposits.daily_average, base: "%s", rule: %s}
"""


def test_a_scheme_is_saved_by_one_and_approved_by_another(cli: Command, demo: Any, tmp_path: Path) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text(SCHEME % ("100", "points_proportional"), encoding="utf-8")
    saved = cli("scheme", "save", file, "--bank", "harbour", "--as", "designer")
    assert (saved.exit, saved.out) == (0, "saved as version 1, a draft; submit it for approval\n"), saved.err
    approve = ("scheme", "approve", "half_sheet", "--version", "1", "--bank", "harbour", "--as")
    early = cli(*approve, "approver")
    assert (early.exit, "[SCHEME_NOT_SUBMITTED]" in early.err) == (6, True)
    assert cli("scheme", "submit", "half_sheet", "--version", "1", "--bank", "harbour", "--as", "designer").exit == 0
    assert cli(*approve, "approver").exit == 0
    again = cli(*approve, "approver")
    assert (again.exit, "[SCHEME_ALREADY_APPROVED]" in again.err) == (6, True)
    shown = cli("scheme", "show", "half_sheet", "--bank", "harbour", "--json").json
    assert shown["sections"][0]["lines"][0]["parameters"] == {"cap_multiple": "2"}
    assert "半张表" in cli("scheme", "show", "half_sheet", "--bank", "harbour").out


def test_a_preset_is_shown_and_saved_under_a_code_of_one_s_own(cli: Command, demo: Any, tmp_path: Path) -> None:
    listed = cli("scheme", "preset", "list", "--json").json
    assert [(row["code"], row["label_zh"]) for row in listed] == [
        ("city_bank_100", "城商行百分制考核办法"),
        ("contribution_1000", "效益贡献型千分制考核办法"),
    ]
    shown = cli("scheme", "preset", "show", "contribution_1000")
    file = tmp_path / "mine.yaml"
    file.write_text(shown.out.replace("role: deposit_stock, ", ""), encoding="utf-8")
    saved = cli(
        *("scheme", "preset", "save", "contribution_1000", "--bank", "north", "--as", "designer"),
        *("--code", "by_preset", "--pool", "100000.50", "--submit"),
    )
    assert saved.exit == 0, saved.err
    assert saved.out == "saved as version 1, and submitted; a second person approves it\n"
    assert saved.err == ""
    body = cli("scheme", "show", "by_preset", "--bank", "north", "--json").json
    assert (body["code"], body["pay"]) == ("by_preset", {"pool": "100000.5", "rule": "pool_by_grade"})
    advised = cli("scheme", "save", file, "--bank", "north", "--as", "designer")
    assert advised.exit == 0
    assert "[WEIGHTS_NOT_100]" in advised.err
    missing = cli("scheme", "preset", "show", "city_bank_99")
    assert (missing.exit, "[NOT_FOUND]" in missing.err) == (4, True)


def test_a_scheme_with_faults_is_refused_with_all_of_them(cli: Command, demo: Any, tmp_path: Path) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text(SCHEME % ("90", "guesswork"), encoding="utf-8")
    done = cli("scheme", "save", file, "--bank", "harbour", "--as", "designer")
    assert done.exit == 2
    assert "[WEIGHTS_NOT_BASE_TOTAL]" in done.err
    assert "[RULE_UNKNOWN]" in done.err


@pytest.mark.parametrize(
    "content", [b"a: [", b"\xff\xfe\x00", b"a: b: c", b"? [a]\n: b", b"a: &a {b: *a}", b"a: 1\na: 2"]
)
def test_a_scheme_file_that_is_no_yaml_is_refused(cli: Command, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_bytes(content)
    done = cli("scheme", "save", file, "--bank", "harbour", "--as", "designer")
    assert (done.exit, "[FILE_UNREADABLE]" in done.err) == (2, True)


def test_a_missing_file_is_told_before_anything_is_opened(cli: Command) -> None:
    done = cli("scheme", "save", "/nowhere/scheme.yaml", "--bank", "harbour", "--as", "designer")
    assert done.exit == 2
    assert "does not exist" in done.err


def test_a_missing_version_is_not_found(cli: Command, demo: Any) -> None:
    assert cli("scheme", "show", "quarterly", "--version", "99", "--bank", "north").exit == 4
    assert cli("scheme", "approve", "quarterly", "--version", "99", "--bank", "north", "--as", "approver").exit == 4


def deliver(cli: Command, folder: Path, text: str, *more: str, mapping: str = ACCOUNTS, person: str = "steward") -> Any:
    (folder / "accounts.csv").write_text(text, encoding="utf-8")
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return cli(
        *("import", folder / "accounts.csv", "--bank", "harbour", "--mapping", folder / "mapping.yaml"),
        *("--day", "2026-07-31", "--as", person, *more),
    )


def deliveries(cli: Command) -> int:
    return int(cli("bank", "show", "harbour", "--json").json[0]["deliveries"])


HEADER = "account,customer,kind,category\n"


def test_a_delivery_is_imported_and_the_same_again_changes_nothing(cli: Command, demo: Any, tmp_path: Path) -> None:
    before = deliveries(cli)
    dry = deliver(cli, tmp_path, HEADER + "A1,C000001,deposit,savings\n", "--dry-run", "--json")
    assert (dry.exit, dry.json["status"], deliveries(cli)) == (0, "dry_run", before), dry.err
    done = deliver(cli, tmp_path, HEADER + "A1,C000001,deposit,savings\n", "--json")
    assert (done.json["status"], done.json["rows"], deliveries(cli)) == ("accepted", 1, before + 1)
    again = deliver(cli, tmp_path, HEADER + "A1,C000001,deposit,savings\n", "--json")
    assert (again.json["status"], deliveries(cli)) == ("unchanged", before + 1)


def test_a_faulty_file_is_refused_with_its_findings(cli: Command, demo: Any, tmp_path: Path) -> None:
    before = deliveries(cli)
    done = deliver(cli, tmp_path, HEADER + "A1,C999999,deposit,savings\nA2,C000001,piggy,savings\n")
    assert (done.exit, deliveries(cli)) == (3, before)
    assert "[FILE_REFUSED]" in done.err
    assert "C999999" in done.err
    assert "piggy" in done.err


def test_a_finding_says_where_in_the_banks_own_file_it_is(cli: Command, demo: Any, tmp_path: Path) -> None:
    mapping = (
        "fact: fees\ncsv: {skip: 1}\ncurrency: CNY\n"
        "columns: {fee: 流水号, customer: 客户号, day: booked, kind: 种类, amount: 金额}\n"
    )
    rows = ["流水号,客户号,booked,种类,金额", "F1,C000001,2026-13-01,card,1.00", "F2,C000001,2026-07-31,card,abc"]
    text = "\n".join(["fees of January", *rows, "F2,C000001,2026-07-31,card,3.00"]) + "\n"
    done = deliver(cli, tmp_path, text, mapping=mapping)
    assert done.exit == 3
    assert done.err.splitlines() == [
        "error: accounts.csv was refused: DATE_INVALID × 1, DUPLICATE_KEY × 1, NUMBER_INVALID × 1. [FILE_REFUSED]",
        "  row 1 (line 3), column \"booked\": Booked on: '2026-13-01' is not a date from 1900 to 9998 "
        "in the mapping's format. [DATE_INVALID]",
        "  row 2 (line 4), column \"金额\": Amount: 'abc' is not a number. [NUMBER_INVALID]",
        "  row 3 (line 5): F2 was there before: row 2. [DUPLICATE_KEY]",
    ]


def test_a_finding_about_the_whole_file_names_no_row(cli: Command, demo: Any, tmp_path: Path) -> None:
    done = deliver(cli, tmp_path, "account,customer,category\nA1,C000001,savings\n")
    assert done.exit == 3
    assert done.err.splitlines()[1] == "  The file has no column 'kind'. [COLUMN_MISSING]"


def test_a_wrong_mapping_is_refused_before_the_file_is_read(cli: Command, demo: Any, tmp_path: Path) -> None:
    done = deliver(cli, tmp_path, HEADER, mapping="fact: horoscopes\ncolumns: {a: b}\n")
    assert (done.exit, "[MAPPING_INVALID]" in done.err) == (2, True)


def test_who_may_not_import_imports_nothing(cli: Command, demo: Any, tmp_path: Path) -> None:
    before = deliveries(cli)
    done = deliver(cli, tmp_path, HEADER + "A9,C000001,deposit,savings\n", person="auditor")
    assert (done.exit, "[FORBIDDEN]" in done.err, deliveries(cli)) == (5, True, before)
