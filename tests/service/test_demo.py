"""The demonstration: believable, the same every time, and made through the front door."""

import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from core.facts.catalogue import ACCOUNTS, BALANCES
from core.numbers import PPM
from core.periods import Period
from core.plugins.host import Host
from service.demo.balances import is_open, snapshot, snapshot_days, transactions
from service.demo.facts import sent_files
from service.demo.files import load_mapping, write_file
from service.demo.invent import invent
from service.demo.people import LEFT, MOVED, leaver_and_successor
from service.demo.plan import BANKS, BASE, HARBOUR, NORTH, PERIOD, BankPlan


@pytest.fixture(scope="module")
def host() -> Host:
    """The installed plugins."""
    return Host.installed()


@pytest.mark.parametrize("plan", BANKS, ids=lambda plan: plan.code)
def test_the_same_plan_gives_the_same_bank(plan: BankPlan, host: Host) -> None:
    first, second = invent(plan, host), invent(plan, host)
    assert first == second
    known = host.catalogue(plan.plugins)
    assert list(sent_files(first, known)) == list(sent_files(second, known))


@pytest.mark.parametrize(
    ("plan", "managers", "customers"), [(NORTH, 24, 1500), (HARBOUR, 12, 600)], ids=lambda value: str(value)[:5]
)
def test_a_bank_has_the_size_it_was_planned_with(plan: BankPlan, managers: int, customers: int, host: Host) -> None:
    bank = invent(plan, host)
    assert (len(bank.managers), len(bank.clients)) == (managers, customers)
    assert {held.manager for held in bank.shares} == set(bank.managers)


@pytest.mark.parametrize("plan", BANKS, ids=lambda plan: plan.code)
def test_shares_never_exceed_one_and_some_stay_with_the_bank(plan: BankPlan, host: Host) -> None:
    bank = invent(plan, host)
    for day in (PERIOD.first, date(2026, 8, 1), LEFT - timedelta(days=1), LEFT, PERIOD.last):
        held: dict[str, int] = defaultdict(int)
        for share in bank.shares:
            if share.first <= day < share.until:
                held[share.customer] += share.share_ppm
        assert max(held.values()) == PPM
        assert sum(0 < part < PPM for part in held.values()) > 20
        assert len(held) < len(bank.clients)


@pytest.mark.parametrize("plan", BANKS, ids=lambda plan: plan.code)
def test_a_leaver_hands_all_customers_to_his_successor(plan: BankPlan, host: Host) -> None:
    bank = invent(plan, host)
    left, successor = leaver_and_successor(bank.posts)
    given = {(share.customer, share.share_ppm) for share in bank.shares if share.manager == left}
    taken = {(share.customer, share.share_ppm) for share in bank.shares if share.manager == successor}
    assert given == taken
    assert len(given) > 10
    assert {share.until for share in bank.shares if share.manager == left} == {LEFT}
    assert {share.first for share in bank.shares if share.manager == successor} == {LEFT}


@pytest.mark.parametrize("plan", BANKS, ids=lambda plan: plan.code)
def test_one_manager_moves_to_another_branch_in_the_quarter(plan: BankPlan, host: Host) -> None:
    posts = invent(plan, host).posts
    moved = [post for post in posts if MOVED in (post.first, post.until)]
    assert [post.manager for post in moved] == [moved[0].manager] * 2
    assert moved[0].branch != moved[1].branch


def test_snapshots_hold_every_open_account_and_no_closed_one(host: Host) -> None:
    bank = invent(NORTH, host)
    days = snapshot_days()
    assert (days[0], days[-1]) == (BASE.first, PERIOD.last)
    assert max(later - earlier for earlier, later in pairwise(days)) <= timedelta(days=7)
    closed = [account for account in bank.accounts if account.closed_on is not None]
    assert closed
    for day in (days[0], days[-1]):
        rows = list(snapshot(bank.accounts, NORTH.seed, day))
        assert [row[0] for row in rows] == [account.account for account in bank.accounts if is_open(account, day)]
        assert min(row[2] for row in rows) >= 0


