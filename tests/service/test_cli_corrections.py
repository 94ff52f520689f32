"""`meritgraph import --correction` and `meritgraph runs affected`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
MAPPING = "{fact: balances, shape: snapshot, currency: CNY, columns: {account: account, balance: balance}}"


@pytest.fixture
def steward(cli: Command, new_bank: Callable[[], str]) -> str:
    """A bank with a data steward; its code."""
    bank = new_bank()
    for words in (("person", "add", "steward"), ("person", "grant", "steward", "data_steward")):
        done = cli(*words, "--bank", bank, "--as", "root")
        assert done.exit == 0, done.err
    return bank


def test_an_empty_list_is_taken_for_a_reason_that_says_what_it_takes_away(
    cli: Command, steward: str, tmp_path: Path
) -> None:
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "empty.csv").write_text("account,balance\n")
    file = ("import", tmp_path / "empty.csv", "--bank", steward, "--mapping", tmp_path / "mapping.yaml")
    words = (*file, "--day", "2026-09-05", "--as", "steward")
    refused = cli(*words)
    assert (refused.exit, "FILE_EMPTY" in refused.err) == (3, True)
    assert refused.out == "0 balances would become zero.\n"
    looked = cli(*words, "--correction", "核心系统当日无余额", "--dry-run")
    assert (looked.exit, looked.out.splitlines()[-1]) == (0, "0 balances would become zero.")
    taken = cli(*words, "--correction", "核心系统当日无余额", "--json").json
    assert (taken["status"], taken["zeroes"], taken["affected"]) == ("accepted", 0, [])


def test_who_may_not_correct_corrects_nothing(cli: Command, steward: str, tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "empty.csv").write_text("account,balance\n")
    words = ("import", tmp_path / "empty.csv", "--bank", steward, "--mapping", tmp_path / "mapping.yaml")
    done = cli(*words, "--day", "2026-09-05", "--as", "root", "--correction", "why not")
    assert (done.exit, "[FORBIDDEN]" in done.err) == (5, True)


def test_a_bank_without_runs_has_none_affected(cli: Command, steward: str) -> None:
    assert cli("runs", "affected", "--bank", steward, "--json").json == []
    nowhere = cli("runs", "affected", "--bank", "nowhere")
    assert nowhere.exit == 4
