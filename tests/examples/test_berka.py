"""The real Czech bank through the front door, against its known figures and a day-by-day reckoning."""

import csv
import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.errors import InputError
from core.periods import Period
from core.runs.replay import replay
from examples.assessment import Scored, assess, scorecards
from examples.berka.bank import SCHEME
from examples.berka.closing import closings
from examples.berka.loading import load
from examples.berka.report import print_table
from examples.berka.source import FILES, Source
from examples.berka.targets import targets_of
from examples.report import print_json

HOUSE = Path(__file__).resolve().parents[2]
HALF_A_UNIT = Decimal("0.0000005")

# period, first and last day, first day of the period before
PERIODS = [
    ("1993-Q1", date(1993, 1, 1), date(1993, 3, 31), date(1992, 10, 1)),
    ("1993-Q4", date(1993, 10, 1), date(1993, 12, 31), date(1993, 7, 1)),
    ("1993", date(1993, 1, 1), date(1993, 12, 31), date(1992, 1, 1)),
    ("1993-H2", date(1993, 7, 1), date(1993, 12, 31), date(1993, 1, 1)),
    ("1993-07", date(1993, 7, 1), date(1993, 7, 31), date(1993, 6, 1)),
    ("1994-03", date(1994, 3, 1), date(1994, 3, 31), date(1994, 2, 1)),
    ("1994-Q2", date(1994, 4, 1), date(1994, 6, 30), date(1994, 1, 1)),
    ("1994-H1", date(1994, 1, 1), date(1994, 6, 30), date(1993, 7, 1)),
    ("1996-02", date(1996, 2, 1), date(1996, 2, 29), date(1996, 1, 1)),
    ("1992-Q4", date(1992, 10, 1), date(1992, 12, 31), date(1992, 7, 1)),
]


async def assessed(berka: Any, period: str) -> str:
    asked = Period.parse(period)
    return await assess(berka.house, berka.bank, SCHEME, asked, targets_of(berka.source, asked))


async def scored_in(berka: Any, period: str) -> list[Scored]:
    return await scorecards(berka.house, berka.bank, await assessed(berka, period))


def total(scored: list[Scored], indicator: str) -> Decimal:
    return sum((Decimal(one.values[indicator] or 0) for one in scored), Decimal(0))


@pytest.mark.parametrize(("period", "first", "last", "base_first"), PERIODS)
async def test_every_value_is_what_a_day_by_day_reckoning_gives(
    berka: Any, naive: Any, period: str, first: date, last: date, base_first: date
) -> None:
    scored = await scored_in(berka, period)
    expected = naive.values(first, last, base_first)
    assert {one.place.manager for one in scored} == set(naive.region)
    for one in scored:
        manager = one.place.manager
        assert one.place.branch == naive.region[manager]
        assert set(one.values) == set(expected)
        for indicator, text in one.values.items():
            value = expected[indicator][manager]
            if value is None:
                assert text is None, (manager, indicator)
            else:
                assert text is not None, (manager, indicator)
                assert abs(Decimal(text) - value) <= HALF_A_UNIT, (manager, indicator)


async def test_daily_averages_of_1993_q4_are_the_known_ones_to_a_heller(berka: Any, berka_folder: Path) -> None:
    with (berka_folder / "expected_daily_average_1993Q4.csv").open(encoding="ascii", newline="") as file:
        known = {row["district_id"]: Decimal(row["daily_average_czk"]) for row in csv.DictReader(file)}
    scored = await scored_in(berka, "1993-Q4")
    found = {one.place.manager: Decimal(one.values["deposits.daily_average"] or "NaN") for one in scored}
    assert len(known) == 77
    assert {manager for manager in known if abs(found[manager] - known[manager]) > Decimal("0.01")} == set()


