"""Real complaints through the front door, against a reckoning that reads the file and nothing else."""

import csv
import gzip
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from core.errors import InputError
from core.numbers import fraction_text
from core.periods import Period
from core.runs.replay import replay
from core.session import Bank
from examples.assessment import Figures, Scored, assess, scorecards, totals
from examples.complaints.bank import ON_TIME, RECEIVED, SCHEME, load, targets_of
from examples.complaints.report import print_table
from examples.complaints.source import Source
from examples.report import print_json
from service.house import House
from service.settings import Settings

HOUSE = Path(__file__).resolve().parents[2]
HEADER = "complaint_id,received_on,sent_to_company_on,state,product,issue,company_response,timely"

# period, first and last day
PERIODS = [
    ("2022-Q3", "2022-07-01", "2022-09-30"),
    ("2019", "2019-01-01", "2019-12-31"),
    ("2023-08", "2023-08-01", "2023-08-31"),  # most are still open
    ("2017-H1", "2017-01-01", "2017-06-30"),  # begins before the data does
    ("2020-02", "2020-02-01", "2020-02-29"),
    ("2021-Q4", "2021-10-01", "2021-12-31"),
    ("2024-Q1", "2024-01-01", "2024-03-31"),  # after the data
    ("2016", "2016-01-01", "2016-12-31"),  # before it
]


@pytest.fixture(scope="session")
def complaints_folder() -> Path:
    """MERITGRAPH_DATA/cfpb, default ../shared/data/cfpb."""
    folder = Settings().data / "cfpb"
    if not list(folder.glob("complaints*.csv.gz")):
        pytest.skip(f"the complaints are not at {folder}: set MERITGRAPH_DATA to the folder above it")
    return folder


@dataclass(frozen=True)
class Loaded:
    """The bank in a house, and the file's rows."""

    house: House
    bank: Bank
    source: Source
    rows: list[dict[str, str]]

    async def results(self, period: str) -> tuple[list[Scored], Mapping[str, Figures]]:
        """States and totals of a period."""
        run = await self.assess(period)
        return await scorecards(self.house, self.bank, run), await totals(self.house, self.bank, run)

    async def assess(self, period: str) -> str:
        return await assess(self.house, self.bank, SCHEME, Period.parse(period), targets_of(self.source))


async def loaded(house: House, folder: Path) -> Loaded:
    source = Source(folder)
    [file] = source.files
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    return Loaded(house, await load(house, source), source, rows)


@pytest.fixture(scope="session")
async def complaints(house: House, complaints_folder: Path) -> Loaded:
    """The bank as the product loads it."""
    return await loaded(house, complaints_folder)


def reckoned(rows: list[dict[str, str]]) -> dict[str, str | None]:
    """Both values of these rows."""
    told = Counter(row["timely"] for row in rows)
    judged = told["Yes"] + told["No"]
    return {
        RECEIVED: f"{len(rows)}.000000",
        ON_TIME: fraction_text(Fraction(100 * told["Yes"], judged), 6) if judged else None,
    }


@pytest.mark.parametrize(("period", "first", "last"), PERIODS)
async def test_every_state_and_the_bank_are_what_counting_rows_gives(
    complaints: Loaded, period: str, first: str, last: str
) -> None:
    scored, whole = await complaints.results(period)
    mine = [row for row in complaints.rows if first <= row["received_on"] <= last]
    states = {row["state"] for row in complaints.rows if row["state"]}
    assert {one.place.manager: one.values for one in scored} == {
        state: reckoned([row for row in mine if row["state"] == state]) for state in states
    }
    assert whole["bank"] == reckoned(mine)
    assert whole["unattributed"] == reckoned([row for row in mine if not row["state"]])


async def test_the_known_number_of_complaints_is_loaded(complaints: Loaded) -> None:
    assert len(complaints.rows) == 62_516
    assert Counter(row["timely"] for row in complaints.rows) == {"Yes": 58_619, "No": 2_403, "": 1_494}
    async with complaints.house.door.open(complaints.bank, "auditor", read_only=True) as session:
        found = await session.row(
            "SELECT sum(rows) AS rows FROM bank.fact_files"
            " WHERE fact = 'complaints' AND part = 'record' AND until_delivery IS NULL"
        )
    assert found is not None
    assert found["rows"] == 62_516


