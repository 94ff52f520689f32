"""The folder of the complaints: its files, read strictly enough to say what is wrong with them."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import IO

from core.errors import InputError
from examples.content import digest_of

PATTERN = "complaints*.csv*"
COLUMNS = ("complaint_id", "state", "received_on", "timely")
OWN_TEXTS = ("complaints.yaml", "scheme.yaml")
NO_STATE = "none"
"""The customer to whom complaints without a state belong; nobody holds him."""


@dataclass(frozen=True)
class Complaint:
    """One row as it stands in the file; `state` is NO_STATE where it is blank."""

    code: str
    state: str
    received_on: date
    timely: str


@dataclass(frozen=True)
class Source:
    """A folder with one file or more named PATTERN, plain or gzip. InputError DATA_MISSING where there is none."""

    folder: Path

    def __post_init__(self) -> None:
        if not self.files:
            raise InputError(
                f"{self.folder} holds no {PATTERN}: give the folder with the complaints, CSV or gzipped CSV.",
                code="DATA_MISSING",
            )

    @property
    def files(self) -> list[Path]:
        """In the order of their names."""
        return sorted(path for path in self.folder.glob(PATTERN) if path.is_file())

    @cached_property
    def complaints(self) -> tuple[Complaint, ...]:
        """All complaints, in the order of the files. InputError DATA_INVALID says where one cannot be read."""
        found = tuple(complaint for path in self.files for complaint in _read(path))
        if not found:
            raise InputError(f"{self.folder} holds no complaints.", code="DATA_INVALID")
        return found

    @property
    def states(self) -> list[str]:
        """Every state that complained, in alphabetical order; NO_STATE is none."""
        return sorted({complaint.state for complaint in self.complaints} - {NO_STATE})

    @property
    def newest_day(self) -> date:
        """The day up to which the files are complete."""
        return max(complaint.received_on for complaint in self.complaints)

    @cached_property
    def digest(self) -> str:
        """Over the files and over how this example reads them."""
        here = Path(__file__).parent
        return digest_of([*self.files, *(here / name for name in OWN_TEXTS)])

    def write(self, path: Path) -> None:
        """All complaints as one CSV of COLUMNS, no state blank: a delivery needs a customer for each."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows((c.code, c.state, c.received_on.isoformat(), c.timely) for c in self.complaints)


def _read(path: Path) -> Iterator[Complaint]:
    with _opened(path) as file:
        reader = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise InputError(f"{path.name} has no column {', '.join(missing)}.", code="DATA_INVALID")
        for row in reader:
            code, state, received_on, timely = (row[name] for name in COLUMNS)
            try:
                yield Complaint(code, state.strip() or NO_STATE, date.fromisoformat(received_on), timely)
            except (AttributeError, TypeError, ValueError):
                raise InputError(f"{path.name}, line {reader.line_num}: a row is cut.", code="DATA_INVALID") from None


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")
