"""The fact store: one folder per bank of files that never change, named by the SHA-256 of their bytes.

No name here comes from input: a bank's code is checked, a file's name is computed.
"""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from core.errors import InputError

_CODE = re.compile(r"[a-z0-9_-]{1,64}")
_SHA = re.compile(r"[0-9a-f]{64}")
_WORK = "work-"
KINDS = (".parquet", ".csv")
"""What is kept: facts, and rows that were set aside."""


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, by which the store names it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class FactStore:
    """Files of all banks under one root on one disk."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        if re.search(r"[*?\[\]{}]", str(self.root)):  # engines would take the path for a pattern
            raise InputError(f"{self.root} holds one of *?[]{{}}: choose another folder.", code="STORE_INVALID")

    def folder(self, bank: str) -> Path:
        """The bank's folder, made if missing. InputError BANK_INVALID for a code that could be a path."""
        if _CODE.fullmatch(bank) is None:
            raise InputError(f"{bank[:40]!r} is not a bank's code: use a-z, 0-9, _ and -.", code="BANK_INVALID")
        folder = self.root / bank
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def path(self, bank: str, sha256: str, kind: str = ".parquet") -> Path:
        """Where the file of that hash stands; it need not be there. `kind`: one of KINDS."""
        if _SHA.fullmatch(sha256) is None:
            raise InputError("A fact file is named by 64 hexadecimal digits.", code="FILE_INVALID")
        assert kind in KINDS
        return self.folder(bank) / f"{sha256}{kind}"

    @contextmanager
    def workspace(self, bank: str) -> Iterator[Path]:
        """A folder for half-made files on the same disk, gone at the end; a crash's is swept later."""
        folder = Path(tempfile.mkdtemp(prefix=_WORK, dir=self.folder(bank)))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, bank: str, temporary: Path, kind: str = ".parquet") -> tuple[str, int]:
        """Move a finished file in, durably and at once; its hash and size in bytes. Same bytes, same file."""
        with temporary.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
            os.fsync(file.fileno())
        os.utime(temporary)
        with self._locked(bank) as folder:
            # Also over a file that is there: its fresh time keeps a sweep from deleting what is about to be named.
            temporary.replace(self.path(bank, sha256, kind))
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return sha256, size

    def sweep(self, bank: str, named: set[str], older_than: timedelta) -> int:
        """Delete files no row names and work folders left behind, both untouched for `older_than`; how many."""
        before, swept = time.time() - older_than.total_seconds(), 0
        with self._locked(bank) as folder:
            for path in folder.iterdir():
                if path.stat(follow_symlinks=False).st_mtime >= before:
                    continue
                if path.is_dir() and path.name.startswith(_WORK):
                    shutil.rmtree(path, ignore_errors=True)
                    swept += 1
                elif path.suffix in KINDS and _SHA.fullmatch(path.stem) and path.stem not in named:
                    path.unlink(missing_ok=True)
                    swept += 1
        return swept

    @contextmanager
    def _locked(self, bank: str) -> Iterator[Path]:
        folder = self.folder(bank)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(handle)
