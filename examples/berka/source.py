"""The folder of the Berka set: its files, read strictly enough to say what is wrong with them."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from core.errors import InputError
from examples.content import digest_of

FILES = ("account.asc", "district.asc", "loan.asc", "trans.asc")
OWN_TEXTS = ("accounts.yaml", "balances.yaml", "fees.yaml", "loans.yaml", "scheme.yaml")


@dataclass(frozen=True)
class District:
    """Where accounts are kept (A1), its name (A2) and its region (A3)."""

    code: str
    name: str
    region: str


@dataclass(frozen=True)
class Account:
    """An account, the district that keeps it, and the day it was opened."""

    code: str
    district: str
    opened_on: date


@dataclass(frozen=True)
class Source:
    """A folder that holds FILES. InputError DATA_MISSING names what is not there."""

    folder: Path

    def __post_init__(self) -> None:
        wanted = f"give the folder that holds {', '.join(FILES)}"
        if not self.folder.is_dir():
            raise InputError(f"{self.folder} is not a folder: {wanted}.", code="DATA_MISSING")
        if missing := [name for name in FILES if not self.path(name).is_file()]:
            raise InputError(f"{self.folder} lacks {', '.join(missing)}: {wanted}.", code="DATA_MISSING")

    def path(self, name: str) -> Path:
        """Where the file of that name stands."""
        return self.folder / name

    def rows(self, name: str, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """The named columns of a file's rows as text. InputError DATA_INVALID for a file that lacks one or is cut."""
        with self.path(name).open(encoding="ascii", errors="backslashreplace", newline="") as file:
            reader = csv.reader(file, delimiter=";")
            header = next(reader, [])
            if missing := [column for column in columns if column not in header]:
                raise InputError(f"{name} has no column {', '.join(missing)}.", code="DATA_INVALID")
            places = [header.index(column) for column in columns]
            for row in reader:
                if len(row) != len(header):
                    raise InputError(f"{name}, line {reader.line_num}: {len(row)} cells.", code="DATA_INVALID")
                yield tuple(row[place] for place in places)

    @cached_property
    def districts(self) -> tuple[District, ...]:
        """All districts, in the order of the file."""
        return tuple(District(*row) for row in self.rows("district.asc", ("A1", "A2", "A3")))

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """All accounts, in the order of the file."""
        rows = self.rows("account.asc", ("account_id", "district_id", "date"))
        return tuple(Account(account, district, read_day(opened)) for account, district, opened in rows)

    def newest_day(self, name: str) -> date:
        """The latest date a file names: the business day of its delivery."""
        days = {day for (day,) in self.rows(name, ("date",))}
        if not days:
            raise InputError(f"{name} has no rows.", code="DATA_INVALID")
        return max(map(read_day, days))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the files and over how this example reads them: one content, one bank."""
        here = Path(__file__).parent
        return digest_of([*map(self.path, FILES), *(here / name for name in OWN_TEXTS)])


def read_day(text: str) -> date:
    """A day written YYMMDD, all in the 1900s. InputError DATA_INVALID otherwise."""
    try:
        if len(text) != 6 or not text.isdecimal():
            raise ValueError
        return date(1900 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        raise InputError(f"{text[:20]!r} is not a day written YYMMDD.", code="DATA_INVALID") from None
