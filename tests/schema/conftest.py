"""Two banks with complete runs, people of every role, and the application in the process."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from core.arrivals.inbox import Inbox
from core.banks.table import BankRow
from core.facts.store import FactStore
from core.indicators.workshop import Workshop
from core.people.store import add_person, grant
from core.plugins.host import Host
from core.plugins.store import enable
from core.session import Bank, BankSession
from schema.ids import global_id
from service.app import create_app
from service.database import Database
from tenants.binding import Door
from tenants.keys import ensure_key
from tenants.reading import ReadingPool
from tenants.registry import bank_row, register_bank
from tenants.tokens import issue_token
from tests.approved import add_approved, add_queued
from tests.schema.held import hold
from tests.schema.wire import Port, serving

RUN, HALF_DONE = "run-complete", "run-running"
DONE = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)

# manager, branch, rank, rank in branch, points in ten-thousandths, grade, pay in fen; m4 and m5 are equal.
CARDS = [
    ("m1", "B11", 1, 1, 1_100_000, "A3", 111_111),
    ("m2", "B11", 2, 2, 1_000_000, "B2", 222_222),
    ("m3", "B1", 5, 1, 800_000, "C3", 333_333),
    ("m4", "B2", 3, 1, 900_000, "C1", 444_444),
    ("m5", "B2", 3, 1, 900_000, "C1", 555_555),
    ("m6", "B2", None, None, None, None, None),
]
PEOPLE: dict[str, tuple[str | None, list[tuple[str, str]]]] = {
    "administrator": (None, [("administrator", "")]),
    "approver": (None, [("approver", "")]),
    "assessor": (None, [("assessor", "")]),
    "auditor": (None, [("auditor", "")]),
    "branch_head": ("m3", [("branch_head", "B1"), ("manager", "")]),
    "data_steward": (None, [("data_steward", "")]),
    "manager": ("m1", [("manager", "")]),
    "nobody": (None, []),
    "risk_officer": (None, [("risk_officer", "")]),
    "scheme_designer": (None, [("scheme_designer", "")]),
    # Scopes of several roles are united: everybody's scorecard, his own pay.
    "scored_designer": ("m2", [("manager", ""), ("scheme_designer", "")]),
}


@dataclass(frozen=True)
class House:
    """What `create_app` needs of an open house."""

    engine: AsyncEngine
    door: Door
    host: Host
    store: FactStore
    inbox: Inbox
    workshop: Workshop


def without_cost(body: dict[str, Any]) -> dict[str, Any]:
    """What a request costs stands in every answer and changes with the schema: tests of other things leave it out."""
    body.get("extensions", {}).pop("cost", None)
    if body.get("extensions") == {}:
        del body["extensions"]
    return body


@dataclass(frozen=True)
class Asker:
    """Asks as one person of one bank."""

    client: httpx.AsyncClient
    token: str

    async def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer of a POST, without what it cost."""
        response = await self.post({"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return without_cost(body)

    async def post(self, body: Any, **headers: str) -> httpx.Response:
        """A POST of JSON."""
        return await self.client.post("/graphql", json=body, headers=self.headers | headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Town:
    """One bank of the tests, its people's tokens, and who asks there."""

    bank: Bank
    row: BankRow
    keys: Path
    door: Door
    client: httpx.AsyncClient = field(repr=False)

    def asks(self, person: str) -> Asker:
        return Asker(self.client, issue_token(self.keys, self.row, person, 1))

    def id(self, kind: str, *key: str) -> str:
        return global_id(self.bank, kind, *key)

    def open(self, person: str = "system", **how: bool) -> Any:
        return self.door.open(self.bank, person, **how)


@pytest.fixture(scope="session")
async def readers(database: Database) -> AsyncIterator[ReadingPool]:
    """Connections for requests that only read, as the house has them."""
    pool = database.reading_pool(5)
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def house(engine: AsyncEngine, readers: ReadingPool, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The installation."""
    store = FactStore(tmp_path_factory.mktemp("graphql-facts"))
    inbox = Inbox(tmp_path_factory.mktemp("graphql-inbox"))
    return House(engine, Door(engine, readers), Host.installed(), store, inbox, Workshop("512MB", 1, 1))


@pytest.fixture(scope="session")
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP into the application, without a network."""
    transport = httpx.ASGITransport(create_app(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        yield client


@pytest.fixture
async def port(house: House) -> AsyncIterator[Port]:
    """The application behind a real port, for WebSocket."""
    async with serving(create_app(house)) as port:
        yield port


BuildTown = Callable[[str], Awaitable[Town]]


@pytest.fixture(scope="session")
def build_town(
    owner: AsyncEngine, house: House, client: httpx.AsyncClient, tmp_path_factory: pytest.TempPathFactory
) -> BuildTown:
    """Makes a bank of tests whose every name begins with `mark`."""
    keys = tmp_path_factory.mktemp("keys")

    async def build(mark: str) -> Town:
        code = f"{mark.lower()}-{secrets.token_hex(4)}"
        row = BankRow(code=code, name=f"{mark} Bank", name_zh=f"{mark} 银行", currency="CNY", issuer=f"urn:bank:{code}")
        bank = await register_bank(owner, row)
        await ensure_key(owner, keys, code)
        town = Town(bank, await bank_row(owner, code), keys, house.door, client)
        async with town.open() as session:
            await _people(session, house.host, mark)
            await _results(session, mark)
        return town

    return build


async def _people(session: BankSession, host: Host, mark: str) -> None:
    for plugin in ("deposits", "intermediate_income"):
        await enable(session, host, plugin)
    for branch, parent in (("B0", None), ("B1", "B0"), ("B11", "B1"), ("B2", "B0")):
        await session.execute(
            "INSERT INTO bank.branches (branch, parent, kind, name, name_zh) VALUES ($1, $2, 'branch', $3, $4)",
            branch,
            parent,
            f"{mark} {branch}",
            f"{mark} {branch} 支行",
        )
    for manager, branch, *_ in CARDS:
        await session.execute("INSERT INTO bank.managers (manager, name) VALUES ($1, $2)", manager, f"{mark} {manager}")
        await session.execute(
            """INSERT INTO bank.postings (manager, valid_from, valid_until, branch, position, level)
               VALUES ($1, '2020-01-01', '9999-12-31', $2, 'manager', '')""",
            manager,
            branch,
        )
    for person, (manager_code, grants) in PEOPLE.items():
        await add_person(session, person, manager_code)
        for role, top in grants:
            await grant(session, person, role, top)


async def _results(session: BankSession, mark: str) -> None:
    await add_approved(session)
    for run in (RUN, HALF_DONE):
        await add_queued(session, run)
        await session.execute(
            "UPDATE bank.runs SET status = 'running', stage = 'running', done = 1, total = 2 WHERE run = $1", run
        )
        for card in CARDS:
            await session.execute(
                """INSERT INTO bank.scorecards (run, manager, branch, position, level, rank, rank_in_branch, points_e4,
                                                grade, multiple_e2, pay_minor)
                   VALUES ($1, $2, $3, 'manager', '', $4, $5, $6, $7, 100, $8)""",
                run,
                *card,
            )
            await session.execute(
                """INSERT INTO bank.score_lines (run, manager, line, indicator, section, rule, value_e6, target,
                                                 completion_e6, base_e4, points_e4, inputs)
                   VALUES ($1, $2, 1, 'deposits.daily_average', 'main', 'points_proportional', 855130435, 500, 1710261,
                           600000, $4, $3::text::jsonb)""",
                run,
                card[0],
                '{"base": "60", "numerator": "1967", "denominator": "2", "target": "500", "cap_multiple": "2"}',
                0 if card[4] is None else 1_026_157,
            )
        for manager in ("m1", "m4"):
            await session.execute(
                """INSERT INTO bank.findings (run, code, severity, subject, message, message_zh, fields)
                   VALUES ($1, 'TARGET_MISSING', 'warning', $2, $3, '缺少目标', '{}')""",
                run,
                manager,
                f"{mark} finding about {manager}",
            )
    await session.execute(
        """UPDATE bank.runs SET status = 'complete', stage = 'complete', finished_at = $2, inputs_hash = 'in',
                                results_hash = 'out' WHERE run = $1""",
        RUN,
        DONE,
    )
    await session.execute(
        """INSERT INTO bank.deliveries (delivery, fact, shape, business_day, source, content, status, rows, findings,
                                        delivered_by, delivered_at, mapping)
           VALUES (900001, 'fees', 'events', $1, $2, 'abc', 'refused', 3, 1, 'data_steward', $3, '{}')""",
        date(2026, 9, 30),
        f"{mark}-fees.csv",
        DONE,
    )
    await session.execute(
        """INSERT INTO bank.findings (delivery, code, severity, subject, message, message_zh, fields)
           VALUES (900001, 'NUMBER_INVALID', 'error', 'row 2', 'not a number', '不是数字', '{"row": 2}')"""
    )


@pytest.fixture(scope="session")
async def here(build_town: BuildTown) -> Town:
    """The bank that asks."""
    return await build_town("HERE")


@pytest.fixture(scope="session")
async def held(build_town: BuildTown) -> Town:
    """A bank whose customers are held and who agreed on targets; no test writes to it."""
    town = await build_town("HELD")
    await hold(town)
    return town


@pytest.fixture
def by_plans(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No plan broke, which the log alone would tell."""
    yield
    assert [one.getMessage() for one in caplog.get_records("call") if one.name == "meritgraph.graphql"] == []


@pytest.fixture(scope="session")
async def there(build_town: BuildTown) -> Town:
    """The other bank: the same codes, other names."""
    return await build_town("THERE")
