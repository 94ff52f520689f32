"""A copy of a delivered file that is ours: hashed, in UTF-8, with plain line ends and without its header.

From here on nothing depends on the sender's file: it may change, and its name never reaches an engine.
"""

import codecs
import csv
import hashlib
import io
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import InputError
from core.facts.findings import FindingList, shown
from core.facts.mapping import CsvDialect
from core.indicators.indicator import Labels

CHUNK = 1 << 20
COLUMNS = 2_000
UNMARKED = Labels(
    "utf-16 with a byte order mark: write utf-16-le or utf-16-be for a file without one",
    "带字节序标记的 utf-16（无标记的文件请写 utf-16-le 或 utf-16-be）",
)
BLANKS = " \t\r\n\u00a0\u3000\ufeff"
"""What is trimmed from the ends of every cell and header."""


@dataclass(frozen=True)
class Staged:
    """The data records at `path`. `sha256`: of the bytes as sent. `header`: names, or numbers from 1 without one.

    `line`: the line of the sender's file on which the first byte of `path` stands, from 1.
    """

    path: Path
    sha256: str
    header: tuple[str, ...]
    line: int


def stage(source: Path, path: Path, dialect: CsvDialect, findings: FindingList) -> Staged:
    """Copy `source` to `path`. InputError FILE_UNREADABLE if it is not a plain file; other faults are findings."""
    digest = hashlib.sha256()
    with open_plain(source) as file, path.open("wb") as copy:
        pieces = _decoded(file, digest, dialect.encoding, findings)
        first = next(pieces, "").removeprefix("\ufeff")
        whole = os.fstat(file.fileno()).st_size <= CHUNK
        header, body, line = _split(first, whole, dialect, findings)
        copy.write(body.encode())
        for piece in pieces:
            copy.write(piece.encode())
        size = copy.tell()
    if not findings and not size:
        findings.add("FILE_EMPTY")
    return Staged(path, digest.hexdigest(), header, line)


def open_plain(source: Path) -> BinaryIO:
    """Open a regular file for reading; never a link, folder, pipe or device, and never waiting for one."""
    try:
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{shown(source)} cannot be read: {reason}.", code="FILE_UNREADABLE") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise InputError(f"{shown(source)} is not a plain file.", code="FILE_UNREADABLE")
    return os.fdopen(handle, "rb")


def _decoded(file: BinaryIO, digest: "hashlib._Hash", encoding: str, findings: FindingList) -> Iterator[str]:
    """The text piece by piece, every line end as \\n. Bytes that are no text end it with a finding; all are hashed."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    line, broken, chunk = 1, False, b"-"
    while chunk:
        chunk = file.read(CHUNK)
        digest.update(chunk)
        if broken:
            continue
        try:
            piece = decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            lines, bad, expected = _fault(error, chunk, encoding)
            findings.add("ENCODING_INVALID", line=line + lines, value=bad.hex(" "), more=expected)
            broken = True
            continue
        line += piece.count("\n")
        if piece:
            yield piece


def _fault(error: UnicodeError, chunk: bytes, encoding: str) -> tuple[int, bytes, Labels | str]:
    """Line ends before the bytes that are no text, those bytes, and what they should have been."""
    if not isinstance(error, UnicodeDecodeError):  # UTF-16 that does not begin with its mark
        return 0, chunk[:4], UNMARKED
    # Only the first piece of UTF-16 holds the mark; the error knows the byte order of every piece.
    known = error.encoding if encoding == "utf-16" else encoding
    text = error.object[: error.start].decode(known, "ignore")
    lines = io.IncrementalNewlineDecoder(None, translate=True).decode(text, final=True).count("\n")
    return lines, error.object[error.start : error.end], encoding


def _split(text: str, whole: bool, dialect: CsvDialect, findings: FindingList) -> tuple[tuple[str, ...], str, int]:
    """Header names, the rest of `text`, and the line on which that begins. `whole`: `text` is all there is."""
    lines = text.split("\n", dialect.skip)
    body = lines[-1] if len(lines) > dialect.skip else ""
    reader = csv_reader(io.StringIO(body), dialect)
    try:
        first: list[str] = next((row for row in reader if row), [])
    except csv.Error as error:
        findings.add("FILE_UNREADABLE", more=str(error), line=dialect.skip + 1)
        return (), "", 1
    if len(first) > COLUMNS or (not whole and body.count("\n") < reader.line_num):
        findings.add("FILE_UNREADABLE", more=f"more than {COLUMNS} columns, or a first line without end")
        return (), "", 1
    if not dialect.header:
        return tuple(str(number + 1) for number in range(len(first))), body, dialect.skip + 1
    rest = body.split("\n", reader.line_num)
    body = rest[-1] if len(rest) > reader.line_num else ""
    return tuple(name.strip(BLANKS) for name in first), body, dialect.skip + reader.line_num + 1


def csv_reader(lines: Iterable[str], dialect: CsvDialect) -> Any:
    """Python's csv reader in the mapping's dialect, as strict as the engine is."""
    if not dialect.quote:
        return csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE, strict=True)
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)
