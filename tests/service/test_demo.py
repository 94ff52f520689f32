"""The demonstration: believable, the same every time, and made through the front door."""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from core.facts.catalogue import ACCOUNTS, BALANCES
from core.numbers import PPM
from core.plugins.host import Host
from service.demo.balances import average_fen, on_day
from service.demo.facts import DAILY_SINCE, SentFile, sent_files
from service.demo.files import load_mapping, write_file
from service.demo.invent import invent
from service.demo.invention import Invention
from service.demo.plan import BANKS, HARBOUR, LAST_DAY, NORTH, PERIOD, SINCE, TODAY, BankPlan
from service.demo.runs import history, present, shown_run
from service.demo.schemes import scheme_of
from service.demo.seasons import SPRING_FESTIVAL, season_per_mille
from service.demo.stories import STORIES

ON = pytest.mark.parametrize("plan", BANKS, ids=lambda plan: plan.code)


@pytest.fixture(scope="module")
def host() -> Host:
    """The installed plugins."""
    return Host.installed()


@pytest.fixture(scope="module")
def banks(host: Host) -> Mapping[str, Invention]:
    """Both, invented once."""
    return {plan.code: invent(plan, host) for plan in BANKS}


@pytest.fixture(scope="module")
def files(banks: Mapping[str, Invention], host: Host) -> Mapping[str, list[SentFile]]:
    """What their systems sent."""
    return {plan.code: list(sent_files(banks[plan.code], host.catalogue(plan.plugins))) for plan in BANKS}


def test_the_same_plan_gives_the_same_bank(
    banks: Mapping[str, Invention], files: Mapping[str, list[SentFile]], host: Host
) -> None:
    again = invent(HARBOUR, host)
    assert again == banks["harbour"]
    assert list(sent_files(again, host.catalogue(HARBOUR.plugins))) == files["harbour"]


@pytest.mark.parametrize(
    ("plan", "branches", "managers", "customers"),
    [(NORTH, 30, 64, 1900), (HARBOUR, 4, 12, 500)],
    ids=["north", "harbour"],
)
def test_a_bank_has_the_size_it_was_planned_with(
    plan: BankPlan, branches: int, managers: int, customers: int, banks: Mapping[str, Invention]
) -> None:
    bank = banks[plan.code]
    assert (len(plan.branches), len(bank.managers), len(bank.clients)) == (branches, managers, customers)
    assert {held.manager for held in bank.shares} == set(bank.managers)
    codes = {branch.branch for branch in plan.branches}
    assert len({branch.name_zh for branch in plan.branches}) == len(codes) == branches
    assert {branch.parent for branch in plan.branches} <= codes | {None}


@ON
def test_shares_never_exceed_one_and_some_stay_with_the_bank(plan: BankPlan, banks: Mapping[str, Invention]) -> None:
    bank, left = banks[plan.code], STORIES[plan.code].hand_over.day
    for day in (SINCE, PERIOD.first, left - timedelta(days=1), left, LAST_DAY):
        held: dict[str, int] = defaultdict(int)
        for share in bank.shares:
            if share.first <= day < share.until:
                held[share.customer] += share.share_ppm
        assert max(held.values()) == PPM
        assert sum(0 < part < PPM for part in held.values()) > 20
        assert len(held) < len(bank.clients)


@ON
def test_a_leaver_hands_all_customers_to_two_colleagues(plan: BankPlan, banks: Mapping[str, Invention]) -> None:
    bank, story = banks[plan.code], STORIES[plan.code].hand_over
    given = {(share.customer, share.share_ppm) for share in bank.shares if share.manager == story.manager}
    taken = [share for share in bank.shares if share.first == story.day]
    assert {(share.customer, share.share_ppm) for share in taken} == given
    assert {share.manager for share in taken} == set(story.takers)
    assert {share.until for share in bank.shares if share.manager == story.manager} == {story.day}
    assert [post.until for post in bank.posts if post.manager == story.manager] == [story.day]
    assert story.day.day == 15


@ON
def test_one_manager_moves_to_another_branch_in_the_quarter(plan: BankPlan, banks: Mapping[str, Invention]) -> None:
    story = STORIES[plan.code].move
    posts = [post for post in banks[plan.code].posts if post.manager == story.manager]
    assert [(post.first == story.day, post.branch == story.branch) for post in posts] == [(False, False), (True, True)]
    assert posts[0].until == story.day


