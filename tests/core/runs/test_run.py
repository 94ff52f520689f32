"""A run end to end on real deliveries: figures by hand, visible only when complete, replayed, corrected, refused."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import asyncpg
import pytest

from core.branches.tree import NewBranch, add_branches
from core.customers.store import add_customers
from core.errors import Conflict, InputError, NotFound, Unavailable
from core.facts.deliveries import deliver
from core.facts.mapping import DeliveryMapping
from core.facts.store import FactStore
from core.indicators.workshop import Workshop
from core.managers.staff import NewManager, add_managers
from core.periods import Period
from core.plugin import Direction, Indicator, Labels, Sum, Unit, hook
from core.plugins.host import Host
from core.plugins.store import catalogue, enable
from core.runs.evidence import evidence
from core.runs.perform import perform
from core.runs.replay import replay
from core.runs.start import start_run
from core.schemes.store import approve_scheme, save_scheme
from core.session import BankSession
from core.shares.store import NewShare, add_shares
from core.targets.store import NewTarget, set_targets
from tenants.binding import Door, Opener

QUARTER = Period.parse("2026-Q3")
TODAY = date(2026, 10, 20)
JANUARY = date(2026, 1, 1)

FILES = {
    "accounts": (
        "account,customer,kind,category\na1,c1,deposit,corporate\na2,c2,deposit,savings\na3,c1,loan,corporate\n"
    ),
    # c1 keeps 1,000.00 from June on; c2 puts in 920.00 on 1 August.
    "balances": ("account,day,amount\na1,2026-06-01,1000.00\na2,2026-08-01,920.00\na3,2026-06-01,-5000.00\n"),
    "fees": (
        "fee,customer,day,kind,amount\n"
        "f1,c1,2026-07-15,card,30.00\nf2,c2,2026-08-20,card,10.01\nf3,c1,2026-10-01,card,9\n"
    ),
    "loans": (
        "loan,customer,granted_on,amount,classification\n"
        "l1,c1,2026-07-02,4000.00,normal\nl2,c1,2025-01-05,1000.00,loss\nl3,c2,2026-11-01,7.00,loss\n"
    ),
}
COLUMNS = {
    "accounts": ("account", "customer", "kind", "category"),
    "balances": ("account", "day"),
    "fees": ("fee", "customer", "day", "kind", "amount"),
    "loans": ("loan", "customer", "granted_on", "amount", "classification"),
}
SCHEME = {
    "code": "test",
    "labels": {"en": "Test", "zh": "测试"},
    "base_total": "100",
    "sections": [
        {
            "code": "main",
            "labels": {"en": "Main", "zh": "主要"},
            "lines": [
                {"indicator": "deposits.daily_average", "base": "60", "rule": "points_proportional"},
                {"indicator": "intermediate_income.total", "base": "40", "rule": "points_proportional"},
            ],
        }
    ],
    "measures": ["deposits.daily_average_increment", "deposits.period_end_balance", "loans.granted", "risk.npl_ratio"],
    "pay": {"pool": "100.00"},
}


class Held:
    """A lease nobody takes away."""

    async def hold(self, session: BankSession) -> None:
        assert await session.row("SELECT 1") is not None


class Lost:
    """A lease that another worker has taken over."""

    async def hold(self, session: BankSession) -> None:
        raise RuntimeError("lost the job to another worker")


@dataclass(frozen=True)
class Place:
    """A bank with people, shares, targets, deliveries and an approved scheme."""

    open: Opener
    host: Host
    store: FactStore
    workshop: Workshop
    folder: Path

    async def deliver(self, fact: str, text: str, day: date = date(2026, 11, 30)) -> str:
        source = self.folder / f"{fact}.csv"
        source.write_text(text)
        columns: dict[str, object] = {name: name for name in COLUMNS[fact]}
        if fact == "balances":
            columns["balance"] = "amount"
        mapping = {"fact": fact, "dates": "%Y-%m-%d", "currency": "CNY", "columns": columns}
        if fact == "balances":
            mapping["shape"] = "transactions"
        async with self.open() as session:
            tables = (await catalogue(session, self.host)).fact_tables
        report = await deliver(
            self.open, self.store, tables, source, DeliveryMapping.model_validate(mapping), day, today=date(2026, 12, 1)
        )
        assert report.findings == (), report.findings
        return report.status

    def without(self, *plugins: str) -> "Place":
        """The same bank on an installation that lacks these plugins."""
        left = {c: (p.module, p.version) for c, p in self.host.plugins.items() if c not in plugins}
        return Place(self.open, Host(left), self.store, self.workshop, self.folder)

    async def run(self, period: Period = QUARTER, lease: object = None) -> str:
        async with self.open() as session:
            run = await start_run(session, await catalogue(session, self.host), "test", period, today=TODAY)
        await perform(self.open, self.host, self.store, self.workshop, run, lease=lease or Held())  # type: ignore[arg-type]
        return run

    async def row(self, run: str) -> asyncpg.Record:
        async with self.open() as session:
            found = await session.row("SELECT * FROM bank.runs WHERE run = $1", run)
        assert found is not None
        return found

    async def values(self, run: str) -> dict[tuple[str, str], str | None]:
        """(indicator, manager) → value with 6 decimals; unattributed under "-"."""
        async with self.open() as session:
            rows = await session.rows("SELECT * FROM bank.run_values WHERE run = $1 AND owner <> 'bank'", run)
        return {
            (row["indicator"], row["manager"] or "-"): None
            if row["not_applicable"] or not row["denominator"]
            else str((row["numerator"] / row["denominator"]).quantize(Decimal("0.000001")))
            for row in rows
        }


@pytest.fixture
async def place(open_bank: Opener, door: Door, tmp_path: Path) -> Place:
    host = Host.installed()
    place = Place(open_bank, host, FactStore(tmp_path / "facts"), Workshop("512MB", 1, 1), tmp_path)
    async with open_bank() as session:
        for code in ("deposits", "intermediate_income", "loans", "risk"):
            await enable(session, host, code)
        await add_branches(
            session,
            [NewBranch("B0", None, "head_office", "Head", "总行"), NewBranch("B1", "B0", "branch", "One", "一")],
        )
        await add_managers(session, [NewManager(m, m, "B1", "manager", "1", JANUARY) for m in ("m1", "m2", "m3")])
        await add_customers(session, [("c1", "One"), ("c2", "Two")])
        # c1 goes from m1 to m2 on 15 August; m1 holds 60 % of c2 and nobody the rest.
        handover = date(2026, 8, 15)
        await add_shares(
            session,
            [
                NewShare("c1", "m1", 1_000_000, JANUARY, handover),
                NewShare("c1", "m2", 1_000_000, handover),
                NewShare("c2", "m1", 600_000, JANUARY),
            ],
        )
        await set_targets(
            session,
            QUARTER,
            [NewTarget(m, "deposits.daily_average", Decimal(500)) for m in ("m1", "m2", "m3")]
            + [NewTarget(m, "intermediate_income.total", Decimal(20)) for m in ("m1", "m2", "m3")],
        )
        offered = await catalogue(session, host)
        version = await save_scheme(session, SCHEME, offered.indicators, offered.point_rules)
    async with door.open(open_bank.bank, "approver") as session:
        await approve_scheme(session, "test", version)
    for fact, text in FILES.items():
        assert await place.deliver(fact, text) == "accepted"
    return place


async def test_every_figure_is_the_one_worked_out_by_hand(place: Place) -> None:
    run = await place.run()
    row = await place.row(run)
    assert row["error"] is None, row["error"]
    assert row["status"] == "complete"
    values = await place.values(run)
    # Daily average of the quarter's 92 days. c1: 1,000 for 45 days with m1, 47 with m2.
    # c2: 920 for 61 days, 60 % with m1. m1: (45 × 1000 + 0.6 × 61 × 920) ÷ 92 = 489.130434… + 366 = 855.130435
    assert values["deposits.daily_average", "m1"] == "855.130435"
    assert values["deposits.daily_average", "m2"] == "510.869565"  # 47 × 1000 ÷ 92
    assert values["deposits.daily_average", "m3"] == "0.000000"
    assert values["deposits.daily_average", "-"] == "244.000000"  # 0.4 × 61 × 920 ÷ 92
    # Increment: c1's base is 1,000 × 30 days of June ÷ 91 days = 329.670329…; it follows the customer.
    # m1: 45 × 670.329670… ÷ 92 + 366 = 327.878643… + 366
    assert values["deposits.daily_average_increment", "m1"] == "693.878643"
    assert values["deposits.daily_average_increment", "m2"] == "342.451027"  # 47 × 670.329670… ÷ 92
    # At the period's end: c1 with m2; 60 % of 920 with m1.
    assert values["deposits.period_end_balance", "m1"] == "552.000000"
    assert values["deposits.period_end_balance", "m2"] == "1000.000000"
    assert values["intermediate_income.total", "m1"] == "36.006000"  # 30 + 0.6 × 10.01
    assert values["intermediate_income.total", "m2"] == "0.000000"  # f3 is booked after the period
    assert values["loans.granted", "m1"] == "4000.000000"
    assert values["risk.npl_ratio", "m2"] == "20.000000"  # 1,000 of 5,000; c1 is m2's on the last day
    assert values["risk.npl_ratio", "m1"] is None  # c2's loan is granted after the period
    async with place.open() as session:
        cards = await session.rows("SELECT * FROM bank.scorecards WHERE run = $1 ORDER BY rank", run)
    # m1: 60 × 855.130434… ÷ 500 = 102.615652… → 102.6157, and 40 × 36.006 ÷ 20 = 72.012.
    # m2: 60 × 510.869565… ÷ 500 = 61.304347… → 61.3043.
    assert [(c["manager"], c["points_e4"], c["rank"], c["grade"]) for c in cards] == [
        ("m1", 1_746_277, 1, "A1"),
        ("m2", 613_043, 2, "E1"),
        ("m3", 0, 3, "E3"),
    ]
    assert [c["pay_minor"] for c in cards] == [7402, 2598, 0]  # 10,000 × 174.6277 ÷ 235.9320 = 7401.61…
    assert cards[0]["branch"] == "B1"


async def test_a_run_shows_nothing_before_it_is_complete(place: Place) -> None:
    with pytest.raises(RuntimeError, match="lost the job"):
        await place.run(lease=Lost())
    async with place.open() as session:
        for table in ("run_values", "scorecards", "score_lines"):
            assert await session.rows(f"SELECT 1 FROM bank.{table}") == []
        row = await session.row("SELECT status, results_hash FROM bank.runs")
    assert row is not None
    assert tuple(row) == ("running", None)


async def test_a_worker_that_lost_its_job_cannot_fail_the_run_either(place: Place) -> None:
    async with place.open() as session:
        run = await start_run(session, await catalogue(session, place.host), "test", QUARTER, today=TODAY)
    short = place.without("deposits")
    with pytest.raises(RuntimeError, match="lost the job"):
        await perform(place.open, short.host, place.store, place.workshop, run, lease=Lost())
    assert (await place.row(run))["status"] == "running"
    await perform(place.open, short.host, place.store, place.workshop, run, lease=Held())
    row = await place.row(run)
    assert (row["status"], row["error"]["code"]) == ("failed", "SCHEME_INVALID")


async def test_the_same_inputs_give_the_same_hashes_and_replay_agrees(place: Place) -> None:
    one, two = await place.run(), await place.run()
    first, second = await place.row(one), await place.row(two)
    assert first["inputs_hash"] == second["inputs_hash"]
    assert first["results_hash"] == second["results_hash"]
    again = await replay(place.open, place.host, place.store, place.workshop, one)
    assert (again.same, again.got, again.differences) == (True, first["results_hash"], ())


async def test_an_older_run_still_reads_what_it_read_after_a_correction(place: Place) -> None:
    before = await place.run()
    assert await place.deliver("fees", FILES["fees"].replace("30.00", "50.00")) == "accepted"
    after = await place.run()
    assert (await place.values(before))["intermediate_income.total", "m1"] == "36.006000"
    assert (await place.values(after))["intermediate_income.total", "m1"] == "56.006000"
    assert (await place.row(before))["inputs_hash"] != (await place.row(after))["inputs_hash"]
    assert (await replay(place.open, place.host, place.store, place.workshop, before)).same


async def test_a_run_stands_on_the_shares_of_its_moment(place: Place) -> None:
    run = await place.run()
    async with place.open() as session:
        await session.execute("DELETE FROM bank.shares WHERE customer = 'c2'")
        await session.execute("DELETE FROM bank.targets")
    assert (await replay(place.open, place.host, place.store, place.workshop, run)).same


async def test_a_frozen_file_that_was_changed_is_noticed(place: Place) -> None:
    run = await place.run()
    frozen = (await place.row(run))["inputs"]["frozen"]["shares"]["sha256"]
    path = place.store.path(place.open.bank.code, frozen)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(Unavailable, match="was changed") as caught:
        await replay(place.open, place.host, place.store, place.workshop, run)
    assert caught.value.code == "FACTS_DAMAGED"


async def test_another_plugin_version_is_refused_unless_asked_to_compare(place: Place) -> None:
    run = await place.run()
    newer = Host({code: (plugin.module, "99") for code, plugin in place.host.plugins.items()})
    with pytest.raises(Conflict, match=r"deposits: .* then, 99 now") as caught:
        await replay(place.open, newer, place.store, place.workshop, run)
    assert caught.value.code == "PLUGIN_VERSION_DIFFERS"
    assert (await replay(place.open, newer, place.store, place.workshop, run, compare=True)).same


async def test_a_plugin_that_raises_fails_the_run_and_says_which(place: Place) -> None:
    def broken(facts: object, period: Period, parameters: object) -> object:
        raise ZeroDivisionError("by hand")

    module = ModuleType("broken")
    named = Indicator(
        "deposits.daily_average", Labels("x", "某"), Unit.MONEY, Direction.HIGHER_IS_BETTER, Sum(), broken
    )
    offered = place.host.plugins["deposits"].indicators
    module.__dict__["indicators"] = hook(lambda: [named, *(i for i in offered if i.code != named.code)])
    modules = {code: (plugin.module, plugin.version) for code, plugin in place.host.plugins.items()}
    host = Host(modules | {"deposits": (module, "1")})
    run = await Place(place.open, host, place.store, place.workshop, place.folder).run()
    row = await place.row(run)
    error = row["error"]
    assert (row["status"], error["code"]) == ("failed", "PLUGIN_FAILED")
    assert (
        "Plugin deposits failed while measuring deposits.daily_average: ZeroDivisionError: by hand" in error["message"]
    )
    assert await place.values(run) == {}


async def test_a_period_in_the_future_is_refused_and_nothing_is_queued(place: Place) -> None:
    with pytest.raises(InputError, match="2026-Q4 has not begun") as caught:
        async with place.open() as session:
            offered = await catalogue(session, place.host)
            await start_run(session, offered, "test", Period.parse("2026-Q4"), today=date(2026, 9, 30))
    assert caught.value.code == "PERIOD_IN_FUTURE"
    async with place.open() as session:
        assert await session.rows("SELECT 1 FROM bank.runs") == []


async def test_a_scheme_that_is_not_approved_cannot_be_run(place: Place) -> None:
    async with place.open() as session:
        offered = await catalogue(session, place.host)
        await save_scheme(session, SCHEME | {"code": "draft"}, offered.indicators, offered.point_rules)
        with pytest.raises(NotFound, match="no approved scheme 'draft'"):
            await start_run(session, offered, "draft", QUARTER, today=TODAY)


async def test_balances_run_on_beyond_the_last_delivered_day(place: Place) -> None:
    run = await place.run(Period.parse("2026-10"))
    assert (await place.values(run))["deposits.daily_average", "m2"] == "1000.000000"


async def test_a_period_before_all_facts_is_zero_not_an_error(place: Place) -> None:
    run = await place.run(Period.parse("2026-01"))
    values = await place.values(run)
    assert (await place.row(run))["status"] == "complete"
    assert values["deposits.daily_average", "m1"] == "0.000000"
    assert values["risk.npl_ratio", "m1"] == "100.000000"  # l2 of c1, granted in 2025, is all there is


async def test_what_a_finished_run_says_cannot_be_changed(place: Place) -> None:
    run = await place.run()
    for statement in (
        "UPDATE bank.scorecards SET pay_minor = 1 WHERE run = $1",
        "DELETE FROM bank.score_lines WHERE run = $1",
        "UPDATE bank.runs SET results_hash = 'x' WHERE run = $1",
        """INSERT INTO bank.scorecards (run, manager, branch, position, level)
           SELECT run, 'm9', branch, position, level FROM bank.scorecards WHERE run = $1 LIMIT 1""",
        """INSERT INTO bank.run_values (run, indicator, owner, manager, numerator, denominator)
           VALUES ($1, 'forged.value', 'manager', 'm1', 1, 1)""",
        """INSERT INTO bank.findings (run, code, severity, subject, message, message_zh, fields)
           VALUES ($1, 'FORGED', 'error', '', '', '', '{}')""",
    ):
        with pytest.raises(asyncpg.PostgresError, match=r"permission denied|stays as it is"):
            async with place.open() as session:
                await session.execute(statement, run)


async def test_evidence_is_the_rows_that_were_folded(place: Place) -> None:
    run = await place.run()
    ask = (place.open, place.host, place.store, place.workshop, run, "m1", "deposits.daily_average")
    page = await evidence(*ask, limit=10)
    assert [(r.customer, r.ref, str(r.first), str(r.until), r.share_ppm) for r in page.rows] == [
        ("c1", "a1", "2026-07-01", "2026-08-01", 1_000_000),
        ("c1", "a1", "2026-08-01", "2026-08-15", 1_000_000),
        ("c2", "a2", "2026-08-01", "2026-09-01", 600_000),
        ("c2", "a2", "2026-09-01", "2026-10-01", 600_000),
    ]
    assert page.per == 92
    total = sum((row.counted for row in page.rows), Fraction(0)) / (page.per or 1)
    assert str((Decimal(total.numerator) / total.denominator).quantize(Decimal("0.000001"))) == "855.130435"
    first = await evidence(*ask, limit=3)
    rest = await evidence(*ask, limit=3, after=first.rows[-1].place)
    assert (first.rows + rest.rows, first.more, rest.more, first.total) == (page.rows, True, False, 4)
    with pytest.raises(InputError, match="did not measure"):
        await evidence(*ask[:-1], "satisfaction.survey_score", limit=3)
