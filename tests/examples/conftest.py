"""The real Czech bank where it lies, loaded once, and its figures worked out day by day without the product."""

import csv
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.session import Bank
from examples.berka.loading import load
from examples.berka.source import FILES, Source
from service.database import Database
from service.house import House, open_house
from service.settings import Settings


@pytest.fixture(scope="session")
def berka_folder() -> Path:
    """MERITGRAPH_DATA/berka, default ../shared/data/berka."""
    folder = Settings().data / "berka"
    if not all((folder / name).is_file() for name in FILES):
        pytest.skip(f"the Berka data is not at {folder}: set MERITGRAPH_DATA to the folder above it")
    return folder


@pytest.fixture(scope="session")
async def house(settings: Settings, database: Database) -> AsyncIterator[House]:
    """The test installation, wired together."""
    async with open_house(settings) as opened:
        yield opened


@dataclass(frozen=True)
class Loaded:
    """The bank in a house."""

    house: House
    bank: Bank
    source: Source


@pytest.fixture(scope="session")
async def berka(house: House, berka_folder: Path) -> Loaded:
    """The bank as the product loads it."""
    source = Source(berka_folder)
    return Loaded(house, await load(house, source), source)


def _day(text: str) -> date:
    return date(1900 + int(text[:2]), int(text[2:4]), int(text[4:6]))


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="ascii", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@dataclass
class Naive:
    """The files and nothing else. `closings`: account → (day, closing balance), by day."""

    folder: Path
    district: dict[str, str] = field(default_factory=dict)
    region: dict[str, str] = field(default_factory=dict)
    closings: dict[str, list[tuple[date, Decimal]]] = field(default_factory=dict)
    fees: list[tuple[str, date, Decimal]] = field(default_factory=list)
    loans: list[tuple[str, date, Decimal, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.district = {row["account_id"]: row["district_id"] for row in _read(self.folder / "account.asc")}
        self.region = {row["A1"]: row["A3"] for row in _read(self.folder / "district.asc")}
        booked: dict[str, dict[date, list[tuple[Decimal, Decimal]]]] = defaultdict(lambda: defaultdict(list))
        for row in _read(self.folder / "trans.asc"):
            account, day, amount = row["account_id"], _day(row["date"]), Decimal(row["amount"])
            signed = amount if row["type"] == "PRIJEM" else -amount
            booked[account][day].append((signed, Decimal(row["balance"])))
            if row["k_symbol"] == "SLUZBY":
                self.fees.append((self.district[account], day, amount))
        for account, days in booked.items():
            before, closings = Decimal(0), []
            for day in sorted(days):
                expected = before + sum(amount for amount, _ in days[day])
                before = min((balance for _, balance in days[day]), key=lambda found: abs(found - expected))
                closings.append((day, before))
            self.closings[account] = closings
        self.loans = [
            (self.district[row["account_id"]], _day(row["date"]), Decimal(row["amount"]), row["status"] in "BD")
            for row in _read(self.folder / "loan.asc")
        ]

    def closing_sums(self, first: date, last: date) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        """Per district: closing balances summed over every day, one by one; and those of the last day."""
        sums: dict[str, Decimal] = dict.fromkeys(self.region, Decimal(0))
        ends = dict(sums)
        for account, closings in self.closings.items():
            district, place, balance, day = self.district[account], 0, Decimal(0), first
            while day <= last:
                while place < len(closings) and closings[place][0] <= day:
                    balance, place = closings[place][1], place + 1
                sums[district] += balance
                day += timedelta(days=1)
            ends[district] += balance
        return sums, ends

    def values(self, first: date, last: date, base_first: date) -> Mapping[str, Mapping[str, Decimal | None]]:
        """Indicator → district → value; the base period runs from `base_first` to the day before `first`."""
        days, base_days = (last - first).days + 1, (first - base_first).days
        sums, ends = self.closing_sums(first, last)
        base, _ = self.closing_sums(base_first, first - timedelta(days=1))
        fees, granted = dict.fromkeys(self.region, Decimal(0)), dict.fromkeys(self.region, Decimal(0))
        owed, bad = dict(fees), dict(fees)
        for district, day, amount in self.fees:
            fees[district] += amount if first <= day <= last else 0
        for district, day, amount, is_bad in self.loans:
            granted[district] += amount if first <= day <= last else 0
            owed[district] += amount if day <= last else 0
            bad[district] += amount if day <= last and is_bad else 0
        return {
            "deposits.daily_average": {d: sums[d] / days for d in sums},
            "deposits.daily_average_increment": {d: sums[d] / days - base[d] / base_days for d in sums},
            "deposits.period_end_balance": dict(ends),
            "intermediate_income.total": dict(fees),
            "loans.granted": dict(granted),
            "risk.npl_ratio": {d: 100 * bad[d] / owed[d] if owed[d] else None for d in owed},
        }


@pytest.fixture(scope="session")
def naive(berka_folder: Path) -> Naive:
    """The same bank without the product."""
    return Naive(berka_folder)
