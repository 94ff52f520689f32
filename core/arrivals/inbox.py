"""The inbox folder (收件目录): one folder per bank, in which nothing is ever followed that leads out of it.

    <root>/<bank>/              senders write here
    <root>/<bank>/done/         what was taken in, with a report beside each file
    <root>/<bank>/refused/      what was not, likewise
    <root>/.taken/<bank>/       ours alone: a folder for each arrival that is being worked on
    <root>/.uploads/<bank>/     ours alone: uploads on their way

Every step goes through folder handles with O_NOFOLLOW, and a file moves by rename: it is in one place, whoever dies.
"""

import errno
import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.arrivals.names import LONGEST, control_names, is_control, is_partial, plain
from core.errors import Conflict, InputError, NotFound

DONE, REFUSED = "done", "refused"
KEPT_UPLOAD_SECONDS = 86_400.0
_NO_LINKS = "links are never followed: send the file itself."
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True)
class Entry:
    """Something that lies in a bank's folder. `fault`: why it is not a file to be read; empty: it is one.

    `state` tells two looks apart: inode, size and time of change.
    """

    name: str
    bytes: int
    state: tuple[int, int, int]
    fault: str = ""


class Inbox:
    """The inboxes of all banks under one root on one disk."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def look(self, bank: str, most: int = 1_000) -> list[Entry]:
        """What lies in the bank's folder now, by name; without half-written files (.part, .tmp, dotfiles) and controls.

        A control file is told only through the file it belongs to.
        """
        found: list[Entry] = []
        with self._bank(bank) as folder:
            for name in sorted(os.listdir(folder)):
                if name in (DONE, REFUSED) or is_partial(name) or is_control(name):
                    continue
                with suppress(FileNotFoundError):
                    found.append(_entry(folder, name))
                if len(found) >= most:
                    break
        return found

    def entry(self, bank: str, name: str) -> Entry:
        """One thing in the bank's folder by its name; NotFound for whatever is not a name of something in it."""
        if name in (DONE, REFUSED, "") or is_partial(name) or is_control(name) or "/" in name or "\0" in name:
            raise NotFound("There is no such file in the inbox.")
        with self._bank(bank) as folder:
            try:
                return _entry(folder, name)
            except (OSError, ValueError):
                raise NotFound("There is no such file in the inbox.") from None

    def control(self, bank: str, name: str) -> bytes | None:
        """The control file that lies beside a file, None without one. InputError CONTROL_INVALID if it is no file."""
        with self._bank(bank) as folder:
            for control in control_names(name):
                with suppress(FileNotFoundError):
                    return _small(folder, control)
        return None

    def take(self, bank: str, name: str, slot: str) -> None:
        """Move a file, and its control file, out of the senders' reach. NotFound if somebody else took it."""
        with self._bank(bank) as source, self._private(".taken", bank, slot) as target:
            try:
                _move(source, name, target, name)
            except FileNotFoundError:
                raise NotFound("There is no such file in the inbox.") from None
            for control in control_names(name):
                with suppress(FileNotFoundError):
                    _move(source, control, target, control)

    def copy(self, bank: str, name: str, slot: str) -> None:
        """As `take`, of a copy: the file itself stays. InputError FILE_UNREADABLE for what is no plain file."""
        with self._bank(bank) as source, self._private(".taken", bank, slot) as target:
            handle = _opened(source, name)
            with os.fdopen(handle, "rb") as file, _created(target, name) as copy:
                shutil.copyfileobj(file, copy, 1 << 20)

    def upload_path(self, bank: str, token: str) -> Path:
        """Where an upload is written."""
        with self._private(".uploads", bank):
            return self.root / ".uploads" / bank / token

    def take_upload(self, bank: str, token: str, name: str, slot: str) -> None:
        """Move an upload to the files being worked on, under the name it came with."""
        with self._private(".uploads", bank) as source, self._private(".taken", bank, slot) as target:
            try:
                _move(source, token, target, name)
            except FileNotFoundError:
                raise NotFound("There is no such upload.") from None

    def taken(self, bank: str, slot: str, name: str) -> Path:
        """Where a taken file stands. InputError FILE_UNREADABLE unless it is a plain file with one name."""
        with self._private(".taken", bank, slot) as folder:
            try:
                os.close(_opened(folder, name))
            except FileNotFoundError:
                raise InputError("The file is gone from the inbox.", code="FILE_UNREADABLE") from None
        return self.root / ".taken" / bank / slot / name

    def settle(self, bank: str, slot: str, where: str, number: int, reports: Mapping[str, bytes | Path]) -> None:
        """Move what was taken to done/ or refused/ as `<number>-<name>`, with `reports` beside it.

        `reports`: ending → bytes, or a file of ours that is copied.

        Again and again with the same effect, until the taken folder is gone.
        """
        with self._bank(bank) as home, _inside(home, where) as target, self._private(".taken", bank, slot) as source:
            names = sorted(os.listdir(source), key=lambda name: (not is_control(name), name))
            for name in names:
                if not is_control(name):
                    for ending, content in reports.items():
                        _write(target, f"{number}-{plain(name)}{ending}", content)
                _move(source, name, target, f"{number}-{plain(name)}")
        self._forget(bank, slot)

    def drop(self, bank: str, slot: str) -> None:
        """Delete what was taken: copies and uploads that were only looked at."""
        shutil.rmtree(self.root / ".taken" / bank / slot, ignore_errors=True)

    def slots(self, bank: str) -> list[str]:
        """The folders of arrivals that are being worked on."""
        with self._private(".taken", bank) as folder:
            return sorted(os.listdir(folder))

    def put_back(self, bank: str, slot: str) -> None:
        """Files that were taken, but by nobody who lived to say so, lie in the inbox again unless a new one does."""
        with self._bank(bank) as home, self._private(".taken", bank, slot) as source:
            for name in os.listdir(source):
                if not _exists(home, name):
                    _move(source, name, home, name)
        self._forget(bank, slot)

    def sweep_uploads(self, bank: str) -> None:
        """Delete uploads whose process died a day ago or more."""
        with self._private(".uploads", bank) as folder:
            for name in os.listdir(folder):
                with suppress(FileNotFoundError):
                    if os.stat(name, dir_fd=folder).st_mtime < time.time() - KEPT_UPLOAD_SECONDS:
                        os.unlink(name, dir_fd=folder)

    def _forget(self, bank: str, slot: str) -> None:
        with suppress(OSError):
            (self.root / ".taken" / bank / slot).rmdir()

    @contextmanager
    def _bank(self, bank: str) -> Iterator[int]:
        """The bank's own folder, made if missing; INBOX_INVALID if something else stands there."""
        self.root.mkdir(parents=True, exist_ok=True)
        root = os.open(self.root, _FOLDER)
        try:
            with _inside(root, bank) as folder:
                yield folder
        finally:
            os.close(root)

    @contextmanager
    def _private(self, *parts: str) -> Iterator[int]:
        """A folder only we can enter, made if missing."""
        self.root.mkdir(parents=True, exist_ok=True)
        handles = [os.open(self.root, _FOLDER)]
        try:
            for part in parts:
                handles.append(_entered(handles[-1], part, 0o700))
            yield handles[-1]
        finally:
            for handle in reversed(handles):
                os.close(handle)


