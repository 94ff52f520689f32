"""A copy of a delivered file that is ours: unpacked, hashed; text in UTF-8, with plain line ends, without its header.

From here on nothing depends on the sender's file: it may change, and its name never reaches an engine.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from core.facts.findings import FindingList
from core.facts.mapping import CsvDialect
from core.facts.sent import CHUNK, PARQUET, SentFile, Unreadable
from core.indicators.indicator import Labels

COLUMNS = 2_000
LINE = CHUNK
"""At most this many characters stand on one line. Not less than a piece, or long lines inside one go unseen."""
UNMARKED = Labels(
    "utf-16 with a byte order mark: write utf-16-le or utf-16-be for a file without one",
    "带字节序标记的 utf-16（无标记的文件请写 utf-16-le 或 utf-16-be）",
)
BLANKS = " \t\r\n\u00a0\u3000\ufeff"
"""What is trimmed from the ends of every cell and header."""


@dataclass(frozen=True)
class Staged:
    """The data records at `path`. `sha256`: of the bytes as sent. `header`: names, or numbers from 1 without one.

    `line`: the line of the sender's file on which the first byte of `path` stands, from 1. `is_open`: the last line
    has no end, as in a file that was cut. `types`: of Parquet, the engine's type of every column; text has none.
    `is_marked`: cells may have marks against spreadsheets (core/facts/spreadsheets.py).
    """

    path: Path
    sha256: str
    header: tuple[str, ...]
    line: int
    is_open: bool = False
    types: tuple[str, ...] | None = None
    is_marked: bool = False

    @property
    def is_parquet(self) -> bool:
        return self.types is not None


def stage(source: Path, path: Path, dialect: CsvDialect, findings: FindingList, file: str | None = None) -> Staged:
    """Copy `source` to `path`. InputError FILE_UNREADABLE if it is not a plain file; other faults are findings.

    `file`: csv, parquet, or what the first bytes say. Parquet comes without a header: core/facts/parquet.py reads it.
    """
    with SentFile(source) as sent, path.open("wb") as copy:
        pieces = _readable(sent, findings)
        first = next(pieces, b"")
        header: tuple[str, ...] = ()
        line, is_open = 1, False
        types: tuple[str, ...] | None = None
        if file == "parquet" or (file is None and first.startswith(PARQUET)):
            types = ()
            for piece in chain([first], pieces):
                copy.write(piece)
        else:
            texts = _decoded(chain([first], pieces), dialect.encoding, findings)
            header, line, is_open = _copy_text(texts, len(first) < CHUNK, copy, dialect, findings)
        size = copy.tell()
        if not findings and not size and not header:
            findings.add("FILE_EMPTY")
        return Staged(path, sent.sha256(), header, line, is_open, types)


def _readable(sent: SentFile, findings: FindingList) -> Iterator[bytes]:
    try:
        yield from sent.pieces()
    except Unreadable as broken:
        findings.add(broken.rule, more=broken.more)


def _copy_text(
    texts: Iterator[str], whole: bool, copy: Any, dialect: CsvDialect, findings: FindingList
) -> tuple[tuple[str, ...], int, bool]:
    """Header names, the line on which the data begin, and whether the last line is open. Ends at the first fault."""
    header, last, line = _split(next(texts, "").removeprefix("\ufeff"), whole, dialect, findings)
    copy.write(last.encode())
    while not findings and (text := next(texts, "")):
        copy.write(text.encode())
        last = text
    return header, line, not last.endswith("\n")


def _decoded(pieces: Iterator[bytes], encoding: str, findings: FindingList) -> Iterator[str]:
    """The text piece by piece, every line end as \\n. Bytes that are no text, or a line too long, end it."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    line, run = 1, 0
    for chunk in chain(pieces, [b""]):
        if findings:
            return
        try:
            piece = decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            lines, bad, expected = _fault(error, chunk, encoding)
            findings.add("ENCODING_INVALID", line=line + lines, value=bad.hex(" "), more=expected)
            return
        end = piece.find("\n")
        run += len(piece) if end < 0 else end
        if run > LINE:
            findings.add("TEXT_TOO_LONG", line=line, more=f"{LINE:,}")
            return
        if end >= 0:
            line, run = line + piece.count("\n"), len(piece) - piece.rfind("\n") - 1
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
