"""The bank that is asked: branches, managers and two complete runs with the same invented results."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from sqlalchemy import text

from bench.graphql.bank_scheme import SCHEME, add_scheme
from bench.reference import new_bank
from bench.reference_people import SINCE, manager_code
from bench.size import PERIOD, Size
from core.branches.tree import NewBranch, add_branches
from core.managers.staff import NewManager, add_managers
from core.people.store import add_person, grant
from core.publications.store import publish_run
from core.runs.results import ResultRows, Row, results_hash, store_results
from core.runs.table import RunRow
from core.session import Bank, BankSession
from service.commands.token import make_token
from service.house import House

CODE, READER = "graphql", "reader"
MILLION = 10**6
GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True)
class AskedBank:
    """`fresh` is complete but not published: no answer about it may be kept. `published` holds the same results."""

    bank: Bank
    managers: int
    fresh: str
    published: str
    token: str


async def invent_bank(house: House, size: Size) -> AskedBank:
    """Make it, and let PostgreSQL count what is in it."""
    bank = await new_bank(house, CODE)
    async with house.door.open(bank, "system") as session:
        await _add_people(session, size)
        indicators = await add_scheme(session, house.host)
        rows = _results(size, indicators)
        async with session.acting_as("assessor") as assessor:
            fresh, published = [await _add_run(assessor, rows) for _ in range(2)]
        async with session.acting_as("approver") as approver:
            await publish_run(approver, published)
    await _analyze(house)
    token = await make_token(house, CODE, READER)
    return AskedBank(bank, size.managers, fresh, published, token)


async def _add_people(session: BankSession, size: Size) -> None:
    head = NewBranch("B00", None, "head_office", "Head office", "总行")
    others = [NewBranch(f"B{n:02}", "B00", "branch", f"Branch {n}", f"第{n}支行") for n in range(1, size.branches)]
    await add_branches(session, [head, *others])
    await add_managers(
        session,
        [
            NewManager(manager_code(n), f"Manager {n}", _branch(size, n), "manager", "", SINCE)
            for n in range(size.managers)
        ],
    )
    await add_person(session, READER)
    await grant(session, READER, "auditor")


def _branch(size: Size, manager: int) -> str:
    return f"B{1 + manager % (size.branches - 1):02}"


async def _add_run(session: BankSession, rows: ResultRows) -> str:
    """A run with these results, on the way every run goes: queued, running, complete."""
    run = str(uuid.uuid4())
    session.orm.add(RunRow(run=run, scheme=SCHEME, version=1, period=str(PERIOD), requested_by=session.person))
    await session.orm.flush()
    await session.execute("UPDATE bank.runs SET status = 'running', started_at = now() WHERE run = $1", run)
    await store_results(session, run, rows)
    await session.execute(
        """UPDATE bank.runs SET status = 'complete', stage = 'complete', done = 1, total = 1, finished_at = now(),
                  inputs = '{}', inputs_hash = $2, results_hash = $3, versions = '{}' WHERE run = $1""",
        run,
        results_hash(ResultRows([], [], [], ())),
        results_hash(rows),
    )
    return run


def _results(size: Size, indicators: tuple[str, ...]) -> ResultRows:
    """Every manager's lines, and scorecards that add them up; the same for the same seed."""
    random = Random(size.seed)
    lines = {manager_code(n): list(_lines(manager_code(n), indicators, random)) for n in range(size.managers)}
    points = {manager: sum(int(str(line[9])) for line in of_one) for manager, of_one in lines.items()}
    return ResultRows([], list(_cards(size, points)), [line for of_one in lines.values() for line in of_one], ())


def _lines(manager: str, indicators: tuple[str, ...], random: Random) -> Iterator[Row]:
    """As the columns of `store_results`: value in millionths, target with six places, points in ten-thousandths."""
    for number, indicator in enumerate(indicators, start=1):
        value, target = random.randrange(1, 10**14), Decimal(random.randrange(1, 10**10)) / 100
        completion = Decimal(value * 100 // int(target * 100))
        inputs = json.dumps({"D": "1", "N": str(value)})
        points = random.randrange(10**6)
        yield (
            manager, number, indicator, "main", "points_proportional", Decimal(value), target, completion, MILLION,
            points, None, inputs,
        )  # fmt: skip


def _cards(size: Size, points: dict[str, int]) -> Iterator[Row]:
    """By rank, 1 is best; equals share it."""
    higher: dict[int, int] = {}
    for place, total in enumerate(sorted(points.values(), reverse=True), start=1):
        higher.setdefault(total, place)
    for number, (manager, total) in enumerate(points.items()):
        grade = GRADES[higher[total] * len(GRADES) // (size.managers + 1)]
        yield (manager, _branch(size, number), "manager", "", higher[total], 1, total, grade, 100, total)


async def _analyze(house: House) -> None:
    """What autovacuum would do a minute later."""
    owner = house.database.owner_engine()
    async with owner.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.execute(text("VACUUM ANALYZE"))
    await owner.dispose()