@pytest.mark.parametrize(
    ("period", "average", "closing", "fees"),
    [("1993", "17286298.64", "36575912.90", "49921.60"), ("1993-Q4", "32644273.54", "36575912.90", "29346.80")],
)
async def test_totals_are_the_known_ones(berka: Any, period: str, average: str, closing: str, fees: str) -> None:
    scored = await scored_in(berka, period)
    assert abs(total(scored, "deposits.daily_average") - Decimal(average)) <= Decimal("0.005")
    assert total(scored, "deposits.period_end_balance") == Decimal(closing)
    assert total(scored, "intermediate_income.total") == Decimal(fees)


@pytest.mark.parametrize(("first", "last", "rows"), [("1993-01", "1993-12", 2922), ("1993-10", "1993-12", 1736)])
async def test_fee_rows_are_the_known_number(berka: Any, first: str, last: str, rows: int) -> None:
    since, until = Period.parse(first).first, Period.parse(last).last
    async with berka.house.door.open(berka.bank, "auditor", read_only=True) as session:
        found = await session.row(
            "SELECT sum(rows) AS rows FROM bank.fact_files"
            " WHERE fact = 'fees' AND part = 'record' AND until_delivery IS NULL AND month BETWEEN $1 AND $2",
            since,
            until,
        )
    assert found["rows"] == rows


async def test_the_whole_pool_is_paid_and_ranks_follow_points(berka: Any) -> None:
    scored = await scored_in(berka, "1993-Q4")
    assert sum(Decimal(one.place.pay or 0) for one in scored) == Decimal("1000000.00")
    points = [Decimal(one.place.points or "NaN") for one in scored]
    assert points == sorted(points, reverse=True)
    assert scored[0].place.rank == 1
    assert len({one.place.grade for one in scored}) > 3  # the targets tell managers apart


async def test_loading_again_delivers_nothing(berka: Any) -> None:
    async def deliveries() -> list[Any]:
        async with berka.house.door.open(berka.bank, "auditor", read_only=True) as session:
            return list(await session.rows("SELECT delivery, fact, status FROM bank.deliveries ORDER BY delivery"))

    before = await deliveries()
    again = await load(berka.house, Source(berka.source.folder))
    assert again == berka.bank
    assert await deliveries() == before
    assert sorted((row["fact"], row["status"]) for row in before) == [
        (fact, "accepted") for fact in ("accounts", "balances", "fees", "loans")
    ]


async def test_a_replay_comes_out_the_same(berka: Any) -> None:
    run = await assessed(berka, "1993-12")
    house, opener = berka.house, berka.house.door.opener(berka.bank, "auditor")
    assert (await replay(opener, house.host, house.store, house.workshop, run)).same


