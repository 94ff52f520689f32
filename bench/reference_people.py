"""What people decided in the reference bank: branches, managers, customers, shares, scheme, targets."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from random import Random

import duckdb
import yaml

from bench.size import PERIOD, Size
from core.branches.tree import NewBranch, add_branches
from core.customers.store import add_customers
from core.managers.staff import NewManager, add_managers
from core.numbers import PPM
from core.periods import FOREVER
from core.plugins.host import Catalogue
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from core.session import BankSession
from core.shares.store import NewShare, add_shares
from core.targets.store import NewTarget, set_targets

SCHEME = "reference"
SINCE = date(2020, 1, 1)
PART = 100_000
"""Shares written at once."""


def customer_code(number: int) -> str:
    """As the facts name him."""
    return f"C{number:08}"


def manager_code(number: int) -> str:
    """From M0000 on."""
    return f"M{number:04}"


async def add_people(session: BankSession, size: Size) -> None:
    """Branches, managers and customers."""
    head = NewBranch("B00", None, "head_office", "Head office", "总行")
    others = [NewBranch(f"B{n:02}", "B00", "branch", f"Branch {n}", f"第{n}支行") for n in range(1, size.branches)]
    await add_branches(session, [head, *others])
    await add_managers(
        session,
        [
            NewManager(manager_code(n), f"Manager {n}", others[n % len(others)].branch, "manager", "", SINCE)
            for n in range(size.managers)
        ],
    )
    await add_customers(session, ((customer_code(n), f"Customer {n}") for n in range(size.customers)))


async def add_holdings(session: BankSession, size: Size) -> int:
    """All shares; how many."""
    added, shares = 0, shares_of(size)
    while some := list(islice(shares, PART)):
        added += await add_shares(session, some)
    return added


def shares_of(size: Size) -> Iterator[NewShare]:
    """All shares by customer, PART rows at a time out of the engine."""
    engine = duckdb.connect()
    figures = {"customers": size.customers, "managers": size.managers, "seed": size.seed, "since": SINCE}
    days = {"first": PERIOD.first, "days": PERIOD.days, "forever": FOREVER, "whole": PPM}
    rows = engine.execute(_SHARES, figures | days)
    while part := rows.fetchmany(PART):
        yield from (NewShare(*row) for row in part)
    engine.close()


# Of every 300 customers 60 change hands in mid-quarter and 17 have two managers; a fifth of the others count in part.
_SHARES = """
    WITH held AS (
        SELECT i, i % 300 AS kind, hash(i, 'one', $seed) % $managers AS one,
               (hash(i, 'one', $seed) + 1 + hash(i, 'other', $seed) % ($managers - 1)) % $managers AS other,
               $first + (1 + hash(i, 'day', $seed) % ($days - 1))::INTEGER AS day
        FROM range($customers) AS numbers(i)
    ), rows AS (
        SELECT i, one AS manager, $whole AS share_ppm, $since AS first, day AS until FROM held WHERE kind < 60
        UNION ALL
        SELECT i, other, $whole, day, $forever FROM held WHERE kind < 60
        UNION ALL
        SELECT i, one, 600000, $since, $forever FROM held WHERE kind BETWEEN 60 AND 76
        UNION ALL
        SELECT i, other, 400000, $since, $forever FROM held WHERE kind BETWEEN 60 AND 76
        UNION ALL
        SELECT i, one, CASE WHEN kind % 5 = 0 THEN 700000 ELSE $whole END, $since, $forever FROM held WHERE kind >= 77
    )
    SELECT 'C' || lpad(i::VARCHAR, 8, '0'), 'M' || lpad(manager::VARCHAR, 4, '0'), share_ppm, first, until
    FROM rows ORDER BY i, first, manager"""


async def add_scheme(session: BankSession, offered: Catalogue, size: Size) -> None:
    """The scheme, approved, and everyone's targets: what an average manager of a bank of this size reaches."""
    body = yaml.safe_load((Path(__file__).parent / "scheme.yaml").read_text(encoding="utf-8"))
    async with session.acting_as("designer") as designer:
        version = await save_scheme(designer, body, offered.indicators, offered.point_rules)
        await submit_scheme(designer, SCHEME, version)
    async with session.acting_as("approver") as approver:
        await approve_scheme(approver, SCHEME, version)
    figures = {
        "deposits.daily_average": Decimal(60_000) * size.accounts / size.managers,
        "deposits.daily_average_increment": Decimal(0),
        "intermediate_income.total": Decimal(400) * size.fees / size.managers,
        "loans.granted": Decimal(200_000) * size.loans / size.managers,
    }
    random = Random(size.seed)
    targets = [
        NewTarget(manager_code(n), indicator, (figure * random.randrange(80, 121) / 100).quantize(Decimal("0.01")))
        for n in range(size.managers)
        for indicator, figure in figures.items()
    ]
    await set_targets(session, PERIOD, targets)
