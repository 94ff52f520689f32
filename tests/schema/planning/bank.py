"""A bank in which every list has rows, and whose figures and names are the awkward ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.customers.store import add_customers
from core.managers.staff import NewManager, add_managers
from core.plugins.store import catalogue, enable
from core.publications.store import publish_run
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from core.session import BankSession
from core.shares.store import NewShare, add_shares
from core.targets.store import NewTarget, set_targets
from tests.approved import add_queued
from tests.core.runs.place import FILES, JANUARY, QUARTER, SCHEME, Place

if TYPE_CHECKING:
    from tests.schema.conftest import House, Town

ODD, FAILED = "run-odd", "run-failed"
AWKWARD = 'Ä"\\\n\t\u2028 100% %s {} 王小明 🙂'
NOON = datetime(2026, 10, 5, 12, 0, 0, 123, tzinfo=UTC)

# manager, branch, level, rank, points in ten-thousandths, grade, multiple in hundredths, pay in fen; m7 is now in B3.
CARDS = [
    ("m1", "B11", "1", 3, -1, AWKWARD, 0, 0),
    ("m2", "B11", "", 2, 0, "A", -5, -1),
    ("m3", "gone", "", 4, -123_456, "", 100, 10**15),
    ("m4", "B2", "高级", 1, 2**62, "B", 2**31 - 1, 7),
    ("m7", "B11", "", None, None, None, None, None),
]
MEASURED = '{"numerator": "-1", "denominator": "3"}'
# line, indicator, section, rule, value, target, completion, base, points, not applicable, inputs
LINES: list[tuple[Any, ...]] = [
    (1, "deposits.daily_average", "main", None, Decimal(-1), Decimal("0.000000"), Decimal(0), 0, -1, None, MEASURED),
    (
        2,
        "gone.figure",
        AWKWARD,
        None,
        Decimal(10) ** 37,
        Decimal(10) ** 30,
        Decimal(-(10**7)),
        5,
        2**62,
        None,
        MEASURED,
    ),
    (3, "risk.npl_ratio", "", None, None, None, None, 0, 0, "no_rows", "{}"),
]


async def fill(town: Town, house: House, folder: Path) -> str:
    """Everything a list can show; the code of the run that was really made."""
    place = Place(town.door.opener(town.bank, "assessor"), house.host, house.store, house.workshop, folder)
    async with town.open() as session:
        await _people(session, house)
    async with town.open("designer") as session:
        await _scheme(session, house)
    async with town.open("approver") as session:
        await approve_scheme(session, "test", 1)
    for fact, content in FILES.items():
        assert await place.deliver(fact, content) == "accepted"
    run = await place.run()
    assert await place.deliver("fees", FILES["fees"].replace("30.00", "31.00")) == "accepted"  # which affects the run
    async with town.open("approver") as session:
        await publish_run(session, run)
    async with town.open() as session:
        await _odd_runs(session)
        await _paper(session)
    return run


async def _people(session: BankSession, house: House) -> None:
    for plugin in ("loans", "risk"):
        await enable(session, house.host, plugin)
    await session.execute(
        "INSERT INTO bank.branches (branch, parent, kind, name, name_zh) VALUES ('B3', 'B2', 'team', $1, '')", AWKWARD
    )
    await add_managers(
        session,
        [
            NewManager("m7", AWKWARD, "B3", "chief", "高级", JANUARY),
            NewManager("m8", "Left", "B2", "manager", "", JANUARY, date(2026, 3, 1)),
            NewManager("m9", "Leaves", "B11", "trainee", "2", JANUARY, date(2999, 3, 1)),
        ],
    )
    await add_customers(session, [("c1", "One"), ("c2", "Two"), ("c3", "Three")])
    await add_shares(
        session,
        [
            NewShare("c1", "m1", 1_000_000, JANUARY, date(2026, 8, 15)),
            NewShare("c1", "m2", 1_000_000, date(2026, 8, 15)),
            NewShare("c2", "m1", 600_000, JANUARY),
            NewShare("c3", "m7", 1, JANUARY),
        ],
    )
    targets = [NewTarget(m, "deposits.daily_average", Decimal(500)) for m in ("m1", "m2", "m3", "m7")]
    await set_targets(session, QUARTER, [*targets, NewTarget("m1", "intermediate_income.total", Decimal("20.000001"))])


async def _scheme(session: BankSession, house: House) -> None:
    offered = await catalogue(session, house.host)
    for _ in range(2):  # the second stays a draft
        version = await save_scheme(session, SCHEME, offered.indicators, offered.point_rules)
        if version == 1:
            await submit_scheme(session, "test", 1)


async def _odd_runs(session: BankSession) -> None:
    for run in (ODD, FAILED):
        await add_queued(session, run, "2026-H1")
        await session.execute("UPDATE bank.runs SET status = 'running', started_at = $2 WHERE run = $1", run, NOON)
    for card in CARDS:
        await session.execute(
            """INSERT INTO bank.scorecards (run, manager, branch, position, level, rank, rank_in_branch, points_e4,
                                            grade, multiple_e2, pay_minor)
               VALUES ($1, $2, $3, 'manager', $4, $5, 1, $6, $7, $8, $9)""",
            ODD,
            *card,
        )
        for line in LINES[: 0 if card[0] == "m2" else 3]:
            await session.execute(
                """INSERT INTO bank.score_lines (run, manager, line, indicator, section, rule, value_e6, target,
                                                 completion_e6, base_e4, points_e4, not_applicable, inputs)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::text::jsonb)""",
                ODD,
                card[0],
                *line,
            )
    await session.execute(
        """UPDATE bank.runs SET status = 'complete', finished_at = $2, inputs_hash = 'i', results_hash = 'r'
           WHERE run = $1""",
        ODD,
        NOON,
    )
    await session.execute(
        """UPDATE bank.runs SET status = 'failed', finished_at = $2,
                                error = '{"code": "ENGINE_BROKE", "message": "It broke."}' WHERE run = $1""",
        FAILED,
        NOON,
    )


async def _paper(session: BankSession) -> None:
    """Feeds, arrivals, entries and settings."""
    await session.execute(
        """INSERT INTO bank.feeds (feed, label, label_zh, fact, shape, mapping, file_pattern, every, due_days, since)
           VALUES ('fees', 'Fees', '', 'fees', 'events', '{"fact": "fees"}', 'fees_{day}.csv', 'month', 3, $1)""",
        JANUARY,
    )
    told = """{"status": "refused", "rows": 3, "counts": {"NUMBER_INVALID": 1}, "findings": [
      {"rule": "NUMBER_INVALID", "message": "no number", "message_zh": "不是数字", "row": 2, "column": "amount"}]}"""
    for name, status, outcome, delivery, finished in (
        ("a.csv", "waiting", None, None, None),
        (AWKWARD, "refused", told, 900_001, NOON),
    ):
        await session.execute(
            """INSERT INTO bank.arrivals (name, origin, feed, bytes, status, stage, terms, outcome, delivery,
                                          arrived_by, arrived_at, finished_at)
               VALUES ($1, 'inbox', 'fees', 3000000000, $2, '', '{}', $3::text::jsonb, $4, 'inbox', $5, $6)""",
            name,
            status,
            outcome,
            delivery,
            NOON,
            finished,
        )
    async with session.acting_as("data_steward") as steward:
        await steward.execute(
            """INSERT INTO bank.entries (fact, business_day, rows, reason, status, made_by, made_at, decision)
               VALUES ('fees', $1, '[{"fee": "f9", "amount": "1.00"}]', 'late', 'waiting', 'data_steward', $2, '')""",
            JANUARY,
            NOON,
        )
