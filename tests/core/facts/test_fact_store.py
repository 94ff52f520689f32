"""Files named by their content, in folders nobody outside can name."""

import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import InputError
from core.facts.store import FactStore

DAY = timedelta(days=1)


def keep(store: FactStore, content: bytes, bank: str = "b1") -> str:
    """Keep these bytes; the name they got."""
    with store.workspace(bank) as folder:
        (folder / "x").write_bytes(content)
        return store.keep(bank, folder / "x")[0]


def age(path: Path) -> None:
    """Make a file two days old."""
    os.utime(path, (time.time() - 2 * 86_400,) * 2)


def test_a_file_is_named_by_its_bytes(store: FactStore) -> None:
    name = keep(store, b"rows")
    assert name == hashlib.sha256(b"rows").hexdigest()
    assert store.path("b1", name).read_bytes() == b"rows"
    assert keep(store, b"rows") == name
    assert sorted(path.name for path in store.folder("b1").iterdir()) == sorted([".lock", f"{name}.parquet"])


@pytest.mark.parametrize("code", ["", "..", "a/b", "A", "a.b", "é", "a\n", "x" * 65, "a b"])
def test_a_bank_code_that_could_be_a_path_is_refused(store: FactStore, code: str) -> None:
    with pytest.raises(InputError) as caught:
        store.folder(code)
    assert caught.value.code == "BANK_INVALID"
    assert not store.root.exists()


@pytest.mark.parametrize("name", ["", "../x", "a" * 63, "g" * 64, "A" * 64, "a" * 64 + "\n"])
def test_a_name_that_is_no_hash_is_refused(store: FactStore, name: str) -> None:
    with pytest.raises(InputError) as caught:
        store.path("b1", name)
    assert caught.value.code == "FILE_INVALID"


def test_a_root_that_engines_take_for_a_pattern_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        FactStore(tmp_path / "a[b]")
    assert caught.value.code == "STORE_INVALID"


def test_a_sweep_takes_what_is_old_and_unnamed_only(store: FactStore) -> None:
    named, old, fresh, other = (
        keep(store, b"named"),
        keep(store, b"old"),
        keep(store, b"fresh"),
        keep(store, b"o", "b2"),
    )
    left_behind = store.folder("b1") / "work-crashed"
    left_behind.mkdir()
    (left_behind / "half.parquet").write_bytes(b"half")
    note = store.folder("b1") / "note.txt"
    note.write_text("not ours")
    for path in (store.path("b1", named), store.path("b1", old), store.path("b2", other), left_behind, note):
        age(path)
    assert store.sweep("b1", {named}, DAY) == 2
    assert sorted(path.name for path in store.folder("b1").iterdir()) == sorted(
        [".lock", f"{named}.parquet", f"{fresh}.parquet", "note.txt"]
    )
    assert store.path("b2", other).exists()


def test_a_file_of_rows_set_aside_is_kept_and_swept_like_any(store: FactStore) -> None:
    with store.workspace("b1") as folder:
        for text in ("named", "nameless"):
            (folder / text).write_text(text)
        named, nameless = (store.keep("b1", folder / text, ".csv")[0] for text in ("named", "nameless"))
    for name in (named, nameless):
        age(store.path("b1", name, ".csv"))
    assert store.sweep("b1", {named}, DAY) == 1
    assert sorted(path.name for path in store.folder("b1").iterdir()) == [".lock", f"{named}.csv"]


def test_a_file_kept_again_is_young_again(store: FactStore) -> None:
    name = keep(store, b"rows")
    age(store.path("b1", name))
    keep(store, b"rows")
    assert store.sweep("b1", set(), DAY) == 0
    assert store.path("b1", name).exists()


def test_a_workspace_is_gone_afterwards_whatever_happened(store: FactStore) -> None:
    with pytest.raises(RuntimeError), store.workspace("b1") as folder:
        (folder / "half").write_bytes(b"half")
        raise RuntimeError
    assert list(store.folder("b1").iterdir()) == []
