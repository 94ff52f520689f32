"""A handler in Starlette without GraphQL: the same rows in the same kind of transaction, dicts, orjson.

`uvicorn bench.graphql.bare:app` answers POST / with {"run": …, "first": …}. It logs in as the application's role does,
so row-level security holds; the bank is set in the transaction, as the product does it.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.graphql.statements import LINES, WHOLE_CARDS, bank_number, open_pool, scaled


@asynccontextmanager
async def _opened(app: Starlette) -> AsyncIterator[dict[str, Any]]:
    pool = await open_pool()
    yield {"pool": pool}
    await pool.close()


async def leaderboard(request: Request) -> Response:
    """The whole answer."""
    asked = orjson.loads(await request.body())
    async with (
        request.state.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await connection.fetch("SELECT set_config('meritgraph.bank', $1, true)", bank_number())
        cards = await connection.fetch(WHOLE_CARDS, asked["run"], asked["first"])
        lines = await connection.fetch(LINES, asked["run"], [card["manager"] for card in cards])
    by_manager = defaultdict(list)
    for line in lines:
        by_manager[line["manager"]].append(_line(line))
    nodes = [_card(card, by_manager[card["manager"]]) for card in cards]
    return Response(orjson.dumps({"data": {"scorecards": {"nodes": nodes}}}), media_type="application/json")


def _card(card: Any, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "rank": card["rank"],
        "points": scaled(card["points_e4"], 4),
        "grade": card["grade"],
        "manager": {"code": card["manager"], "name": card["name"], "branch": {"name": card["branch"]}},
        "lines": lines,
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "indicator": {"code": line["indicator"]},
        "value": scaled(line["value_e6"], 6),
        "target": line["target"],
        "points": scaled(line["points_e4"], 4),
    }


app = Starlette(routes=[Route("/", leaderboard, methods=["POST"])], lifespan=_opened)
