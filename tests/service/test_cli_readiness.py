"""`meritgraph setting`, `ready` and `entry`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
ENTRY = """fact: ledger_totals
day: 2026-08-31
reason: The ledger's file holds no interbank total
rows:
  - {day: 2026-08-31, kind: deposit, category: interbank, balance: "7.00"}
"""


@pytest.fixture
def bank(cli: Command, new_bank: Callable[[], str]) -> str:
    """A bank with a steward and an approver beside its administrator."""
    code = new_bank()
    for person, role in (("steward", "data_steward"), ("second", "approver")):
        assert cli("person", "add", person, "--bank", code, "--as", "root").exit == 0
        done = cli("person", "grant", person, role, "--bank", code, "--as", "root")
        assert done.exit == 0, done.err
    return code


def settings(cli: Command, bank: str) -> dict[str, str]:
    return {row["name"]: row["value"] for row in cli("setting", "list", "--bank", bank, "--json").json}


def test_settings_are_set_and_reset(cli: Command, bank: str) -> None:
    standard = settings(cli, bank)
    assert cli("setting", "set", "late", "tell", "--bank", bank, "--as", "root").out == "late is tell\n"
    assert cli("setting", "set", "ledger_tolerance", "0.05", "--bank", bank, "--as", "root").exit == 0
    assert settings(cli, bank) == standard | {"late": "tell", "ledger_tolerance": "0.05"}
    assert cli("setting", "reset", "late", "--bank", bank, "--as", "root").out == "late is stop again\n"
    assert settings(cli, bank) == standard | {"ledger_tolerance": "0.05"}


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("set", "late", "sometimes", "--as", "root"), 2, "SETTING_INVALID"),
        (("set", "colour", "red", "--as", "root"), 2, "SETTING_INVALID"),
        (("reset", "colour", "--as", "root"), 2, "SETTING_INVALID"),
        (("set", "late", "tell", "--as", "steward"), 5, "FORBIDDEN"),
        (("set", "late", "tell", "--as", "stranger"), 5, "PERSON_UNKNOWN"),
    ],
)
def test_a_setting_that_cannot_be_changes_nothing(
    cli: Command, bank: str, words: tuple[str, ...], exit_code: int, code: str
) -> None:
    before = settings(cli, bank)
    done = cli("setting", *words, "--bank", bank)
    assert (done.exit, f"[{code}]" in done.err, done.err.count("\n")) == (exit_code, True, 1)
    assert settings(cli, bank) == before


def test_an_entry_by_hand_stops_the_period_until_it_is_reversed(cli: Command, bank: str, tmp_path: Path) -> None:
    file = tmp_path / "entry.yaml"
    file.write_text(ENTRY)
    where = ("--bank", bank)
    assert cli("ready", *where, "--period", "2026-08").out == "2026-08 is ready; 0 days with ledger totals.\n"
    made = cli("entry", "make", file, *where, "--as", "steward", "--json")
    assert made.exit == 0, made.err
    [row] = cli("entry", "list", *where, "--json").json
    assert made.json == {"number": row["number"], "status": row["status"]}
    number = str(row["number"])
    alone = cli("entry", "approve", number, *where, "--as", "steward")
    assert (alone.exit, "[FOUR_EYES]" in alone.err) == (5, True)
    assert cli("entry", "approve", number, *where, "--as", "second").exit == 0
    stopped = cli("ready", *where, "--period", "2026-08", "--json")
    assert (stopped.exit, stopped.json["stops"]) == (1, ["out_of_balance"])
    assert stopped.json["differences"] == [
        {
            "day": "2026-08-31",
            "kind": "deposit",
            "category": "interbank",
            "ledger": "7.00",
            "balances": None,
            "difference": "-7.00",
        }
    ]
    told = cli("ready", *where, "--period", "2026-08")
    assert (told.exit, "1 ledger total is out of balance" in told.out) == (1, True)
    assert cli("entry", "reverse", number, "--reason", "It is there after all", *where, "--as", "steward").exit == 0
    back = str(max(one["number"] for one in cli("entry", "list", *where, "--json").json))
    assert cli("entry", "approve", back, *where, "--as", "second").exit == 0
    assert cli("ready", *where, "--period", "2026-08").exit == 0


def test_entries_are_refused_and_withdrawn(cli: Command, bank: str, tmp_path: Path) -> None:
    file = tmp_path / "entry.yaml"
    file.write_text(ENTRY)
    where = ("--bank", bank)
    for _ in range(2):
        assert cli("entry", "make", file, *where, "--as", "steward").exit == 0
    two, one = (str(row["number"]) for row in cli("entry", "list", *where, "--json").json)
    assert cli("entry", "refuse", one, "--reason", "No", *where, "--as", "second").out == f"entry {one} is refused\n"
    assert cli("entry", "withdraw", two, *where, "--as", "steward").out == f"entry {two} is withdrawn\n"
    again = cli("entry", "approve", one, *where, "--as", "second")
    assert (again.exit, "[ENTRY_DECIDED]" in again.err) == (6, True)
    assert "withdrawn" in cli("entry", "list", *where).out


@pytest.mark.parametrize(
    ("text", "exit_code", "code"),
    [
        ("fact: fees\n", 2, "ENTRY_INVALID"),
        ("fact: [\n", 2, "FILE_UNREADABLE"),
        (ENTRY.replace("interbank,", "private,"), 3, "ENTRY_REFUSED"),
        (ENTRY.replace('"7.00"', '"7.005"'), 3, "ENTRY_REFUSED"),
    ],
)
def test_a_file_that_is_no_entry_is_refused_in_one_line(
    cli: Command, bank: str, tmp_path: Path, text: str, exit_code: int, code: str
) -> None:
    file = tmp_path / "entry.yaml"
    file.write_text(text)
    done = cli("entry", "make", file, "--bank", bank, "--as", "steward")
    assert (done.exit, f"[{code}]" in done.err, done.err.count("\n")) == (exit_code, True, 1), done.err
    assert cli("entry", "list", "--bank", bank, "--json").json == []


def test_a_period_that_has_not_begun_is_not_ready(cli: Command, bank: str) -> None:
    done = cli("ready", "--bank", bank, "--period", "2096-Q1")
    assert (done.exit, done.out, "[PERIOD_IN_FUTURE]" in done.err) == (2, "", True)
