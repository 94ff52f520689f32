"""clients/typescript builds, strictly typed, and its committed manifest is what its documents say."""

import hashlib
import json
from pathlib import Path

from tests.clients.workspace import MANIFEST, run


def test_every_trusted_document_stands_under_its_hash() -> None:
    documents = json.loads(MANIFEST.read_text(encoding="utf-8"))
    assert len(documents) > 15
    assert {hashlib.sha256(text.encode()).hexdigest(): text for text in documents.values()} == documents


def test_the_package_builds_and_its_manifest_is_current(package: Path) -> None:
    assert (package / "dist" / "index.d.ts").exists()


def test_a_program_that_uses_it_is_typed_strictly(package: Path) -> None:
    done = run(package, "npx", "tsc", "--project", "../../tests/clients/typed")
    assert done.returncode == 0, done.stdout


def test_a_mistake_in_such_a_program_is_found(package: Path) -> None:
    done = run(package, "npx", "tsc", "--project", "../../tests/clients/typed/mistaken")
    found = sorted(line.split(": ")[1] for line in done.stdout.splitlines() if ": error TS" in line)
    assert found == ["error TS2322", "error TS2339", "error TS2741"], done.stdout
