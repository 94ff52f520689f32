"""The reference bank in miniature, and what the benchmarks say. How fast they are is never asked here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.by_hand import INDICATORS
from bench.full_run import run_once
from bench.ratio import check_equal, prepare
from bench.reference import Reference, invent
from bench.reference_people import shares_of
from bench.reference_sql import EVENTS, LISTS
from bench.row import Row, print_line
from bench.size import BASE, PERIOD, Size
from core.facts import snapshot
from core.numbers import PPM
from service.database import Database
from service.house import House, open_house
from service.settings import Settings

HOUSE = Path(__file__).resolve().parents[2]
SMALL = Size(0.001)


@pytest.fixture(scope="session")
async def house(settings: Settings, database: Database) -> Any:
    """The test installation, wired together."""
    async with open_house(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
async def reference(house: House) -> Reference:
    """A thousandth of the reference bank."""
    return await invent(house, SMALL, "reference-small")


def test_the_whole_bank_has_the_sizes_asked_for() -> None:
    size = Size()
    assert (size.managers, size.branches, size.customers, size.accounts) == (2_051, 40, 600_000, 1_500_000)
    assert (size.loans, size.fees, size.complaints + size.surveys) == (100_000, 2_000_000, 50_000)
    # three months, each with two spans an account
    assert len(PERIOD.months) * 2 * size.accounts == 9_000_000
    # 60 of 300 customers are handed over and 17 shared: 600,000 + 120,000 + 34,000 rows
    assert size.customers * (300 + 60 + 17) // 300 == 754_000


async def test_the_bank_holds_what_was_asked_for(house: House, reference: Reference) -> None:
    async with house.door.open(reference.bank, "auditor", read_only=True) as session:
        counted = await session.row(
            """SELECT (SELECT count(*) FROM bank.managers), (SELECT count(*) FROM bank.branches),
                      (SELECT count(*) FROM bank.customers), (SELECT count(*) FROM bank.shares)"""
        )
        facts = await snapshot.current(session)
    assert tuple(counted or ()) == (40, 40, 600, 754)
    rows = {
        (fact, part): sum(file.rows for file in facts.files(fact, part))
        for fact in facts.tables
        for part in ("record", "closed", "open")
        if facts.files(fact, part)
    }
    assert (
        rows.items()
        >= {
            ("accounts", "record"): 1_500,
            ("balances", "closed"): 4_500,
            ("balances", "open"): 9_000,  # half of them the base quarter's
            ("complaints", "record"): 20,
            ("control_reviews", "record"): 3 * 40,
            ("customers", "record"): 600,
            ("fees", "record"): 2_000,
            ("interest", "record"): 1_000,
            ("operation_checks", "record"): 10 * 40,
            ("surveys", "record"): 30,
            ("three_checks", "record"): 2 * 100,
        }.items()
    )
    assert sum(file.rows for file in facts.list_on("loans", PERIOD.last)) == 100
    assert 0 < sum(file.rows for file in facts.list_on("loans", BASE.last)) < 100
    assert set(facts.tables) == {"balances", *LISTS, *EVENTS}
    in_quarter = [file.rows for file in facts.tables["balances"] if file.month not in BASE.months]
    assert sum(in_quarter) == 9_000


async def test_the_same_seed_invents_the_same_files(house: House, reference: Reference) -> None:
    again = await invent(house, SMALL, "reference-again")
    other = await invent(house, Size(0.001, seed=7), "reference-other")
    named = []
    for bank in (reference.bank, again.bank, other.bank):
        async with house.door.open(bank, "auditor", read_only=True) as session:
            named.append((await snapshot.current(session)).named)
    assert named[0] == named[1]
    assert named[0].isdisjoint(named[2])


def test_some_customers_change_hands_some_are_shared_some_count_in_part() -> None:
    shares = list(shares_of(SMALL))
    assert sum(PERIOD.first < share.first for share in shares) == 120
    assert sum(share.share_ppm == 400_000 for share in shares) == 34
    assert sum(share.share_ppm == 700_000 for share in shares) > 0
    assert {share.share_ppm for share in shares} == {400_000, 600_000, 700_000, PPM}


async def test_a_full_run_scores_everyone_and_pays_the_pool(house: House, reference: Reference) -> None:
    assert await run_once(house, reference.bank.code) > 0
    async with house.door.open(reference.bank, "auditor", read_only=True) as session:
        paid = await session.row("SELECT count(*) AS cards, sum(pay_minor) AS pay FROM bank.scorecards")
        lines = await session.row("SELECT count(DISTINCT indicator) AS indicators FROM bank.score_lines")
    assert paid is not None
    assert (paid["cards"], int(paid["pay"])) == (40, 2_000_000_000)
    assert lines is not None
    assert lines["indicators"] == len(house.host.catalogue(house.host.plugins).indicators) >= 30


async def test_the_product_and_hand_written_sql_agree_in_every_integer(house: House, reference: Reference) -> None:
    task = await prepare(house, reference.bank.code)
    measured, written = task.through_the_product(), task.by_hand()
    assert set(measured) == set(written) == set(INDICATORS)
    assert all(any(n for n, _ in folded.values()) for folded in measured.values())
    check_equal(measured, written)
    wrong = {**written, "loans.granted": {**written["loans.granted"], "M0001": (1, 0)}}
    with pytest.raises(AssertionError, match=r"loans.granted, M0001: .* by hand"):
        check_equal(measured, wrong)


def test_a_row_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_line(Row("full run", 11.98765, "s", 12.0))
    print_line(Row("full run", 12.001, "s", 12.0))
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first) == {"name": "full run", "value": 11.988, "unit": "s", "reach": 12.0, "holds": True}
    assert json.loads(second)["holds"] is False


def test_the_command_prints_one_object_a_line(settings: Settings) -> None:
    command = [sys.executable, "-m", "bench", "--json", "--scale", "0.001"]
    only = [word for name in ("reference", "run", "ratio", "delivery") for word in ("--only", name)]
    environment = os.environ | {"MERITGRAPH_DATABASE_URL": settings.database_url}
    done = subprocess.run([*command, *only], cwd=HOUSE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 5
    for row in rows:
        assert list(row) == ["name", "value", "unit", "reach", "holds"]
        assert row["value"] > 0
        assert row["holds"] is (row["value"] <= row["reach"])
