"""`meritgraph feed` and `meritgraph inbox`, as a data steward uses them."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from service.settings import Settings
from tests.service.conftest import Command

FEED = {
    "feed": "clients",
    "labels": {"en": "Clients", "zh": "客户"},
    "files": "clients_{day}.csv",
    "since": "2024-01-01",
    "mapping": {"fact": "customers", "columns": {"customer": "customer", "kind": "kind"}},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "feed.yaml"
    path.write_text(yaml.safe_dump(FEED, allow_unicode=True))
    return path


@pytest.fixture
def bank(cli: Command, new_bank: Callable[[], str]) -> str:
    """A bank with a steward and an assessor."""
    code = new_bank()
    for person, role in (("steward", "data_steward"), ("assessor", "assessor")):
        for verb in (("add", person), ("grant", person, role)):
            done = cli("person", *verb, "--bank", code, "--as", "root")
            assert done.exit == 0, done.err
    return code


def test_a_feed_goes_through_its_life(cli: Command, bank: str, file: Path) -> None:
    assert cli("feed", "save", file, "--bank", bank, "--as", "steward").exit == 0
    assert [row["feed"] for row in cli("feed", "list", "--bank", bank, "--json").json if row["feed"] == "clients"]
    shown = cli("feed", "show", "clients", "--bank", bank)
    assert yaml.safe_load(shown.out)["mapping"] == FEED["mapping"]
    file.write_text(shown.out)
    assert cli("feed", "save", file, "--bank", bank, "--as", "steward").exit == 0
    assert cli("feed", "remove", "clients", "--bank", bank, "--as", "steward").exit == 0
    assert cli("feed", "show", "clients", "--bank", bank).exit == 4


def test_who_may_not_save_feeds_or_take_files_is_told_so(cli: Command, bank: str, file: Path) -> None:
    assert cli("feed", "save", file, "--bank", bank, "--as", "assessor").exit == 5
    assert cli("inbox", "scan", "--bank", bank, "--as", "assessor").exit == 5
    assert "clients" not in cli("feed", "list", "--bank", bank).out


def test_a_scan_takes_in_what_lies_there(cli: Command, bank: str, settings: Settings) -> None:
    folder = settings.inbox_folder / bank
    assert cli("inbox", "list", "--bank", bank, "--json").json == []
    (folder / "stray.csv").write_text("a,b\n1,2\n")
    looked = cli("inbox", "scan", "--bank", bank, "--as", "steward", "--dry-run", "--json").json
    assert [(row["name"], row["feed"]) for row in looked] == [("stray.csv", None)]
    assert looked[0]["refusal"].startswith("No feed's pattern fits")
    assert (folder / "stray.csv").exists()
    [taken] = cli("inbox", "scan", "--bank", bank, "--as", "steward", "--json").json
    assert (taken["name"], taken["status"], taken["delivery"]) == ("stray.csv", "refused", None)
    assert not (folder / "stray.csv").exists()
    assert taken in cli("inbox", "list", "--bank", bank, "--arrived", "--json").json
