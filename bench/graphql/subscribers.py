"""How soon 1,000 open subscriptions on one process hear of a change, and what they take of its memory."""

import asyncio
import json
import resource
import statistics
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.graphql.bank import CODE, AskedBank, invent_bank
from bench.graphql.bank_scheme import SCHEME
from bench.graphql.contestants import WIDE
from bench.graphql.figure import Figure
from bench.graphql.server import Server, Start, served
from bench.installation import Installation, installation
from bench.row import tell
from bench.size import PERIOD, Size
from core.people.store import add_person, grant
from core.runs.table import RunRow
from core.session import BankSession
from service.commands.token import make_token

SUBSCRIPTIONS, MOST_SECONDS = 1_000, 1.0
CHANGES = 3
AT_ONCE = 50
MIB = 1 << 20
BOARD = """subscription($first: Int!) { leaderboard(scheme: "%s", period: "%s", first: $first) {
  run { code status } scorecards { nodes { rank points grade manager { code name branch { name } } %%s } } } }"""
SHORT = BOARD % (SCHEME, PERIOD) % ""
LONG = BOARD % (SCHEME, PERIOD) % "lines { indicator { code } value target points }"
OWN = f"""subscription {{ scorecardChanged(scheme: "{SCHEME}", period: "{PERIOD}") {{
  totalCount changes {{ scorecard {{ rank points grade }} before {{ points }} }} }} }}"""


@dataclass(frozen=True)
class Kind:
    """What all of them listen to. `role`: of each person; a manager sees his own rows alone.

    `waits`: nothing is told before there is a change.
    """

    name: str
    query: str
    first: int = 0
    role: str = "auditor"
    reach: float | None = None
    waits: bool = False


KINDS = (
    Kind("the first ten of a leaderboard", SHORT, 10, reach=MOST_SECONDS),
    Kind("100 managers × 12 lines", LONG, 100),
    Kind("each his own scorecard", OWN, role="manager", waits=True),
)