def test_transactions_never_overdraw_and_a_closed_account_ends_at_zero(host: Host) -> None:
    bank = invent(HARBOUR, host)
    balances: dict[str, int] = defaultdict(int)
    for account, day, fen in transactions(bank.accounts, HARBOUR.seed):
        balances[account] += fen
        assert balances[account] >= 0
        assert BASE.first <= day <= PERIOD.last
    ended = [a for a in bank.accounts if a.closed_on is not None and BASE.first < a.closed_on <= PERIOD.last]
    assert ended
    assert {balances[account.account] for account in ended} == {0}


def test_a_file_is_written_as_its_mapping_reads_it(tmp_path: Path) -> None:
    """Days, codes, thousands and a debit side all go through the mapping backwards."""
    path = tmp_path / "balances.csv"
    rows = [("A1", "2026-07-05", "-1234567.89"), ("A2", "2026-07-06", "10.00")]
    write_file(path, BALANCES, load_mapping("harbour", "balances"), rows)
    assert path.read_text(encoding="utf-8").splitlines() == [
        "account_no;booked_on;amount;side",
        "A1;05.07.2026;1,234,567.89;D",
        "A2;06.07.2026;10.00;C",
    ]
    row = ("A1", "C1", "deposit", "savings", "2020-01-31", "")
    write_file(path, ACCOUNTS, load_mapping("north", "accounts"), [row])
    assert path.read_bytes().decode("gb18030").splitlines() == [
        "账号|客户号|存贷标志|存款类别|开户日|销户日",
        "A1|C1|1|储蓄|20200131|",
    ]


def places(out: str) -> list[list[str]]:
    """The cells of every row of the printed leaderboards."""
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in out.splitlines() if line.startswith("│")]


def test_the_leaderboards_show_points_grade_and_pay_of_every_manager(demo: Any) -> None:
    rows = places(demo.out)
    assert len(rows) == 24 + 12
    assert [int(row[0]) for row in rows] == [*range(1, 25), *range(1, 13)]
    assert all(re.fullmatch(r"\d+\.\d{4}", row[4]) for row in rows)
    pay = [Decimal(row[6].replace(",", "")) for row in rows]
    assert (sum(pay[:24]), sum(pay[24:])) == (Decimal("600000.00"), Decimal("188000.00"))
    assert len({row[5] for row in rows[:24]}) >= 4
    assert {row[5] for row in rows[24:]} <= {"优秀", "良好", "称职", "基本称职", "不称职"}


def test_a_second_start_shows_the_same_leaderboards(cli: Any, demo: Any) -> None:
    again = cli("demo", "--once")
    assert again.exit == 0, again.err
    assert again.out == demo.out


def test_the_banks_differ_in_plugins_and_scheme(cli: Any, demo: Any) -> None:
    shown = [cli("bank", "show", plan.code, "--json").json[0] for plan in BANKS]
    assert [bank["plugins"] for bank in shown] == [sorted(plan.plugins) for plan in BANKS]
    assert [bank["name_zh"] for bank in shown] == ["江北商业银行", "临港农村商业银行"]
    schemes = [{row["scheme"] for row in cli("scheme", "list", "--bank", plan.code, "--json").json} for plan in BANKS]
    assert schemes[0] & {"quarterly", "contribution"} == {"quarterly"}
    assert schemes[1] & {"quarterly", "contribution"} == {"contribution"}


def test_the_demonstrations_run_can_be_replayed(cli: Any, demo: Any) -> None:
    for bank, scheme in (("north", "quarterly"), ("harbour", "contribution")):
        started = cli("run", "--bank", bank, "--scheme", scheme, "--period", "2026-Q3", "--as", "assessor", "--json")
        assert started.exit == 0, started.err
        replayed = cli("replay", started.json["run"], "--bank", bank, "--json")
        assert replayed.exit == 0, replayed.err
        assert replayed.json["same"] is True


def test_the_periods_of_the_demonstration_follow_each_other() -> None:
    assert (str(BASE), str(PERIOD)) == ("2026-Q2", "2026-Q3")
    assert Period.parse("2026-Q3").previous() == BASE
