"""The same types in plain Strawberry with dataloaders: no tokens, no limits, nothing planned.

`uvicorn bench.graphql.plain:app` answers at /graphql.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader

from bench.graphql.statements import BRANCHES, CARDS, LINES, MANAGERS, bank_number, open_pool, scaled


@dataclass
class Loaders:
    """Of one request."""

    pool: Any
    managers: DataLoader[str, Any]
    branches: DataLoader[str, Any]
    lines: DataLoader[tuple[str, str], list[Any]]


def _loaders(pool: Any) -> Loaders:
    async def managers(codes: list[str]) -> list[Any]:
        found = {row["manager"]: row for row in await pool.fetch(MANAGERS, codes)}
        return [found.get(code) for code in codes]

    async def branches(codes: list[str]) -> list[Any]:
        found = {row["branch"]: row for row in await pool.fetch(BRANCHES, codes)}
        return [found.get(code) for code in codes]

    async def lines(keys: list[tuple[str, str]]) -> list[list[Any]]:
        found = defaultdict(list)
        for row in await pool.fetch(LINES, keys[0][0], [manager for _, manager in keys]):
            found[row["manager"]].append(row)
        return [found[manager] for _, manager in keys]

    return Loaders(pool, DataLoader(managers), DataLoader(branches), DataLoader(lines))


Info = strawberry.Info[Loaders, None]


@strawberry.type
class Indicator:
    """Its code is all that is asked for."""

    code: str


@strawberry.type
class ScoreLine:
    """One indicator of a card."""

    indicator: Indicator
    value: Decimal | None
    target: Decimal | None
    points: Decimal


@strawberry.type
class Branch:
    """Where a manager works."""

    code: str
    name: str


@strawberry.type
class Manager:
    """Who is scored."""

    code: str
    name: str
    post: strawberry.Private[str]

    @strawberry.field
    async def branch(self, info: Info) -> Branch | None:
        """Batched."""
        row = await info.context.branches.load(self.post)
        return None if row is None else Branch(code=row["branch"], name=row["name"])


@strawberry.type
class Scorecard:
    """One manager's result."""

    run: strawberry.Private[str]
    who: strawberry.Private[str]
    rank: int | None
    points: Decimal | None
    grade: str | None

    @strawberry.field
    async def manager(self, info: Info) -> Manager:
        """Batched."""
        row = await info.context.managers.load(self.who)
        return Manager(code=row["manager"], name=row["name"], post=row["branch"])

    @strawberry.field
    async def lines(self, info: Info) -> list[ScoreLine]:
        """Batched."""
        return [_line(row) for row in await info.context.lines.load((self.run, self.who))]


@strawberry.type
class ScorecardConnection:
    """A page."""

    nodes: list[Scorecard]


@strawberry.enum
class Field(Enum):
    """What to order by."""

    POINTS = "points"


@strawberry.enum
class Direction(Enum):
    """Which way."""

    DESC = "desc"


@strawberry.input
class Order:
    """One field."""

    field: Field
    direction: Direction


@strawberry.type
class Query:
    """The one root."""

    @strawberry.field
    async def scorecards(
        self, info: Info, run_id: strawberry.ID, first: int, order_by: list[Order]
    ) -> ScorecardConnection:
        """By points, the best first."""
        rows = await info.context.pool.fetch(CARDS, run_id, first)
        return ScorecardConnection(nodes=[_card(run_id, row) for row in rows])


def _decimal(number: str | None, places: int) -> Decimal | None:
    return None if number is None else Decimal(scaled(number, places) or 0)


def _card(run: str, row: Any) -> Scorecard:
    points = _decimal(row["points_e4"], 4)
    return Scorecard(run=run, who=row["manager"], rank=row["rank"], points=points, grade=row["grade"])


def _line(row: Any) -> ScoreLine:
    return ScoreLine(
        indicator=Indicator(code=row["indicator"]),
        value=_decimal(row["value_e6"], 6),
        target=None if row["target"] is None else Decimal(row["target"]),
        points=Decimal(scaled(row["points_e4"], 4) or 0),
    )


class Served(GraphQL[Loaders, None]):
    """With fresh loaders for every request."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Loaders:
        """The request's loaders."""
        return _loaders(request.state.pool)


@asynccontextmanager
async def _opened(app: Starlette) -> AsyncIterator[dict[str, Any]]:
    pool = await open_pool(**{"meritgraph.bank": bank_number()})
    yield {"pool": pool}
    await pool.close()


app = Starlette(routes=[Route("/graphql", Served(strawberry.Schema(query=Query)))], lifespan=_opened)
