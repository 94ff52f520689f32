"""Runs that end with results, for who listens to them, and a door that counts what is read."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.publications.store import publish_run
from tenants.binding import Door
from tests.approved import add_queued
from tests.schema.wire import Port, Wire, token

if TYPE_CHECKING:
    from core.session import Bank
    from tests.schema.conftest import Town

BOARD = """subscription($period: Period!, $first: Int, $published: Boolean! = false) {
  leaderboard(scheme: "s", period: $period, first: $first, published: $published) {
    run { code isInForce } scorecards { totalCount nodes { rank points pay { amount } manager { code } } } } }"""
CHANGED = """subscription($period: Period!, $manager: String, $published: Boolean! = false, $first: Int) {
  scorecardChanged(scheme: "s", period: $period, managerCode: $manager, published: $published, first: $first) {
    run { code } runBefore { code } totalCount
    changes { manager { code } scorecard { points grade pay { amount } } before { points grade pay { amount } } } } }"""

# manager, branch, rank, points in ten-thousandths, pay in fen
CARDS = (("m1", "B11", 1, 1_000_000, 100_00), ("m3", "B1", 2, 900_000, 90_00), ("m4", "B2", 3, 800_000, 80_00))
Card = tuple[str, str, int, int, int]


async def finish(town: Town, period: str, cards: tuple[Card, ...] = CARDS, value: int = 1) -> str:
    """A run of that period that ends as complete with these cards, each with one line of that value."""
    run = str(uuid.uuid4())
    async with town.open() as session:
        await add_queued(session, run, period)
        await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = $1", run)
        for manager, branch, rank, points, pay in cards:
            await session.execute(
                """INSERT INTO bank.scorecards (run, manager, branch, position, level, rank, rank_in_branch, points_e4,
                                                grade, multiple_e2, pay_minor)
                   VALUES ($1, $2, $3, 'manager', '', $4, 1, $5, 'A', 100, $6)""",
                run, manager, branch, rank, points, pay,
            )  # fmt: skip
            await session.execute(
                """INSERT INTO bank.score_lines (run, manager, line, indicator, section, value_e6, base_e4, points_e4,
                                                 inputs)
                   VALUES ($1, $2, 1, 'deposits.daily_average', 'main', $3, 0, 0, '{}')""",
                run, manager, value,
            )  # fmt: skip
        await session.execute(
            """UPDATE bank.runs SET status = 'complete', finished_at = clock_timestamp(), inputs_hash = 'i',
                                    results_hash = 'r' WHERE run = $1""",
            run,
        )
    return run


async def publish(town: Town, run: str) -> None:
    async with town.open("approver") as session:
        await publish_run(session, run)


@asynccontextmanager
async def listening(
    port: Port, town: Town, query: str, person: str = "assessor", *, language: str = "", **variables: Any
) -> AsyncIterator[Wire]:
    """A client that has subscribed, under the id "1"."""
    async with port.open(language=language) as wire:
        await wire.greet(token(town, person))
        await wire.say(type="subscribe", id="1", payload={"query": query, "variables": variables})
        yield wire


async def told(wire: Wire) -> dict[str, Any]:
    """What the next event says under its one field."""
    heard = await wire.hear()
    assert heard["type"] == "next", heard
    assert "errors" not in heard["payload"], heard
    [event] = heard["payload"]["data"].values()
    found: dict[str, Any] = event
    return found


async def refusal(wire: Wire) -> tuple[str, dict[str, Any]]:
    """Sentence and extensions with which the operation ends."""
    heard = await wire.hear()
    assert heard["type"] == "error", heard
    [error] = heard["payload"]
    return error["message"], error["extensions"]


def managers(board: dict[str, Any]) -> list[str]:
    return [card["manager"]["code"] for card in board["scorecards"]["nodes"]]


@dataclass(frozen=True)
class CountingDoor(Door):
    """Remembers the statements of what nobody in particular asked for: the process itself, and shared events."""

    statements: list[tuple[str, str]] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, bank: Bank, person: str, **how: bool) -> AsyncIterator[Any]:
        async with super().open(bank, person, **how) as session:
            if person in ("system", ""):
                session = replace(session, driver=_Counting(session.driver, bank.code, self.statements))
            yield session


@dataclass(frozen=True)
class _Counting:
    driver: Any
    bank: str
    statements: list[tuple[str, str]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.driver, name)

    async def fetch(self, statement: str, *arguments: object) -> Any:
        self.statements.append((self.bank, statement))
        return await self.driver.fetch(statement, *arguments)

    async def fetchrow(self, statement: str, *arguments: object) -> Any:
        self.statements.append((self.bank, statement))
        return await self.driver.fetchrow(statement, *arguments)


async def settled(period: str, *wires: Wire, published: bool = False) -> None:
    """Until whoever has subscribed on them to what becomes of a period is listened for: who comes later hears first."""
    await asyncio.sleep(0.3)
    for wire in wires:
        asked = {"query": BOARD.replace("pay { amount }", ""), "variables": {"period": period, "published": published}}
        await wire.say(type="subscribe", id="later", payload=asked)
        assert (await wire.hear())["id"] == "later"
        await wire.say(type="complete", id="later")
