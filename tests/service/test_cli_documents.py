"""`meritgraph documents`: a release's documents in, and out again."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[..., Any]

MINE = "query Mine { me { code } }"
BY = ("--bank", "north", "--as", "admin")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def manifest(folder: Path, *texts: str) -> Path:
    file = folder / "persisted-documents.json"
    file.write_text(json.dumps({sha256(text): text for text in texts}), encoding="utf-8")
    return file


def test_documents_are_added_listed_and_removed(cli: Command, demo: Any, tmp_path: Path) -> None:
    file = manifest(tmp_path, MINE, "query Roles { me { roles } }")
    dry = cli("documents", "add", file, *BY, "--dry-run")
    assert (dry.exit, dry.out) == (0, "2 documents would be registered, 0 were registered already\n"), dry.err
    assert cli("documents", "list", "--bank", "north", "--json").json == []
    assert cli("documents", "add", file, *BY).out == "2 documents registered, 0 were registered already\n"
    assert cli("documents", "add", file, *BY, "--json").json == {"registered": [], "known": 2, "dry_run": False}
    listed = cli("documents", "list", "--bank", "north", "--json").json
    assert [(row["name"], row["registered_by"]) for row in listed] == [
        ("Mine", "admin"),
        ("Roles", "admin"),
    ]
    assert cli("documents", "list", "--bank", "harbour", "--json").json == []
    for row in listed:
        assert cli("documents", "remove", row["sha256"], *BY).exit == 0
    gone = cli("documents", "remove", sha256(MINE), *BY)
    assert (gone.exit, "[NOT_FOUND]" in gone.err) == (4, True)


def test_a_release_with_one_bad_document_is_refused_whole(cli: Command, demo: Any, tmp_path: Path) -> None:
    refused = cli("documents", "add", manifest(tmp_path, MINE, "query Bad { mee { code } }"), *BY)
    assert (refused.exit, "[DOCUMENT_INVALID]" in refused.err, "Bad: Cannot query field" in refused.err) == (
        2,
        True,
        True,
    )
    assert "Did you mean" not in refused.err
    assert cli("documents", "list", "--bank", "north", "--json").json == []
    file = tmp_path / "md5.json"
    file.write_text(json.dumps({"0" * 32: MINE}), encoding="utf-8")
    assert "have your tool hash with sha256" in cli("documents", "add", file, *BY).err


def test_only_who_may_register_registers(cli: Command, demo: Any, tmp_path: Path) -> None:
    refused = cli("documents", "add", manifest(tmp_path, MINE), "--bank", "north", "--as", "auditor")
    assert (refused.exit, "document:register" in refused.err) == (5, True)
    assert cli("documents", "list", "--bank", "north", "--json").json == []


def test_limits_are_read_from_the_environment_and_a_wrong_one_is_told(cli: Command) -> None:
    wrong = cli("bank", "list", env={"MERITGRAPH_LIMITS": '{"roles": {"boss": {"cost": 1}}}'})
    assert (wrong.exit, "[SETTINGS_INVALID]" in wrong.err, "there is no role 'boss'" in wrong.err) == (2, True, True)
    right = cli("bank", "list", env={"MERITGRAPH_LIMITS": '{"cost": 5, "banks": {"north": {"cost": 7}}}'})
    assert right.exit == 0, right.err