async def measure_subscribers(scale: float) -> list[Figure]:
    """From the commit of a newer run's completion to the last one told; every one is another person with a socket."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    figures, count = [], max(1, round(min(scale, 1) * SUBSCRIPTIONS))
    async with installation() as installed:
        bank = await invent_bank(installed.house, Size(scale))
        tokens = {role: await _people(installed, bank, role, count) for role in ("auditor", "manager")}
        for kind in KINDS:
            figures += await _measured(installed, bank, kind, tokens[kind.role])
    return figures


async def _people(installed: Installation, bank: AskedBank, role: str, count: int) -> list[str]:
    async with installed.house.door.open(bank.bank, "system") as session:
        managers = [row["manager"] for row in await session.rows("SELECT manager FROM bank.managers ORDER BY manager")]
        for number in range(count):
            person = f"{role}-{number}"
            await add_person(session, person, managers[number % len(managers)] if role == "manager" else None)
            await grant(session, person, role)
    return [await make_token(installed.house, CODE, f"{role}-{number}") for number in range(count)]


async def _measured(installed: Installation, bank: AskedBank, kind: Kind, tokens: list[str]) -> list[Figure]:
    tell(f"{len(tokens):,} subscribers: {kind.name}")
    async with served(_start(installed, len(tokens))) as server, AsyncExitStack() as stack:
        before = _resident(server)
        sockets = await _open(stack, server, kind, tokens)
        await asyncio.sleep(2)
        grown = _resident(server) - before
        waits = [await _change(installed, bank, sockets) for _ in range(CHANGES)]
    told = f"{len(tokens):,} subscribers, {kind.name}"
    tell(f"{', '.join(f'{wait:.2f}' for wait in waits)} s")
    figures = [Figure(f"{told}: a change told to all", statistics.median(waits), "s", kind.reach)]
    if kind.reach is not None:
        figures.append(Figure(f"{told}: memory each", grown / len(tokens) / 1024, "KiB"))
        figures.append(Figure(f"{told}: memory of the process", (before + grown) / MIB, "MiB"))
    return figures


def _start(installed: Installation, count: int) -> Start:
    """`meritgraph serve` as it is, with places for so many people of one bank."""
    command = [sys.executable, "-m", "service.cli", "serve", "--host", "127.0.0.1", "--port", "{port}", "--no-worker"]
    settings = {"MERITGRAPH_LIMITS": orjson.dumps(WIDE).decode(), "MERITGRAPH_BANK_SOCKETS": str(count + 10)}
    return Start("ours", command, {**installed.environment, **settings})


async def _open(stack: AsyncExitStack, server: Server, kind: Kind, tokens: list[str]) -> list[ClientConnection]:
    sockets: list[ClientConnection] = []
    for begin in range(0, len(tokens), AT_ONCE):
        opened = [
            stack.enter_async_context(_listening(server, kind, token)) for token in tokens[begin : begin + AT_ONCE]
        ]
        sockets += await asyncio.gather(*opened)
    return sockets


@asynccontextmanager
async def _listening(server: Server, kind: Kind, token: str) -> AsyncIterator[ClientConnection]:
    url = f"ws://127.0.0.1:{server.port}/graphql"
    protocols = [Subprotocol("graphql-transport-ws")]
    async with connect(url, subprotocols=protocols, compression=None, max_size=None, ping_interval=None) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}))
        _expect(await socket.recv(), "connection_ack")
        variables = {"first": kind.first} if kind.first else {}
        asked = {"query": kind.query, "variables": variables}
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": asked}))
        if not kind.waits:
            _expect(await socket.recv(), "next")
        yield socket


async def _change(installed: Installation, bank: AskedBank, sockets: list[ClientConnection]) -> float:
    """Seconds from just before the commit to the last one's hearing of it."""
    run = str(uuid.uuid4())
    async with installed.house.door.open(bank.bank, "system") as session, session.acting_as("assessor") as assessor:
        await _prepare(assessor, run, bank.published)
    hearing = [asyncio.create_task(_heard(socket)) for socket in sockets]
    await asyncio.sleep(0.5)
    async with installed.house.door.open(bank.bank, "system") as session:
        await session.execute(
            """UPDATE bank.runs SET status = 'complete', stage = 'complete', finished_at = clock_timestamp(),
                                    inputs = '{}', inputs_hash = 'i', results_hash = 'r', versions = '{}'
               WHERE run = $1""",
            run,
        )
        began = time.perf_counter()
    return max(await asyncio.gather(*hearing)) - began


async def _heard(socket: ClientConnection) -> float:
    message = await socket.recv()
    now = time.perf_counter()
    _expect(message, "next")
    return now


async def _prepare(session: BankSession, run: str, like: str) -> None:
    """A run with the results of another, every manager with one point more for each run there is."""
    session.orm.add(RunRow(run=run, scheme=SCHEME, version=1, period=str(PERIOD), requested_by=session.person))
    await session.orm.flush()
    await session.execute("UPDATE bank.runs SET status = 'running', started_at = now() WHERE run = $1", run)
    await session.execute(
        """INSERT INTO bank.scorecards (run, manager, branch, position, level, rank, rank_in_branch, points_e4, grade,
                                        multiple_e2, pay_minor)
           SELECT $1, manager, branch, position, level, rank, rank_in_branch,
                  points_e4 + 10000 * (SELECT count(*) FROM bank.runs), grade, multiple_e2, pay_minor
           FROM bank.scorecards WHERE run = $2""",
        run,
        like,
    )
    await session.execute(
        """INSERT INTO bank.score_lines (run, manager, line, indicator, section, rule, value_e6, target, completion_e6,
                                         base_e4, points_e4, not_applicable, inputs)
           SELECT $1, manager, line, indicator, section, rule, value_e6, target, completion_e6, base_e4, points_e4,
                  not_applicable, inputs FROM bank.score_lines WHERE run = $2""",
        run,
        like,
    )


def _expect(message: str | bytes, kind: str) -> None:
    said = message if isinstance(message, str) else message.decode()
    if not said.startswith(f'{{"type":"{kind}"') or '"errors"' in said[:2000]:
        raise AssertionError(f"heard {said[:300]} instead of {kind}")


def _resident(server: Server) -> int:
    """Bytes in memory."""
    return int(Path(f"/proc/{server.pid}/statm").read_text().split()[1]) * resource.getpagesize()