async def test_json_has_the_promised_keys_and_a_null_where_nothing_applies(
    berka: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    scored = await scored_in(berka, "1993-Q1")
    capsys.readouterr()
    print_json(scored)
    told = json.loads(capsys.readouterr().out)
    assert len(told) == 77
    assert list(told[0]) == ["manager", "branch", "values", "points", "grade", "pay", "rank"]
    assert {one["values"]["risk.npl_ratio"] for one in told} == {None}  # the first loan was granted in July
    assert {len(one["values"]["deposits.daily_average"].partition(".")[2]) for one in told} == {6}


async def test_the_table_ends_with_totals(berka: Any, capsys: pytest.CaptureFixture[str]) -> None:
    print_table(await scored_in(berka, "1993-Q4"), "1993-Q4")
    told = capsys.readouterr().out
    assert all(figure in told for figure in ("All districts", "32,644,274", "36,575,913", "29,347"))


def test_every_closing_balance_is_one_the_bank_recorded(berka_folder: Path) -> None:
    source = Source(berka_folder)
    recorded = {
        (account, day, Decimal(balance))
        for account, day, balance in source.rows("trans.asc", ("account_id", "date", "balance"))
    }
    found = list(closings(source))
    assert len(found) > 30_000
    assert {(c.account, f"{c.day:%y%m%d}", Decimal(c.balance) / 100) for c in found} <= recorded
    assert sum(c.change for c in found if c.day <= date(1993, 12, 31)) == 3_657_591_290


def small_bank(folder: Path, **files: str) -> Path:
    """A bank of one district and one account, with some files written otherwise."""
    texts = {
        "account": '"account_id";"district_id";"frequency";"date"\r\n1;7;"X";930101\r\n',
        "district": 'A1;A2;A3\r\n7;"Somewhere";"west Bohemia"\r\n',
        "loan": '"loan_id";"account_id";"date";"amount";"duration";"payments";"status"\r\n',
        "trans": '"trans_id";"account_id";"date";"type";"amount";"balance";"k_symbol"\r\n',
    } | files
    for name, text in texts.items():
        (folder / f"{name}.asc").write_text(text, encoding="ascii")
    return folder


HEADER = '"trans_id";"account_id";"date";"type";"amount";"balance";"k_symbol"\r\n'


def test_a_day_without_order_closes_with_the_balance_that_its_amounts_lead_to(tmp_path: Path) -> None:
    # 0 + 1000 - 300 + 50 = 750, whichever row stands last; VYBER is a debit as VYDAJ is
    rows = '3;1;930105;"VYBER";300.00;700.00;""\r\n4;1;930105;"PRIJEM";50.00;750.00;""\r\n'
    rows += '2;1;930105;"PRIJEM";1000.00;1000.00;""\r\n5;1;930106;"VYDAJ";0.10;749.80;" "\r\n'
    found = list(closings(Source(small_bank(tmp_path, trans=HEADER + rows))))
    assert [(c.day, c.balance, c.change) for c in found] == [
        (date(1993, 1, 5), 75_000, 75_000),
        (date(1993, 1, 6), 74_980, -20),  # the recorded balance counts, not 749.90
    ]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ('2;1;930105;"PRIJEM";10.00;99.00;""', "no balance of account 1 on 1993-01-05 fits"),
        ('2;1;930105;"VKLAD";10.00;10.00;""', "'VKLAD' is not one of PRIJEM, VYDAJ, VYBER"),
        ('2;1;931305;"PRIJEM";10.00;10.00;""', "'931305' is not a day"),
        ('2;1;930105;"PRIJEM";ten;10.00;""', "'ten' is not a plain decimal"),
        ('2;1;930105;"PRIJEM"', "line 2: 4 cells"),
    ],
)
def test_transactions_that_cannot_be_read_are_refused(tmp_path: Path, row: str, sentence: str) -> None:
    source = Source(small_bank(tmp_path, trans=f"{HEADER}{row}\r\n"))
    with pytest.raises(InputError, match=sentence):
        list(closings(source))


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (small_bank(tmp_path) / name).unlink()
    with pytest.raises(InputError, match=f"lacks {name}:") as refused:
        Source(tmp_path)
    assert refused.value.code == "DATA_MISSING"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere is not a folder"):
        Source(tmp_path / "nowhere")


def test_the_command_says_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "examples.berka", str(tmp_path), "--period", "1993-Q4"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {tmp_path} lacks account.asc, district.asc, loan.asc, trans.asc")
    assert done.stderr.endswith("[DATA_MISSING]\n")


def test_another_content_is_another_bank(tmp_path: Path) -> None:
    one = Source(small_bank(tmp_path)).digest
    other = Source(small_bank(tmp_path, district='A1;A2;A3\r\n7;"Elsewhere";"west Bohemia"\r\n')).digest
    assert one != other


def test_targets_grow_with_the_accounts_kept_and_never_vanish(tmp_path: Path) -> None:
    source = Source(small_bank(tmp_path))
    asked = {
        period: {t.indicator: t.target for t in targets_of(source, Period.parse(period))} for period in ("1992", "1993")
    }
    assert asked["1992"]["deposits.daily_average"] == asked["1993"]["deposits.daily_average"] == 28_000
    assert asked["1992"]["intermediate_income.total"] == Decimal("0.25") * 366
    assert asked["1993"]["intermediate_income.total"] == Decimal("0.25") * 365