def _entry(folder: int, name: str) -> Entry:
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    return Entry(name, found.st_size, (found.st_ino, found.st_size, found.st_mtime_ns), _fault(name, found))


def _fault(name: str, found: os.stat_result) -> str:
    if stat.S_ISLNK(found.st_mode):
        return f"It is a link; {_NO_LINKS}"
    if not stat.S_ISREG(found.st_mode):
        return "It is no plain file."
    if found.st_nlink != 1:
        return "It has another name elsewhere (a hard link): send a file of its own."
    if plain(name) != name:
        return f"Its name holds control characters, backslashes, or more than {LONGEST} bytes."
    return ""


def _opened(folder: int, name: str) -> int:
    try:
        handle = os.open(name, _FILE, dir_fd=folder)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise InputError(f"It is a link; {_NO_LINKS}", code="FILE_UNREADABLE") from error
        raise InputError("The file cannot be read.", code="FILE_UNREADABLE") from error
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        os.close(handle)
        raise InputError("It is no plain file with one name.", code="FILE_UNREADABLE")
    return handle


def _small(folder: int, name: str, most: int = 100_000) -> bytes:
    try:
        handle = _opened(folder, name)
    except InputError as error:
        raise InputError(f"The control file: {error.message}", code="CONTROL_INVALID") from error
    with os.fdopen(handle, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise InputError(f"The control file is longer than {most} bytes.", code="CONTROL_INVALID")
    return content


@contextmanager
def _inside(parent: int, name: str) -> Iterator[int]:
    handle = _entered(parent, name, 0o770)
    try:
        yield handle
    finally:
        os.close(handle)


def _entered(parent: int, name: str, mode: int) -> int:
    with suppress(FileExistsError):
        os.mkdir(name, mode, dir_fd=parent)
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except OSError as error:
        raise Conflict(f"{name!r} in the inbox is no folder.", code="INBOX_INVALID") from error


@contextmanager
def _created(folder: int, name: str) -> Iterator[BinaryIO]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, 0o640, dir_fd=folder), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _write(folder: int, name: str, content: bytes | Path) -> None:
    """Whole or not at all, over whatever stood there under that name."""
    half = f".{name}.tmp"
    with suppress(FileNotFoundError):
        os.unlink(half, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(half, flags, 0o640, dir_fd=folder), "wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)
    os.rename(half, name, src_dir_fd=folder, dst_dir_fd=folder)


def _move(source: int, name: str, target: int, as_name: str) -> None:
    os.rename(name, as_name, src_dir_fd=source, dst_dir_fd=target)


def _exists(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