@ON
def test_balances_are_known_of_more_than_a_year_of_days(plan: BankPlan, files: Mapping[str, list[SentFile]]) -> None:
    sent = [file for file in files[plan.code] if file.fact == "balances"]
    days = [file.business_day for file in sent]
    assert days == sorted(days)
    assert (days[0].replace(day=1), days[-1]) == (SINCE, LAST_DAY)
    assert (LAST_DAY - SINCE).days + 1 == 476
    assert max(later - earlier for earlier, later in pairwise(days)) <= timedelta(days=31)
    daily = [file.business_day for file in sent if file.shape == "snapshot"]
    whole = [] if plan.from_transactions else [DAILY_SINCE + timedelta(days=number) for number in range(12)]
    assert daily == whole


@ON
def test_no_balance_is_negative_and_a_closed_account_ends_at_zero(
    plan: BankPlan, banks: Mapping[str, Invention]
) -> None:
    bank = banks[plan.code]
    assert min(fen for moves in bank.moves.values() for _, fen in moves) >= 0
    ended = [a.account for a in bank.accounts if a.closed_on is not None and a.closed_on <= LAST_DAY]
    assert len(ended) > 5
    assert {bank.moves[account][-1][1] for account in ended} == {0}
    for moves in bank.moves.values():
        assert [day for day, _ in moves] == sorted({day for day, _ in moves})


def test_the_year_has_its_seasons() -> None:
    """Per mille above the usual: (category, day, other day) of which the first is higher."""
    for category, high, low in (
        ("savings", date(2025, 11, 10), date(2025, 11, 9)),
        ("corporate", date(2025, 9, 30), date(2025, 10, 1)),
        ("corporate", date(2025, 9, 30), date(2025, 8, 31)),
        ("corporate", date(2026, 1, 20), SPRING_FESTIVAL),
        ("savings", date(2026, 2, 10), SPRING_FESTIVAL),
    ):
        assert season_per_mille(high, category) > season_per_mille(low, category)


def test_a_daily_average_is_the_days_balances_over_its_days() -> None:
    """100 for ten days, 40 for twenty: (1000 + 800) ÷ 30."""
    moves = [(date(2025, 6, 1), 100), (date(2025, 7, 11), 40)]
    assert average_fen(moves, date(2025, 7, 1), date(2025, 7, 31)) == 60
    [(_, held)] = on_day({"A": moves, "B": [(date(2025, 7, 1), 0)]}, [date(2025, 7, 10)])
    assert held == {"A": 100}


@ON
def test_targets_are_agreed_for_every_period_and_manager_with_customers(
    plan: BankPlan, banks: Mapping[str, Invention]
) -> None:
    bank = banks[plan.code]
    for period in plan.periods:
        goals = [goal for goal in bank.goals if goal.period == str(period)]
        assert {goal.manager for goal in goals} == set(bank.managers)
        assert all(goal.target > 0 and len(str(goal.target).rstrip("0").rstrip(".")) <= 3 for goal in goals)


@ON
def test_both_presets_are_used_and_stay_whole(plan: BankPlan) -> None:
    body = scheme_of(plan)
    lines = [line for section in body["sections"] for line in section["lines"]]
    assert sum(Decimal(line["base"]) for line in lines if "base" in line) == Decimal(body["base_total"])
    assert {section.get("kind", "base") for section in body["sections"]} >= {"base", "bonus"}
    assert {bank.preset for bank in BANKS} == {"city_bank_100", "contribution_1000"}


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
    assert [int(row[0]) for row in rows] == [*range(1, 65), *range(1, 13)]
    assert all(re.fullmatch(r"-?\d+\.\d{4}", row[4]) for row in rows)
    pay = [Decimal(row[6].replace(",", "")) for row in rows]
    assert (sum(pay[:64]), sum(pay[64:])) == (Decimal(NORTH.pool), Decimal(HARBOUR.pool))
    assert {row[5] for row in rows[:64]} >= {"L1", "L2", "L3", "L4"}
    assert len({row[5] for row in rows[64:]}) >= 4


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


@ON
def test_the_demonstrations_run_can_be_replayed(cli: Any, demo: Any, plan: BankPlan) -> None:
    replayed = cli("replay", shown_run(plan), "--bank", plan.code, "--json")
    assert replayed.exit == 0, replayed.err
    assert replayed.json["same"] is True


def test_the_quarters_of_a_year_are_assessed_and_the_older_ones_published() -> None:
    assert [str(run.period) for run in history(NORTH)] == ["2025-Q4", "2026-Q1", "2026-Q2"]
    assert all(run.published for run in history(NORTH))
    assert [(str(run.period), run.stopped, run.published) for run in present(NORTH)] == [
        ("2026-Q3", True, False),
        ("2026-Q3", False, False),
    ]
    assert PERIOD.last < LAST_DAY < TODAY