async def test_points_are_the_percentage_and_ranks_follow(complaints: Loaded) -> None:
    scored, _ = await complaints.results("2022-Q3")
    known = [one for one in scored if one.values[ON_TIME] is not None]
    assert len(known) > 40
    for one in known:
        # 100 points × percent ÷ 100, to 4 decimals
        assert one.place.points == fraction_text(Fraction(one.values[ON_TIME] or ""), 4)
    ranks = [one.place.rank or 0 for one in known]
    assert (ranks[0], ranks) == (1, sorted(ranks))


async def test_loading_again_delivers_nothing(complaints: Loaded) -> None:
    async def deliveries() -> list[tuple[object, ...]]:
        async with complaints.house.door.open(complaints.bank, "auditor", read_only=True) as session:
            return [tuple(row) for row in await session.rows("SELECT delivery, fact, status FROM bank.deliveries")]

    before = await deliveries()
    assert await load(complaints.house, Source(complaints.source.folder)) == complaints.bank
    assert await deliveries() == before
    assert [row[1:] for row in before] == [("complaints", "accepted")]


async def test_complaints_replayed_come_out_the_same(complaints: Loaded) -> None:
    house, run = complaints.house, await complaints.assess("2019")
    opener = house.door.opener(complaints.bank, "auditor")
    assert (await replay(opener, house.host, house.store, house.workshop, run)).same


async def test_a_complaint_without_a_state_is_the_banks_alone(house: House, tmp_path: Path) -> None:
    rows = ["1,2022-07-01,2022-07-01,AB,x,y,Closed,Yes", "2,2022-09-30,2022-09-30,,x,y,Closed,No"]
    rows += ["3,2022-08-01,2022-08-02,AB,x,y,In progress,", "4,2022-10-01,2022-10-01,CD,x,y,Closed,No"]
    (tmp_path / "complaints.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    small = await loaded(house, tmp_path)
    scored, whole = await small.results("2022-Q3")
    assert {one.place.manager: one.values for one in scored} == {
        "AB": {RECEIVED: "2.000000", ON_TIME: "100.000000"},
        "CD": {RECEIVED: "0.000000", ON_TIME: None},
    }
    assert whole == {
        "unattributed": {RECEIVED: "1.000000", ON_TIME: "0.000000"},
        "bank": {RECEIVED: "3.000000", ON_TIME: "50.000000"},
    }


async def test_what_is_printed_has_the_promised_shape(complaints: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    scored, whole = await complaints.results("2024-Q1")
    capsys.readouterr()
    print_json(scored)
    told = json.loads(capsys.readouterr().out)
    assert list(told[0]) == ["manager", "branch", "values", "points", "grade", "pay", "rank"]
    assert {json.dumps(one["values"], sort_keys=True) for one in told} == {
        json.dumps({ON_TIME: None, RECEIVED: "0.000000"}, sort_keys=True)
    }
    print_table(scored, whole, "2024-Q1")
    lines = capsys.readouterr().out.splitlines()
    assert [line.replace("│", " ").split() for line in lines if "bank" in line] == [["bank", "0", "–"]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("complaint_id,state,timely\n", "complaints.csv has no column received_on"),
        (f"{HEADER}\n1,soon,soon,AB,x,y,z,Yes\n", "complaints.csv, line 2: a row is cut"),
        (f"{HEADER}\n1,2022-07-01\n", "complaints.csv, line 2: a row is cut"),
        (f"{HEADER}\n", "holds no complaints"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "complaints.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        assert Source(tmp_path).complaints
    assert sentence in refused.value.message
    assert refused.value.code == "DATA_INVALID"


def test_plain_and_packed_files_read_alike(tmp_path: Path) -> None:
    text = f"{HEADER}\n1,2022-07-01,2022-07-01,AB,x,y,z,Yes\n"
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.mkdir()
    packed.mkdir()
    (plain / "complaints.csv").write_text(text, encoding="utf-8")
    (packed / "complaints_2022.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert Source(plain).complaints == Source(packed).complaints
    assert Source(plain).newest_day == date(2022, 7, 1)


def test_the_command_names_what_is_missing_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "examples.complaints", str(tmp_path), "--period", "2022-Q3"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {tmp_path} holds no complaints*.csv*")
    assert done.stderr.endswith("[DATA_MISSING]\n")
