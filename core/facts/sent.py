"""The bytes a bank sends: read once, hashed as they were sent, unpacked as they come, never more than a bound."""

import errno
import gzip
import hashlib
import io
import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.errors import InputError
from core.facts.findings import shown
from core.indicators.indicator import Labels

CHUNK = 1 << 20
UNPACKED = 8 << 30
"""At most this many bytes of one file are read, unpacked."""
RATIO = 200
"""A packed file may hold this many times its own size …"""
FLOOR = 16 << 20
"""… or this many bytes, whichever is more: small files of few different bytes pack very well."""

GZIP, ZSTD, PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"


def most_content(size: int) -> int:
    """How many bytes a packed file of `size` bytes may hold."""
    return min(UNPACKED, max(FLOOR, RATIO * size))


def too_much(limit: int) -> Labels:
    """What FILE_TOO_LARGE says of a file that holds more than so many bytes."""
    size = f"{limit >> 20:,} MiB"
    return Labels(f"more than {size} of content", f"内容超过 {size}")


class Unreadable(Exception):
    """The file cannot be unpacked, or holds too much: the `rule` it breaks, and what more there is to say."""

    def __init__(self, rule: str, more: Labels | str) -> None:
        super().__init__(rule)
        self.rule, self.more = rule, more


class _Hashing(io.RawIOBase):
    """Hashes what is read of a file. Closing it leaves the file open: unpackers close what they are given."""

    def __init__(self, file: io.BufferedReader) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self.file.readinto(buffer)
        self.digest.update(memoryview(buffer)[:count])
        return count


class SentFile:
    """A plain file as sent; a context manager. InputError FILE_UNREADABLE if it is none.

    `packing`: gzip, zstd or empty, by the file's first bytes, whatever its name says.
    """

    def __init__(self, source: Path) -> None:
        self._file = open_plain(source)
        self._hashing = _Hashing(self._file)
        handle = self._file.fileno()
        self.size, first = os.fstat(handle).st_size, os.pread(handle, 4, 0)
        self.packing = "gzip" if first.startswith(GZIP) else "zstd" if first.startswith(ZSTD) else ""

    def __enter__(self) -> "SentFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def sha256(self) -> str:
        """The hash of the whole file, however much of it was looked into."""
        while chunk := self._file.read(CHUNK):  # not through _hashing: an unpacker may have closed it
            self._hashing.digest.update(chunk)
        return self._hashing.digest.hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """The content, unpacked, in pieces of CHUNK bytes and a last one. Unreadable where it cannot be had."""
        limit = most_content(self.size) if self.packing else UNPACKED
        stream, total = self._unpacked(), 0
        while piece := self._piece(stream):
            total += len(piece)
            if total > limit:
                raise Unreadable("FILE_TOO_LARGE", too_much(limit))
            yield piece

    def _piece(self, stream: Any) -> bytes:
        piece = bytearray()
        try:
            while len(piece) < CHUNK and (more := stream.read(CHUNK - len(piece))):
                piece += more
        except (OSError, EOFError, zlib.error) as error:
            if not self.packing:
                raise
            raise Unreadable("FILE_UNREADABLE", f"{self.packing}: {error}") from error
        return bytes(piece)

    def _unpacked(self) -> Any:
        match self.packing:
            case "gzip":
                return gzip.GzipFile(fileobj=self._hashing, mode="rb")
            case "zstd":
                return pa.CompressedInputStream(pa.PythonFile(self._hashing, mode="r"), "zstd")
        return self._hashing


def open_plain(source: Path) -> io.BufferedReader:
    """Open a regular file for reading; never a link, folder, pipe or device, and never waiting for one.

    InputError FILE_UNREADABLE.
    """
    try:
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ELOOP:
            raise InputError(
                f"{shown(source)} is a link, not a plain file: give the file itself.", code="FILE_UNREADABLE"
            ) from error
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{shown(source)} cannot be read: {reason}.", code="FILE_UNREADABLE") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise InputError(f"{shown(source)} is not a plain file.", code="FILE_UNREADABLE")
    return os.fdopen(handle, "rb")
